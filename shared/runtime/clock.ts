/** Epoch milliseconds. */
export const systemClock = (): number => Date.now();

/** The present as an instant: UTC, ISO 8601, milliseconds. */
export const systemNow = (): string => new Date().toISOString();

export const systemSleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A number from 0 up to, but not including, 1. For waiting times; never for secrets. */
export const systemRandom = (): number => Math.random();
