type Condition = Record<string, unknown>;

/**
 * Whether an event matches an EventBridge pattern: nested names, lists of alternatives, and the conditions prefix,
 * suffix, anything-but, exists, numeric, equals-ignore-case. Throws on a condition it doesn't know.
 */
export const matchesPattern = (pattern: Record<string, unknown>, event: Record<string, unknown>): boolean =>
  Object.entries(pattern).every(([name, wanted]) => {
    const actual = event[name];
    if (Array.isArray(wanted)) {
      const values = Array.isArray(actual) ? (actual as unknown[]) : [actual];
      return wanted.some((one) => values.some((value) => matchesOne(one, value)));
    }
    const nested = typeof actual === 'object' && actual !== null ? (actual as Record<string, unknown>) : {};
    return matchesPattern(wanted as Record<string, unknown>, nested);
  });

const matchesOne = (wanted: unknown, value: unknown): boolean => {
  if (typeof wanted !== 'object' || wanted === null) return wanted === value;
  const [[name, argument] = ['', undefined]] = Object.entries(wanted as Condition);
  switch (name) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(argument));
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(argument));
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === String(argument).toLowerCase();
    case 'exists':
      return (value !== undefined) === argument;
    case 'anything-but': {
      const unwanted = Array.isArray(argument) ? (argument as unknown[]) : [argument];
      return value !== undefined && !unwanted.some((one) => matchesOne(one, value));
    }
    case 'numeric':
      return typeof value === 'number' && matchesNumbers(argument as (string | number)[], value);
    default:
      throw new Error(`The local host doesn't know the pattern condition ${name}.`);
  }
};

const matchesNumbers = (argument: (string | number)[], value: number): boolean => {
  const compare: Record<string, (limit: number) => boolean> = {
    '=': (limit) => value === limit,
    '<': (limit) => value < limit,
    '<=': (limit) => value <= limit,
    '>': (limit) => value > limit,
    '>=': (limit) => value >= limit,
  };
  for (let index = 0; index < argument.length; index += 2) {
    if (compare[String(argument[index])]?.(Number(argument[index + 1])) !== true) return false;
  }
  return true;
};
