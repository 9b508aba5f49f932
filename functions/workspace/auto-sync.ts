import { keepsBooksInXero } from '../../shared/store/books.ts';
import { keys } from '../../shared/store/keys.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { settingsFrom, xeroSettingsKey, type XeroSettings } from '../../shared/store/xero-settings.ts';

// Flow of several doors: what follows in Xero by itself when people here are added or renamed.

/** The switches of a workspace whose books are in Xero; undefined without such books, or with every switch off. */
export const readAutoSync = async (table: Table, ws: string): Promise<XeroSettings['autoSync'] | undefined> => {
  const found = await table.batchGet([keys.xeroConnection(ws), xeroSettingsKey(ws)]);
  if (!keepsBooksInXero(found.get(keyText(keys.xeroConnection(ws))))) return undefined;
  const { autoSync } = settingsFrom(found.get(keyText(xeroSettingsKey(ws))));
  return Object.values(autoSync).some(Boolean) ? autoSync : undefined;
};

/** Somebody new becomes a contact; or the contact gets the new name and address. */
export const contactWork = (ws: string, id: string, kind: 'contact' | 'contact-details', now: string): Write =>
  waits(ws, {
    ...{ lane: 'documents', kind, documentId: id, version: Date.parse(now), dueAt: now, since: now },
    ...(kind === 'contact' ? { create: true } : {}),
  });
