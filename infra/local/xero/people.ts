/** Who can sign in to the sandbox: two people, so that one person's leaving can be told from the other's. */
export const people = [
  { id: '7a1f0c52-3c0e-4a55-9f0b-1f6d2f2f0a01', name: 'Ada Accountant', email: 'ada@kestrel.example' },
  { id: '7a1f0c52-3c0e-4a55-9f0b-1f6d2f2f0a02', name: 'Ben Bookkeeper', email: 'ben@kestrel.example' },
] as const;
