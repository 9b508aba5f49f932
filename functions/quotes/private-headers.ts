/** What is reached by a secret address tells that address to nobody. */
export const privateHeaders = { 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex, nofollow' } as const;
