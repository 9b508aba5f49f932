/** What must be closed in the end, in the opposite order of starting. */
export type Closers = {
  add(close: () => unknown): void;
  /** Closes everything once; one that fails doesn't keep the others open. */
  closeAll(): Promise<void>;
};

/** Makes an empty list of things to close. */
export const createClosers = (): Closers => {
  const list: (() => unknown)[] = [];
  return {
    add: (close) => void list.push(close),
    closeAll: async () => {
      for (let close = list.pop(); close !== undefined; close = list.pop()) {
        try {
          await close();
        } catch (error) {
          process.emitWarning(`Closing failed: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    },
  };
};
