import type { ApiClient } from './api-client.ts';
import { followOnce, postForm } from './api-client.ts';
import type { DemoContext } from './context.ts';
import { agree, say, shown } from './telling.ts';

const organisationName = 'Kestrel Studio Ltd';

type Organisation = {
  tenantId: string;
  name: string;
  invoices: {
    InvoiceNumber: string;
    Status: string;
    Total: number;
    CurrencyCode: string;
    LineItems: unknown[];
    Contact: { Name: string };
  }[];
};

const organisations = async ({ xero }: DemoContext): Promise<Organisation[]> =>
  ((await (await fetch(`${xero}/_sandbox/state`)).json()) as { organisations: Organisation[] }).organisations;

/** Connects Xero as an admin does: consent in the browser, the callback, the choice confirmed under sign-in. */
export const connectXero = async (context: DemoContext, admin: ApiClient): Promise<void> => {
  const wanted = (await organisations(context)).find(({ name }) => name === organisationName);
  if (!wanted) throw new Error(`${organisationName} isn't in the sandbox`);
  const { authorizationUrl } = await admin.post<{ authorizationUrl: string }>('/v1/xero/connect');
  const callback = await postForm(authorizationUrl, { organisation: wanted.tenantId });
  await followOnce(callback);
  const choice = await admin.get<{ state: string; choices: { tenantId: string; name: string }[] }>('/v1/xero/connection');
  agree(choice.state === 'choose-organisation', 'the callback only leaves a choice');
  await admin.post('/v1/xero/connection/organisation', { tenantId: wanted.tenantId });
  const connection = await admin.get<{ state: string; organisation: { name: string } }>('/v1/xero/connection');
  agree(connection.state === 'connected', 'Xero is connected');
  say(context, `Ada allowed access in Xero and confirmed the organisation: connected to ${connection.organisation.name}.`);
};

/** An invoice as the sandbox holds it. */
export const inXero = async (
  context: DemoContext,
  number: string,
): Promise<{ status: string; lines: number; total: string; contact: string }> => {
  const own = (await organisations(context)).find(({ name }) => name === organisationName);
  const found = (own?.invoices ?? []).filter(({ InvoiceNumber }) => InvoiceNumber === number);
  agree(found.length <= 1, `${number} stands in Xero once`);
  const [invoice] = found;
  if (!invoice) return { status: 'missing', lines: 0, total: '', contact: '' };
  const total = shown({ amount: Math.round(invoice.Total * 100), currency: invoice.CurrencyCode });
  return { status: invoice.Status, lines: invoice.LineItems.length, total, contact: invoice.Contact.Name };
};
