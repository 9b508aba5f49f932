import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { isSigned } from '../../shared/xero/webhook-signature.ts';

/** Takes signed events from Xero: verified over the raw bytes, queued as they are, and answered once the queue has them. */
export const receiveEvents =
  ({ webhookKeys, queue }: { webhookKeys: () => Promise<string[]>; queue: (message: object) => Promise<void> }) =>
  async ({ raw }: XeroCall<'receiveXeroEvents'>): Promise<Reply> => {
    if (!isSigned(raw.body, raw.headers['x-xero-signature'], await webhookKeys())) return { status: 401 };
    const body = Buffer.from(raw.body).toString('utf8');
    if (!isEmpty(body)) await queue({ body });
    return { status: 200 };
  };

/** Xero proves the address with signed bodies that hold no event. */
const isEmpty = (body: string): boolean => /"events"\s*:\s*\[\s*\]/.test(body);
