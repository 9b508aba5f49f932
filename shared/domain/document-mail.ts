import type { MailText } from './notice-mail.ts';
import type { PrintedDocument } from './printed.ts';

const subjectLengthMax = 150;

/** What people typed must not begin another header or another line of a subject. */
const oneLine = (text: string): string => text.replace(/\s+|\p{Cc}+/gu, ' ').trim();
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Which fact counts besides the sum, by when something has to be done. */
const untilWhen = new Set(['Due date', 'Valid until']);

/** The mail that brings an invoice or a quote to its client: what it is, over how much, until when, the link, and the sender's own words. */
export function documentMail(document: PrintedDocument, { message, url }: { message: string; url: string }): MailText {
  const from = oneLine(document.supplier.name);
  const what = `${document.title} ${document.number}`;
  const until = document.facts.filter(({ label }) => untilWhen.has(label));
  const facts = [...document.sums.slice(-1), ...until].map(({ label, value }) => `${label}: ${value}`);
  const attached = `The ${document.title.toLowerCase()} is attached as a PDF.`;
  const words = message.trim() === '' ? [`Here is ${what} from ${from}.`] : message.trim().split(/\n{2,}/);
  const subject = `${what} from ${from}`;
  const call = document.link?.label ?? `See this ${document.title.toLowerCase()} online`;
  return {
    subject: subject.length > subjectLengthMax ? `${subject.slice(0, subjectLengthMax - 1)}…` : subject,
    text: `${[...words, facts.join('\n'), `${call}:\n${url}`, attached, from].join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><body style="font-family:system-ui,sans-serif;line-height:1.5;color:#18212f">${words
      .map((text) => `<p dir="auto">${escaped(text).replaceAll('\n', '<br>')}</p>`)
      .join(
        '',
      )}<p>${facts.map((fact) => escaped(fact)).join('<br>')}</p><p><a href="${escaped(url)}" style="display:inline-block;padding:12px 22px;border-radius:8px;background:#1f5eac;color:#fff;text-decoration:none;font-weight:600">${escaped(call)}</a></p><p style="color:#566275;font-size:13px">If the button does not work, open this address:<br>${escaped(url)}</p><p>${attached}</p><p dir="auto">${escaped(from)}</p></body></html>`,
  };
}
