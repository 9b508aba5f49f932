/** Files and notes that hang on documents. */
import type { ApiCall, Endpoint, Reply } from './api-call.ts';
import { envelope, notFound, problemsWire, validationException } from './api-call.ts';
import type { Books } from './books.ts';
import { instantText, wireInstant } from './dates.ts';
import type { Attachment, HistoryRecord } from './documents.ts';
import { filled, Invalid, refuseIf, tooLong } from './input.ts';
import type { Collection } from './store.ts';
import type { Wire } from './wire.ts';
import { writeElements } from './write.ts';

const mostFiles = 10;
const forbiddenInNames = /[<>:"/\\|?*+]/;

interface Owner {
  name: string;
  scope: string;
  collection: (books: Books) => Collection<object>;
}
type Pick = (books: Books) => unknown;
const owner = (name: string, scope: string, pick: Pick): Owner => ({
  name,
  scope,
  collection: (books) => pick(books) as Collection<object>,
});
const owners: readonly Owner[] = [
  owner('Invoices', 'accounting.invoices', ({ invoices }) => invoices),
  owner('CreditNotes', 'accounting.invoices', ({ creditNotes }) => creditNotes),
  owner('Quotes', 'accounting.invoices', ({ quotes }) => quotes),
  owner('Contacts', 'accounting.contacts', ({ contacts }) => contacts),
  owner('BankTransactions', 'accounting.banktransactions', ({ bankTransactions }) => bankTransactions),
];
const historyOwners: readonly Owner[] = [
  ...owners,
  owner('Payments', 'accounting.payments', ({ payments }) => payments),
  owner('Overpayments', 'accounting.payments', ({ overpayments }) => overpayments),
];

const attachmentWire = (call: ApiCall, attachment: Attachment): Wire => ({
  AttachmentID: attachment.AttachmentID,
  FileName: attachment.FileName,
  Url: `${call.url}/api.xro/2.0/${call.segments[0]}/${attachment.ownerID}/Attachments/${encodeURIComponent(attachment.FileName)}`,
  MimeType: attachment.MimeType,
  ContentLength: attachment.ContentLength,
  IncludeOnline: attachment.IncludeOnline,
});

const ownerId = (call: ApiCall): string => call.segments[1] ?? '';

const listAttachments =
  (of: Owner) =>
  (call: ApiCall): Reply => {
    if (!of.collection(call.books).get(ownerId(call))) return notFound();
    const found = call.books.attachments.find('owner', ownerId(call));
    return envelope(call, { Attachments: found.map((attachment) => attachmentWire(call, attachment)) });
  };

const getAttachment = (call: ApiCall): Reply => {
  const name = call.segments[3];
  const found = call.books.attachments
    .find('owner', ownerId(call))
    .find((each) => each.FileName === name || each.AttachmentID === name);
  if (!found) return notFound();
  return { status: 200, headers: { 'content-type': found.MimeType }, body: Buffer.from(found.content, 'base64') };
};

const putAttachment =
  (of: Owner) =>
  (call: ApiCall): Reply => {
    const { books } = call;
    const records = of.collection(books);
    const document = records.get(ownerId(call));
    if (!document) return notFound();
    const FileName = call.segments[3] ?? '';
    const others = books.attachments.find('owner', ownerId(call));
    const same = others.find((attachment) => attachment.FileName === FileName);
    const problems: string[] = [];
    if (forbiddenInNames.test(FileName)) problems.push('The file name contains characters that are not allowed.');
    if (!same && others.length >= mostFiles) problems.push(`A document can have at most ${mostFiles} attachments.`);
    if (call.raw.length === 0) problems.push('The attachment has no content.');
    if (problems.length > 0) return validationException([{ FileName, ValidationErrors: problemsWire(problems) }]);
    const attachment: Attachment = {
      AttachmentID: same?.AttachmentID ?? books.newId(),
      ownerID: ownerId(call),
      FileName,
      MimeType: call.headers['content-type'] ?? 'application/octet-stream',
      ContentLength: call.raw.length,
      IncludeOnline: call.query.get('IncludeOnline')?.toLowerCase() === 'true',
      content: call.raw.toString('base64'),
    };
    books.attachments.put(attachment);
    if (!same && 'HasAttachments' in document) records.put({ ...document, HasAttachments: true, UpdatedDateUTC: books.stamp() });
    return envelope(call, { Attachments: [attachmentWire(call, attachment)] });
  };

const historyWire = (record: HistoryRecord): Wire => ({
  Changes: record.Changes,
  DateUTCString: instantText(record.DateUTC),
  DateUTC: wireInstant(record.DateUTC),
  User: record.User,
  Details: record.Details,
});

const listHistory =
  (of: Owner) =>
  (call: ApiCall): Reply => {
    if (!of.collection(call.books).get(ownerId(call))) return notFound();
    return envelope(call, { HistoryRecords: call.books.history.find('owner', ownerId(call)).map(historyWire) });
  };

const putHistory =
  (of: Owner) =>
  (call: ApiCall): Reply =>
    writeElements(
      call,
      {
        key: 'HistoryRecords',
        idKey: 'HistoryRecordID',
        save: (input) => {
          if (!of.collection(call.books).get(ownerId(call)))
            throw new Invalid(['The document with the supplied id was not found for this endpoint.']);
          refuseIf(tooLong(input, { Details: 2500 }));
          const Details = filled(input, 'Details');
          if (!Details) throw new Invalid(['Details is required']);
          const record: HistoryRecord = {
            HistoryRecordID: call.books.newId(),
            ownerID: ownerId(call),
            Changes: 'Note',
            Details,
            User: 'System Generated',
            DateUTC: call.books.stamp(),
          };
          call.books.history.put(record);
          return { record, warnings: [] };
        },
        render: historyWire,
      },
      true,
    );

export const attachmentEndpoints: readonly Endpoint[] = [
  ...owners.flatMap((of): Endpoint[] => [
    { path: `${of.name}/{id}/Attachments`, scopes: ['accounting.attachments'], handlers: { GET: listAttachments(of) } },
    {
      path: `${of.name}/{id}/Attachments/{name}`,
      scopes: ['accounting.attachments'],
      handlers: { GET: getAttachment, PUT: putAttachment(of), POST: putAttachment(of) },
    },
  ]),
  ...historyOwners.map((of): Endpoint => ({
    path: `${of.name}/{id}/History`,
    scopes: [of.scope],
    handlers: { GET: listHistory(of), PUT: putHistory(of) },
  })),
];
