const messagesMax = 5;
const lengthMax = 250;

/** Xero's own words as they are kept for people: a few of them, without characters that no page shows. */
export const wordsOf = (messages: readonly string[]): string[] =>
  messages.slice(0, messagesMax).map((message) => {
    const plain = message
      .slice(0, lengthMax * 4)
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim();
    return plain.length > lengthMax ? `${plain.slice(0, lengthMax - 1)}…` : plain;
  });
