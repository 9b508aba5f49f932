// What a bookkeeper would keep on paper of one job: work, invoices and money, each with what became of it.

/** An entry or an expense, worth `net` before tax, on the invoice `on`. */
export interface Work {
  readonly id: string;
  readonly memberId: string;
  seconds: number;
  net: number;
  readonly billable: boolean;
  on: string | null;
}

export interface PaperInvoice {
  readonly id: string;
  state: 'draft' | 'issued' | 'void';
  number: string | null;
  subtotal: number;
  total: number;
  credited: number;
  /** The same before tax. */
  creditedNet: number;
  issueDate: string;
  dueDate: string;
}

interface PaperPayment {
  readonly id: string;
  readonly invoiceId: string;
  readonly amount: number;
  refunded: number;
  /** Recorded in Xero, not here. */
  readonly inXero?: true;
}

export const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);

/** Sums by day, or by what else they stand under, without those that come to nothing. */
export const sumsBy = (moved: readonly (readonly [string, number])[]): Record<string, number> => {
  const sums = new Map<string, number>();
  for (const [place, amount] of moved) sums.set(place, (sums.get(place) ?? 0) + amount);
  return Object.fromEntries([...sums].filter(([, amount]) => amount !== 0).sort());
};

export class Paper {
  readonly times: Work[] = [];
  readonly expenses: Work[] = [];
  readonly invoices: PaperInvoice[] = [];
  readonly payments: PaperPayment[] = [];
  /** Net of tax, on the day on which it counts. */
  readonly revenue: [string, number][] = [];
  /** Numbers of credit notes and of bills, in the order in which they were given. */
  readonly creditNotes: string[] = [];
  readonly approvedBills: string[] = [];

  paymentsOf = (id: string): PaperPayment[] => this.payments.filter(({ invoiceId }) => invoiceId === id);
  /** `here`: without what was recorded in Xero. */
  paid = (id: string, { here = false } = {}): number =>
    sum(this.paymentsOf(id).map(({ amount, refunded, inXero }) => (here && inXero ? 0 : amount - refunded)));
  refunded = (id: string): number => sum(this.paymentsOf(id).map(({ refunded }) => refunded));
  owed = ({ state, total, credited }: PaperInvoice): number => (state === 'void' ? 0 : total - credited);
  due = (invoice: PaperInvoice): number => Math.max(0, this.owed(invoice) - this.paid(invoice.id));
  tooMuch = (invoice: PaperInvoice): number => Math.max(0, this.paid(invoice.id) - this.owed(invoice));

  statusOf(invoice: PaperInvoice): string {
    if (invoice.state !== 'issued') return invoice.state;
    const paid = this.paid(invoice.id);
    if (paid >= this.owed(invoice)) return 'paid';
    return paid > 0 ? 'partially-paid' : 'issued';
  }

  unbilled = (all: readonly Work[]): Work[] => all.filter(({ billable, on }) => billable && on === null);

  free(invoiceId: string): void {
    for (const work of [...this.times, ...this.expenses]) if (work.on === invoiceId) work.on = null;
  }

  dues = (): Record<string, number> =>
    sumsBy(this.invoices.filter(({ state }) => state === 'issued').map((one) => [one.dueDate, this.due(one)]));

  /** Raw seconds on live invoices, by invoice and expert. */
  billedSeconds(): Record<string, number> {
    const live = new Set(this.invoices.filter(({ state }) => state === 'issued').map(({ id }) => id));
    const billed = this.times.filter(({ on }) => on !== null && live.has(on));
    return sumsBy(billed.map(({ on, memberId, seconds }) => [`${on}/${memberId}`, seconds]));
  }
}
