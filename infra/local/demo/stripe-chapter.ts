import type { ApiClient } from './api-client.ts';
import { postForm } from './api-client.ts';
import type { DemoContext } from './context.ts';
import { agree, say } from './telling.ts';

/** Connects the workspace's own Stripe account as an admin does. */
export const connectStripe = async (context: DemoContext, admin: ApiClient): Promise<void> => {
  const { url } = await admin.post<{ url: string }>('/v1/stripe/connect');
  await postForm(url, { outcome: 'complete' });
  const connection = await admin.get<{ state: string }>('/v1/stripe/connection');
  agree(connection.state === 'connected', 'the Stripe account can take payments');
  say(context, "The workspace's own Stripe account is connected.");
};

/** Pays on the Checkout page, as the client does. */
export const payOnStripe = async (context: DemoContext, url: string): Promise<void> => {
  await postForm(url, { outcome: 'paid' });
  say(context, 'The client opened the Checkout page and paid by card.');
};
