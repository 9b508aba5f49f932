/** One row of the table: what was measured, against what is wanted and what can't be undercut. */
export interface Figure {
  readonly id: string;
  readonly what: string;
  readonly measured: number | string | undefined;
  readonly goal: string;
  readonly floor: string;
  /** Undefined while the figure can't be measured. */
  readonly ok: boolean | undefined;
}

/** A figure with an upper bound. */
export const atMost = (id: string, what: string, measured: number, goal: number, floor: string | number = ''): Figure => ({
  id,
  what,
  measured: Number(measured.toFixed(4)),
  goal: `≤ ${goal}`,
  floor: String(floor),
  ok: measured <= goal,
});

/** A figure with a lower bound. */
export const atLeast = (id: string, what: string, measured: number, goal: number, ceiling: string | number = ''): Figure => ({
  id,
  what,
  measured: Number(measured.toFixed(4)),
  goal: `≥ ${goal}`,
  floor: String(ceiling),
  ok: measured >= goal,
});

/** A figure whose part of the product isn't there yet. Never a guess. */
export const notYet = (id: string, what: string, goal: string): Figure => ({
  id,
  what,
  measured: undefined,
  goal,
  floor: '',
  ok: undefined,
});

const word = ({ ok }: Figure): string => (ok === undefined ? 'not yet' : ok ? 'yes' : 'MISSED');

/** The figures as one aligned table. */
export const tableOf = (figures: readonly Figure[]): string => {
  const rows = [
    ['#', 'figure', 'measured', 'goal', 'floor', 'ok'],
    ...figures.map((figure) => [
      figure.id,
      figure.what,
      figure.measured === undefined ? '-' : String(figure.measured),
      figure.goal,
      figure.floor,
      word(figure),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
