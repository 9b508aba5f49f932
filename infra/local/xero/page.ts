/** The pages for people: the organisations, and one's contacts and invoices with the forms an accountant needs. */
import { act } from './accountant.ts';
import type { Reply } from './api-call.ts';
import type { Books } from './books.ts';
import { fold } from './books.ts';
import { escapeHtml, htmlReply, layout } from './html.ts';
import type { Input, Invoice } from './documents.ts';
import { Invalid, isInput } from './input.ts';
import { contactsTable, creditNotesTable, invoiceBlock, invoicesTable } from './page-tables.ts';
import type { HttpCall } from './http-call.ts';
import type { Sandbox } from './sandbox.ts';

const pageSize = 50;

const home = (sandbox: Sandbox): string => {
  const rows = [...sandbox.organisations.values()].map(({ OrganisationID, Name, CountryCode, BaseCurrency }) => {
    const books = sandbox.books(OrganisationID)!;
    const connected = sandbox.identity.connections.find('tenant', OrganisationID).some(({ active }) => active);
    return `<tr><td><a href="/org/${OrganisationID}">${escapeHtml(Name)}</a></td><td>${CountryCode}</td><td>${BaseCurrency}</td><td class="n">${books.contacts.size}</td><td class="n">${books.invoices.size}</td><td class="n">${books.payments.size}</td><td>${connected ? 'connected' : 'not connected'}</td></tr>`;
  });
  const now = new Date(sandbox.clock.now()).toISOString().slice(0, 19).replace('T', ' ');
  return `<h1>Xero sandbox</h1><p class="soft">A stand-in for Xero on this machine. It is ${now} UTC here.</p>
<table><thead><tr><th>Organisation</th><th>Country</th><th>Currency</th><th class="n">Contacts</th><th class="n">Invoices</th><th class="n">Payments</th><th>App</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
};

const chosen = (books: Books, query: URLSearchParams): { shown: Invoice[]; total: number; page: number } => {
  const term = fold(query.get('q') ?? '');
  const matching = [...books.invoices.values()].reverse().filter((invoice) => {
    if (!term) return true;
    const name = books.contacts.get(invoice.ContactID)?.Name ?? '';
    return [invoice.InvoiceNumber ?? '', invoice.Reference ?? '', name].some((text) => fold(text).includes(term));
  });
  const page = Math.max(1, Number.parseInt(query.get('page') ?? '1', 10) || 1);
  return { shown: matching.slice((page - 1) * pageSize, page * pageSize), total: matching.length, page };
};

const organisationPage = (sandbox: Sandbox, books: Books, query: URLSearchParams): string => {
  const { Name, PeriodLockDate, EndOfYearLockDate } = books.organisation();
  const { shown, total, page } = chosen(books, query);
  const base = `/org/${books.tenantId}`;
  const q = query.get('q') ?? '';
  const link = (to: number, text: string): string => `<a href="${base}?page=${to}&amp;q=${encodeURIComponent(q)}">${text}</a>`;
  const pages = `${page > 1 ? link(page - 1, 'newer') : ''} ${page * pageSize < total ? link(page + 1, 'older') : ''}`;
  const problem = query.get('problem');
  const connected = sandbox.identity.connections.find('tenant', books.tenantId).some(({ active }) => active);
  return `<p><a href="/">Organisations</a></p><h1>${escapeHtml(Name)}</h1>
${problem ? `<p class="note" role="alert">${escapeHtml(problem)}</p>` : ''}
<p><form class="inline" method="post" action="${base}"><input type="hidden" name="action" value="lock"><label>Period lock <input type="date" name="PeriodLockDate" value="${escapeHtml(PeriodLockDate)}"></label><label>Year lock <input type="date" name="EndOfYearLockDate" value="${escapeHtml(EndOfYearLockDate)}"></label><button>Set</button></form>
${connected ? `<form class="inline" method="post" action="${base}"><input type="hidden" name="action" value="disconnect"><button class="quiet">Disconnect the app</button></form>` : '<span class="soft">No app is connected.</span>'}</p>
<h2>Invoices and bills <small>${total}</small></h2>
<form class="inline"><input name="q" value="${escapeHtml(q)}" aria-label="Search invoices"><button class="quiet">Search</button></form> ${pages}
${invoicesTable(books, shown)}
<h2>Credit notes</h2>${creditNotesTable(books)}
<h2>Contacts <small>${books.contacts.size}</small></h2>${contactsTable(books)}`;
};

const actionsOf = (call: HttpCall): Input => {
  if (!call.headers['content-type']?.includes('json')) return Object.fromEntries(call.form);
  try {
    const parsed = JSON.parse(call.raw.toString('utf8')) as unknown;
    return isInput(parsed) ? parsed : {};
  } catch {
    return {};
  }
};

/** Does what a form, or a JSON call of the same fields, asks for. */
const posted = (sandbox: Sandbox, books: Books, call: HttpCall): Reply => {
  const input = actionsOf(call);
  const asJson = call.headers['content-type']?.includes('json') ?? false;
  const back = (problem?: string): Reply => ({
    status: 303,
    headers: { location: `/org/${books.tenantId}${problem ? `?problem=${encodeURIComponent(problem)}` : ''}` },
    body: '',
  });
  try {
    if (input['action'] === 'disconnect') sandbox.identity.disconnect(books.tenantId);
    else act(books, String(input['action'] ?? ''), input);
    sandbox.store.commit();
    return asJson ? { status: 200, json: { done: true } } : back();
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    const problem = error.messages.join(' ');
    return asJson ? { status: 400, json: { message: problem } } : back(problem);
  }
};

const missing = (): Reply =>
  htmlReply(404, layout('Not found', '<h1>There is nothing here</h1><p><a href="/">Organisations</a></p>'));

/** Answers `/` and everything under `/org/`. */
export const pageReply = (sandbox: Sandbox, call: HttpCall): Reply => {
  if (call.path === '/') return htmlReply(200, layout('Organisations', home(sandbox)));
  const [, , tenantId = '', kind, id = ''] = call.path.split('/');
  const books = sandbox.books(tenantId);
  if (!books) return missing();
  if (kind === 'invoice') {
    const invoice = books.invoices.get(id);
    return invoice ? htmlReply(200, layout(`Invoice ${invoice.InvoiceNumber ?? ''}`, invoiceBlock(books, invoice))) : missing();
  }
  if (kind !== undefined && kind !== '') return missing();
  if (call.method === 'POST') return posted(sandbox, books, call);
  return htmlReply(200, layout(books.organisation().Name, organisationPage(sandbox, books, call.query)));
};
