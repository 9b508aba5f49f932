import type { SecretStore } from '../../shared/runtime/secret-store.ts';

/** Secrets in memory, with what was asked of them. */
export interface MemorySecrets extends SecretStore {
  readonly versions: Map<string, Map<string, string>>;
  readonly counted: { reads: number; writes: number };
}

export const memorySecrets = (): MemorySecrets => {
  const versions = new Map<string, Map<string, string>>();
  const counted = { reads: 0, writes: 0 };
  return {
    versions,
    counted,
    read: async (name, versionId) => {
      counted.reads += 1;
      return versions.get(name)?.get(versionId);
    },
    write: async (name, versionId, text) => {
      counted.writes += 1;
      const secret = versions.get(name) ?? new Map<string, string>();
      secret.set(versionId, text);
      versions.set(name, secret);
    },
    remove: async (name) => {
      versions.delete(name);
    },
  };
};
