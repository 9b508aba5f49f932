import { expect } from '@jest/globals';
import { followVoid } from '../../functions/invoices/settle-void.ts';
import { followMoney } from '../../functions/payments/follow-xero.ts';
import { addMember } from '../../shared/store/members.ts';
import type { Engine } from './engine.ts';
import { Paper, sum, type PaperInvoice } from './paper.ts';
import type { Rooms } from './rooms.ts';
import { newId, seedWorkspace, type TestWorkspace } from './workspace.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
export type Body = any;
type Answer = { status: number; body: Body };
type Room = 'time' | 'workspace' | 'invoices' | 'bills' | 'payments';

/** Chooses among what is there, and how much. */
export interface Choice {
  readonly which: number;
  readonly amount: number;
  readonly flag: boolean;
}

export const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const pick = <T>(from: readonly T[], which: number): T | undefined => from[which % Math.max(1, from.length)];
/** At least 1, and now and then more than there is. */
const upTo = (most: number, amount: number): number => 1 + (amount % Math.max(1, Math.ceil(most * 1.1)));

/** A workspace with VAT at 20 %, a job, and three experts, of whom the last has no cost rate. */
export const openBusiness = async (engine: Engine, rooms: Rooms): Promise<Business> => {
  const needs = { table: engine.table, now: rooms.clock.now, newId, closeCheckout: async () => undefined };
  const books = { followMoney: followMoney(needs), followVoid: followVoid(needs) };
  const vat = { taxRegistrations: [{ country: 'GB', number: 'GB123456782', from: '2020-01-01' }] };
  const place = await seedWorkspace(engine.table, vat);
  const { expert } = place.members;
  const rated = [4_500, 6_000].map((cost) => ({ ...expert, id: newId('mem'), sub: newId('sub'), costRate: gbp(cost) }));
  await engine.table.commit(rated.map((one) => addMember(place.workspace.id, one)));
  const experts = [...rated.map(({ id }) => id), expert.id];
  return new Business(rooms, place, { experts, books });
};

/** What an accountant did in Xero comes here by these. */
interface Books {
  readonly followMoney: ReturnType<typeof followMoney>;
  readonly followVoid: ReturnType<typeof followVoid>;
}

/** A deed is done in the system and on paper; what has to be refused changes nothing on paper. */
export class Business {
  readonly paper = new Paper();
  readonly place: TestWorkspace;
  /** The last of them has no cost rate. */
  readonly experts: readonly string[];
  private readonly rooms: Rooms;
  private readonly books: Books;
  private rate = 12_000;

  constructor(rooms: Rooms, place: TestWorkspace, { experts, books }: Pick<Business, 'experts'> & { books: Books }) {
    this.rooms = rooms;
    this.place = place;
    this.experts = experts;
    this.books = books;
  }

  private ask(room: Room, route: string, id = '', body?: object): Promise<Answer> {
    const headers = { 'idempotency-key': newId('key'), 'if-match': '*' };
    return this.rooms[room]<Body>({ route, from: this.place.finance, params: { id }, ...(body ? { body } : {}), headers });
  }

  async listed(room: Room, path: string): Promise<Body[]> {
    const answer = await this.rooms[room]<Body>({ route: `GET ${path}`, from: this.place.finance, query: { limit: '100' } });
    expect(answer.status).toBe(200);
    return answer.body.items;
  }

  private today = (): string => this.rooms.clock.now().slice(0, 10);
  private refused = ({ status }: Answer): void => expect([400, 404, 409, 422]).toContain(status);
  /** Mostly one that is issued. */
  private invoice({ which }: Choice): PaperInvoice | undefined {
    const issued = this.paper.invoices.filter(({ state }) => state === 'issued');
    return pick(which % 4 > 0 && issued.length > 0 ? issued : this.paper.invoices, which);
  }

  async addTime({ which, amount, flag }: Choice): Promise<void> {
    const memberId = pick(this.experts, which) as string;
    const seconds = 900 * ((amount % 12) + 1);
    const billable = flag || which % 4 > 0;
    const body = { jobId: this.place.job.id, memberId, date: this.today(), durationSeconds: seconds, billable };
    const { body: made } = await this.ask('time', 'POST /v1/time-entries', '', body);
    this.paper.times.push({ id: made.id, memberId, seconds, net: (this.rate / 4) * (seconds / 900), billable, on: null });
  }

  /** Corrects an entry, or deletes it. */
  async editTime({ which, amount, flag }: Choice): Promise<void> {
    const entry = pick(this.paper.times, which);
    if (!entry) return;
    const quarters = (amount % 9) + 1;
    const [method, change] = flag ? ['PATCH', { durationSeconds: 900 * quarters }] : ['DELETE', undefined];
    const answer = await this.ask('time', `${method} /v1/time-entries/{id}`, entry.id, change);
    if (entry.on !== null) return this.refused(answer);
    expect(answer.status).toBe(flag ? 200 : 204);
    if (!flag) return void this.paper.times.splice(this.paper.times.indexOf(entry), 1);
    entry.net = (entry.net / (entry.seconds / 900)) * quarters;
    entry.seconds = 900 * quarters;
  }

  async addExpense({ which, amount, flag }: Choice): Promise<void> {
    const [memberId, net] = [pick(this.experts, which) as string, 5 * amount];
    const body = {
      jobId: this.place.job.id,
      memberId,
      date: this.today(),
      amount: gbp(net),
      description: 'Train',
      billable: flag,
    };
    const { body: made } = await this.ask('bills', 'POST /v1/expenses', '', body);
    this.paper.expenses.push({ id: made.id, memberId, seconds: 0, net, billable: flag, on: null });
  }

  /** Bills everything that is free, or half of the time; asked for twice at once, one of the two gets it. */
  async bill({ which, flag }: Choice): Promise<void> {
    const times = this.paper.unbilled(this.paper.times);
    const some = which % 3 === 1 ? times.slice(0, Math.ceil(times.length / 2)) : [];
    const work = some.length > 0 ? some : [...times, ...this.paper.unbilled(this.paper.expenses)];
    const net = sum(work.map((one) => one.net));
    const asked = { jobId: this.place.job.id, ...(some.length > 0 ? { timeEntryIds: some.map(({ id }) => id) } : {}) };
    const preview = await this.ask('invoices', 'POST /v1/invoices/preview', '', asked);
    if (work.length > 0) expect([preview.body.subtotal, preview.body.total]).toEqual([gbp(net), gbp(net + net / 5)]);
    const body = { ...asked, draft: flag && which % 2 === 0 };
    const tellings = Array.from({ length: which % 3 === 0 ? 2 : 1 });
    const answers = await Promise.all(tellings.map(() => this.ask('invoices', 'POST /v1/invoices', '', body)));
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(work.length > 0 ? 1 : 0);
    for (const one of answers) if (one.status !== 201) this.refused(one);
    for (const { body: invoice } of made) {
      for (const one of work) one.on = invoice.id;
      this.keep(invoice, net);
    }
  }

  async billLines({ amount, flag }: Choice): Promise<void> {
    const lines = [{ description: 'Licence', quantity: '1', unitPrice: gbp(5 * amount) }];
    const body = { clientId: this.place.client.id, jobId: this.place.job.id, lines, draft: flag };
    this.keep((await this.ask('invoices', 'POST /v1/invoices', '', body)).body, 5 * amount);
  }

  private keep({ id, number, issueDate, dueDate }: Body, net: number): void {
    const state = number === null ? 'draft' : 'issued';
    this.paper.invoices.push({
      id,
      state,
      number,
      subtotal: net,
      total: net + net / 5,
      credited: 0,
      creditedNet: 0,
      issueDate,
      dueDate,
    });
    if (state === 'issued') this.paper.revenue.push([issueDate, net]);
  }

  /** Changes a draft, or deletes it if it never had a number. */
  async changeDraft({ which, amount, flag }: Choice): Promise<void> {
    const draft = pick(this.paper.invoices, which);
    if (!draft) return;
    const dueDate = `2027-01-${String((amount % 28) + 1).padStart(2, '0')}`;
    const [method, change] = flag ? ['PATCH', { dueDate, notes: `Until ${dueDate}` }] : ['DELETE', undefined];
    const answer = await this.ask('invoices', `${method} /v1/invoices/{id}`, draft.id, change);
    if (draft.state !== 'draft' || (!flag && draft.number !== null)) return this.refused(answer);
    expect(answer.status).toBe(flag ? 200 : 204);
    if (flag) return void (draft.dueDate = dueDate);
    this.paper.free(draft.id);
    this.paper.invoices.splice(this.paper.invoices.indexOf(draft), 1);
  }

  async issue({ which }: Choice): Promise<void> {
    const drafts = this.paper.invoices.filter(({ state }) => state === 'draft');
    const draft = pick(which % 4 > 0 ? drafts : this.paper.invoices, which);
    if (!draft) return;
    const answer = await this.ask('invoices', 'POST /v1/invoices/{id}/issue', draft.id);
    if (draft.state !== 'draft') return this.refused(answer);
    expect(answer.status).toBe(200);
    if (draft.number !== null) expect(answer.body.number).toBe(draft.number);
    Object.assign(draft, { state: 'issued', number: answer.body.number });
    this.paper.revenue.push([draft.issueDate, draft.subtotal]);
  }

  /** Voids an invoice, or makes it a draft again, which keeps its number. */
  async takeBack(choice: Choice): Promise<void> {
    const [invoice, to] = [this.invoice(choice), choice.flag ? ('void' as const) : ('draft' as const)];
    if (!invoice) return;
    const route = `POST /v1/invoices/{id}/${to === 'void' ? 'void' : 'return-to-draft'}`;
    const answer = await this.ask('invoices', route, invoice.id);
    const isThere = invoice.state === to && invoice.number !== null;
    const mayGo = invoice.state === 'issued' && this.paper.paid(invoice.id) === 0 && invoice.credited === 0;
    if (!isThere && !mayGo) return this.refused(answer);
    expect(answer.status).toBe(200);
    if (isThere) return;
    this.paper.revenue.push([to === 'void' ? this.today() : invoice.issueDate, -invoice.subtotal]);
    invoice.state = to;
    if (to === 'void') this.paper.free(invoice.id);
  }

  /** An accountant voids it in Xero: without money on it, it is void here with all that was credited of it. */
  async voidInXero(choice: Choice): Promise<void> {
    const invoice = this.invoice(choice);
    if (!invoice || invoice.state !== 'issued') return;
    const hasMoney = this.paper.paid(invoice.id) > 0;
    // Money that came and went leaves traces that paper doesn't show.
    if (!hasMoney && this.paper.paymentsOf(invoice.id).length > 0) return;
    for (const _time of ['told', 'told again']) await this.books.followVoid(this.place.workspace.id, invoice.id);
    if (hasMoney) return;
    this.paper.revenue.push([this.today(), invoice.creditedNet - invoice.subtotal]);
    invoice.state = 'void';
    this.paper.free(invoice.id);
  }

  async credit(choice: Choice): Promise<void> {
    const invoice = this.invoice(choice);
    if (!invoice) return;
    const [left, due, refunds] = [invoice.total - invoice.credited, this.paper.due(invoice), choice.flag];
    const kind = (['full', 'lines', 'amount', 'amount'] as const)[choice.amount % 4] as 'full' | 'lines' | 'amount';
    const asked = upTo(left, choice.amount);
    const { body: shown } = await this.ask('invoices', 'GET /v1/invoices/{id}', invoice.id);
    const lineId = pick<Body>(shown.lines, choice.which)?.id;
    const what = { full: {}, lines: { lines: [{ lineId }] }, amount: { amount: gbp(asked) } }[kind];
    const body = { kind, ...what, settle: refunds ? 'refund' : 'allocate' };
    const answer = await this.ask('payments', 'POST /v1/invoices/{id}/credit-notes', invoice.id, body);
    // What is left of one line, only the lines know: there the answer is taken, within what is left of all.
    const total = kind === 'lines' ? (answer.body.total?.amount ?? 0) : kind === 'full' ? left : asked;
    // Nothing goes back where nothing was paid beyond what stays due.
    const fits = invoice.state === 'issued' && total > 0 && total <= left && !(refunds && total <= due);
    if (!fits) return this.refused(answer);
    expect([answer.status, answer.body.total]).toEqual([201, gbp(total)]);
    invoice.credited += total;
    invoice.creditedNet += answer.body.subtotal.amount;
    this.paper.creditNotes.push(answer.body.number);
    this.paper.revenue.push([this.today(), -answer.body.subtotal.amount]);
    if (kind === 'full') this.paper.free(invoice.id);
    if (refunds) await this.gaveBack(invoice, total - Math.min(due, total), answer.body);
  }

  /** Money that was recorded in Xero goes back there. From which others it went is the system's choice; how much isn't. */
  private async gaveBack({ id }: PaperInvoice, open: number, note: Body): Promise<void> {
    const amount = Math.min(open, this.paper.paid(id, { here: true }));
    expect([note.open, note.refunded]).toEqual([gbp(open - amount), gbp(amount)]);
    const before = this.paper.paid(id);
    for (const one of this.paper.paymentsOf(id))
      one.refunded = (await this.ask('payments', 'GET /v1/payments/{id}', one.id)).body.refunded.amount;
    expect(before - this.paper.paid(id)).toBe(amount);
  }

  async pay(choice: Choice): Promise<void> {
    const invoice = this.invoice(choice);
    if (!invoice) return;
    const due = this.paper.due(invoice);
    const amount = choice.flag ? upTo(due, choice.amount) : Math.max(1, due);
    const body = { amount: gbp(amount), receivedOn: this.today() };
    const answer = await this.ask('payments', 'POST /v1/invoices/{id}/payments', invoice.id, body);
    if (invoice.state !== 'issued' || amount > due) return this.refused(answer);
    expect(answer.status).toBe(201);
    this.paper.payments.push({ id: answer.body.id, invoiceId: invoice.id, amount, refunded: 0 });
  }

  /** An accountant records money in Xero, at most what is due; it comes here by itself, however often it is told. */
  async payInXero(choice: Choice): Promise<void> {
    const invoice = this.invoice(choice);
    const due = invoice ? this.paper.due(invoice) : 0;
    if (!invoice || due === 0 || invoice.state !== 'issued') return;
    const [id, amount] = [newId('pay'), Math.min(due, upTo(due, choice.amount))];
    const money = { id, xeroId: id, amount: gbp(amount), receivedOn: this.today(), reference: '' };
    for (const came of [[money], [money]])
      await this.books.followMoney(this.place.workspace.id, invoice.id, { tenantId: 'books', came, gone: [] });
    this.paper.payments.push({ id, invoiceId: invoice.id, amount, refunded: 0, inXero: true });
  }

  /** The accountant takes it back. */
  async takeBackInXero({ which }: Choice): Promise<void> {
    const payment = pick(
      this.paper.payments.filter(({ inXero }) => inXero),
      which,
    );
    if (!payment) return;
    const { id, invoiceId } = payment;
    for (const gone of [[id], [id]])
      await this.books.followMoney(this.place.workspace.id, invoiceId, { tenantId: 'books', came: [], gone });
    this.paper.payments.splice(this.paper.payments.indexOf(payment), 1);
  }

  async refund({ which, amount }: Choice): Promise<void> {
    const payment = pick(this.paper.payments, which);
    if (!payment) return;
    const left = payment.amount - payment.refunded;
    const asked = upTo(left, amount);
    const answer = await this.ask('payments', 'POST /v1/payments/{id}/refunds', payment.id, { amount: gbp(asked) });
    // What was recorded in Xero goes back there.
    if (payment.inXero) return expect(answer.status).toBe(403);
    if (asked > left) return this.refused(answer);
    expect(answer.status).toBe(201);
    payment.refunded += asked;
  }

  /** The job gets another rate, and its unbilled time too. */
  async reRate({ amount }: Choice): Promise<void> {
    this.rate = 100 * ((amount % 200) + 1);
    const { id } = this.place.job;
    await this.ask('workspace', 'PUT /v1/jobs/{id}/rates', id, { rate: gbp(this.rate), memberRates: [] });
    const preview = await this.ask('time', 'POST /v1/jobs/{id}/re-rate/preview', id, {});
    const done = await this.ask('time', 'POST /v1/jobs/{id}/re-rate', id, { expect: preview.body.expect });
    expect([preview.status, done.status]).toEqual([200, 200]);
    for (const one of this.paper.unbilled(this.paper.times)) one.net = (this.rate / 4) * (one.seconds / 900);
  }

  /** Takes time off a bill, or approves it. */
  async settleBill({ which, amount, flag }: Choice): Promise<void> {
    const bill = pick(await this.listed('bills', '/v1/bills'), which);
    if (!bill) return;
    const seconds = upTo(bill.owedSeconds, amount);
    const [what, body] = flag ? ['write-off', { seconds, reason: 'Agreed' }] : ['approve', undefined];
    const answer = await this.ask('bills', `POST /v1/bills/{id}/${what}`, bill.id, body);
    if (bill.status !== 'open' || (flag && seconds > bill.owedSeconds)) return this.refused(answer);
    expect(answer.status).toBe(200);
    if (flag) expect(answer.body.writtenOffSeconds).toBe(bill.writtenOffSeconds + seconds);
    else this.paper.approvedBills.push(answer.body.number);
  }

  nextDay = async (): Promise<void> => this.rooms.clock.advance(86_400);
}
