const patienceMs = 60_000;
const pauseMs = 50;

/** Looks again and again until it sees what it waits for; the limit is far beyond what anything takes. Fails with what it saw last. */
export const until = async <T>(what: string, look: () => Promise<T>, isThere: (seen: T) => boolean): Promise<T> => {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (isThere(seen)) return seen;
    if (performance.now() > giveUpAt) throw new Error(`Waited in vain until ${what}; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
};
