import { randomBytes } from 'node:crypto';

/** Credentials of the two apps at the sandboxes, in the form that the functions read from their secrets. */
export type AppCredentials = {
  xero: { clientId: string; clientSecret: string; webhookKeys: [string] };
  /** The second secret is that of the endpoint for connected accounts. */
  stripe: { secretKey: string; webhookSecrets: [platform: string, connected: string] };
};

const random = (length: number): string => randomBytes(length).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, length);

/** Makes credentials that look like the real services' but open nothing outside this machine. */
export const makeAppCredentials = (): AppCredentials => ({
  xero: {
    clientId: randomBytes(16).toString('hex').toUpperCase(),
    clientSecret: random(48),
    webhookKeys: [randomBytes(48).toString('base64')],
  },
  stripe: {
    secretKey: `sk_test_${random(48)}`,
    webhookSecrets: [`whsec_${random(32)}`, `whsec_${random(32)}`],
  },
});
