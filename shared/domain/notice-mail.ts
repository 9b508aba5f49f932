/** A mail, ready to be sent. `html` says the same as `text`. */
export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const subjectLengthMax = 120;

/** A subject is one line: what people typed must not begin another header. */
const oneLine = (text: string): string => text.replace(/\s+|\p{Cc}+/gu, ' ').trim();
const shortened = (text: string): string => (text.length > subjectLengthMax ? `${text.slice(0, subjectLengthMax - 1)}…` : text);
const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const once = 'You get this mail once, until the matter is settled. E-mails of this kind can be switched off in your settings.';

/** One thing that somebody should know, and what to do about it. */
export interface Matter {
  readonly text: string;
  readonly mend: string | null;
}

/** What a member is told by mail: what happened, what to do about it, where to go. It holds no secret and no link that lets anybody in. */
export const noticeMail = ({
  name,
  workspace,
  matters,
  appUrl,
}: {
  readonly name: string;
  readonly workspace: string;
  /** At least one. */
  readonly matters: readonly Matter[];
  readonly appUrl: string;
}): MailText => {
  const [first] = matters;
  const said = matters.flatMap(({ text, mend }) => [
    `${oneLine(workspace)}: ${sentence(oneLine(text))}`,
    ...(mend === null ? [] : [`What to do: ${sentence(oneLine(mend))}`]),
  ]);
  const paragraphs = [`Hello ${oneLine(name)},`, ...said];
  const title = matters.length === 1 ? oneLine(first?.text ?? '') : `${matters.length} things to look at`;
  return {
    subject: shortened(`${oneLine(workspace)}: ${title}`),
    text: `${[...paragraphs, `Go to ${appUrl}`, once].join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><body>${[
      ...paragraphs.map(escaped),
      `<a href="${escaped(appUrl)}">Go to ${escaped(appUrl)}</a>`,
      `<small>${once}</small>`,
    ]
      .map((paragraph) => `<p>${paragraph}</p>`)
      .join('')}</body></html>`,
  };
};
