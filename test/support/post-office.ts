import { sendMails } from '../../functions/notices/send-mails.ts';
import { writeMails } from '../../functions/notices/write-mails.ts';
import type { SendMail } from '../../shared/runtime/mail.ts';
import type { Table } from '../../shared/store/table.ts';
import type { TestClock } from './clock.ts';
import { newId } from './workspace.ts';

export type Letter = Parameters<SendMail>[0];

/** The schedule for mail on a table, with a stand-in for SES that keeps what it is given. */
export interface PostOffice {
  readonly letters: Letter[];
  /** What was counted, by metric. */
  readonly counted: Record<string, number>;
  /** One run of the schedule; `send` replaces the stand-in, null switches mail off. */
  run(changes?: { send?: SendMail | null; goOn?: () => boolean; table?: Table }): Promise<void>;
}

export const openPostOffice = (ownTable: Table, clock: TestClock): PostOffice => {
  const letters: Letter[] = [];
  const counted: Record<string, number> = {};
  return {
    letters,
    counted,
    run: async ({ send = async (letter: Letter) => void letters.push(letter), goOn = () => true, table = ownTable } = {}) => {
      const count = (metric: string): void => void (counted[metric] = (counted[metric] ?? 0) + 1);
      await writeMails({ table, now: clock.now, newId, mailIsOn: send !== null }, goOn);
      await sendMails({ table, now: clock.now, send: send ?? undefined, appUrl: 'https://app.example.com', count }, goOn);
    },
  };
};
