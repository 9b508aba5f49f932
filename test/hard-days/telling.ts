/** What the story has claimed so far, and whether it held. */
export interface Telling {
  act(title: string): void;
  says(text: string): void;
  /** A promise of the product: printed, and remembered when it is broken. */
  holds(what: string, isSo: boolean, seen?: unknown): void;
  /** How many promises were broken. */
  broken(): number;
}

export const tellTo = (print: (line: string) => void): Telling => {
  let broken = 0;
  return {
    act: (title) => print(`\n${title}`),
    says: (text) => print(`   ${text}`),
    holds: (what, isSo, seen) => {
      if (!isSo) broken += 1;
      print(`${isSo ? ' ✓' : ' ✗'} ${what}${isSo || seen === undefined ? '' : ` — seen: ${JSON.stringify(seen)}`}`);
    },
    broken: () => broken,
  };
};
