const patienceMs = 60_000;
const pauseMs = 200;

/** Looks again and again until it sees what it waits for. Fails with what it saw last, in words a person understands. */
export const until = async <T>(what: string, look: () => Promise<T>, isThere: (seen: T) => boolean): Promise<T> => {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (isThere(seen)) return seen;
    if (performance.now() > giveUpAt) throw new Error(`Waited in vain until ${what}; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
};
