import { documentMissing, type DocumentThere } from '../../shared/domain/compare-document.ts';
import type { DifferenceSubject } from '../../shared/domain/discrepancy.ts';
import type { HereStage, PageStage } from '../../shared/store/reconciliation.ts';
import type { QueryInput } from '../../shared/store/table.ts';
import type { Listed } from '../../shared/xero/compared.ts';
import type { DocumentKind, OurDocument } from './compare-documents.ts';
import { nothingOf, together, type Compared } from './compared.ts';
import type { Books } from './open-books.ts';
import type { Run } from './run.ts';

// Flow of the comparison: what it has to know of anything that it goes through, page by page there and row by row here.

/** Rows of ours, and how each is looked up that Xero's pages did not show. */
export interface OwnRows {
  readonly stage: HereStage;
  /** What their ids begin with. */
  readonly prefix: string;
  /** All of them, as a list of the workspace. */
  readonly list: (ws: string) => QueryInput;
  /** So many are looked up in one step. */
  readonly atOnce: number;
  /** Which of them stand in these books as far as we know, and which have to get there and never were sent. */
  readonly judge: (run: Run, ids: readonly string[]) => Promise<ReadonlyMap<string, 'there' | 'never-sent'>>;
  /** Asks Xero for them by their ids there. Only its plain "there is no such one" means that something is missing. */
  readonly lookUp: (run: Run, ids: readonly string[]) => Promise<Compared>;
}

export interface WalkedKind {
  readonly stage: PageStage;
  readonly subjects: readonly DifferenceSubject[];
  /** Whether anything of it is here. What nobody here has is not asked for. */
  readonly isKept: (run: Run) => Promise<boolean>;
  /** Whether its pages may be asked for, where that needs a permission that not every connection has. */
  readonly mayAsk?: (run: Run) => Promise<boolean>;
  readonly page: (
    run: Run,
    asked: { page: number; changedSince: string | undefined },
  ) => Promise<Compared & { readonly more: boolean }>;
  /** One of theirs by its id; undefined where there is none. */
  readonly lookUpTheirs: (run: Run, outsideId: string) => Promise<Compared | undefined>;
  readonly rows: readonly OwnRows[];
}

/** How documents of a kind are asked for. */
export interface DocumentsThere<T> {
  readonly list: (books: Books, asked: { page: number; changedSince: string | undefined }) => Promise<Listed<T>>;
  /** Many by their ids, where Xero can be asked so; what is not among the answers was not found. */
  readonly find?: (books: Books, ids: readonly string[]) => Promise<T[]>;
  readonly read: (books: Books, id: string) => Promise<T | undefined>;
}

/** As many as one call finds; without such a call each costs one. */
const lookedUpAtOnce = { together: 40, oneByOne: 5 };

/** A kind of documents as the comparison goes through it. `follow` takes over what belongs to Xero, and compares what is left. */
export const walkedDocuments = <T extends DocumentThere, O extends OurDocument>(
  kind: DocumentKind<T, O>,
  there: DocumentsThere<T>,
  about: Pick<WalkedKind, 'stage' | 'subjects'> & {
    readonly rows: readonly Pick<OwnRows, 'stage' | 'prefix' | 'list'>[];
    readonly follow: (run: Run, found: readonly T[]) => Promise<Compared>;
  },
): WalkedKind => {
  const { stage, subjects, rows, follow } = about;
  return {
    stage,
    subjects,
    isKept: async (run) => {
      const found = await Promise.all(rows.map(({ list }) => run.world.table.query({ ...list(run.ws), limit: 1 })));
      return found.some(({ items }) => items.length > 0);
    },
    page: async (run, asked) => {
      const { found, more } = await there.list(run.books, asked);
      return { ...(await follow(run, found)), more };
    },
    lookUpTheirs: async (run, outsideId) => {
      const found = await there.read(run.books, outsideId);
      return found && follow(run, [found]);
    },
    rows: rows.map((own) => ({
      ...own,
      atOnce: there.find ? lookedUpAtOnce.together : lookedUpAtOnce.oneByOne,
      judge: async (run, ids) => {
        const known = await kind.read(run, ids);
        return new Map(
          ids.flatMap((id) => {
            const judged = judge(run, known.get(id));
            return judged ? [[id, judged] as const] : [];
          }),
        );
      },
      lookUp: async (run, ids) => {
        const known = await kind.read(run, ids);
        const { found, gone } = await lookUp(
          run,
          kind,
          there,
          ids.flatMap((id) => known.get(id) ?? []),
        );
        return together([await follow(run, found), ...gone, ...[...known.keys()].map(nothingOf)]);
      },
    })),
  };
};

const isHere = (run: Run, { sync }: OurDocument): boolean =>
  sync?.xeroId != null && (sync.tenantId == null || sync.tenantId === run.tenantId);

const judge = (run: Run, ours: OurDocument | undefined): 'there' | 'never-sent' | undefined => {
  if (!ours) return undefined;
  const { sync, standing, toXero } = ours;
  if (sync?.xeroId != null) return isHere(run, ours) && standing !== 'nothing' ? 'there' : undefined;
  const isHeldUp = sync?.state === 'blocked' || sync?.state === 'failed';
  return standing === 'stands' && toXero && !isHeldUp ? 'never-sent' : undefined;
};

const lookUp = async <T extends DocumentThere, O extends OurDocument>(
  run: Run,
  { idOf }: Pick<DocumentKind<T, O>, 'idOf'>,
  there: DocumentsThere<T>,
  ours: readonly O[],
): Promise<{ found: T[]; gone: Compared[] }> => {
  const wanted = ours.filter((one) => isHere(run, one)).map((one) => ({ one, xeroId: one.sync?.xeroId ?? '' }));
  const many = wanted.length > 1 ? there.find : undefined;
  const listed = many
    ? await many(
        run.books,
        wanted.map(({ xeroId }) => xeroId),
      )
    : [];
  const found = [...listed];
  const gone: Compared[] = [];
  for (const { one, xeroId } of wanted) {
    if (listed.some((document) => idOf(document) === xeroId)) continue;
    const single = await there.read(run.books, xeroId);
    if (single) found.push(single);
    // What is off here, and is not there at all, is settled on both sides.
    else if (one.standing === 'stands') gone.push({ ...nothingOf(one.id), differences: [documentMissing(one, xeroId)] });
  }
  return { found, gone };
};
