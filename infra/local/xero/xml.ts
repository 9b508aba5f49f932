/** Answers as XML: what callers get who don't ask for JSON. */
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const singular = (name: string): string =>
  name.endsWith('ses') ? name.slice(0, -2) : name.endsWith('ies') ? `${name.slice(0, -3)}y` : name.replace(/s$/, '');

const element = (name: string, value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return `<${name}>${value.map((item) => element(singular(name), item)).join('')}</${name}>`;
  if (typeof value === 'object')
    return `<${name}>${Object.entries(value)
      .map(([key, inner]) => element(key, inner))
      .join('')}</${name}>`;
  return `<${name}>${escape(String(value as string | number | boolean))}</${name}>`;
};

export const toXml = (root: string, value: unknown): string => `<?xml version="1.0" encoding="utf-8"?>${element(root, value)}`;
