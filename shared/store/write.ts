/** Where an item stands. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** An item as DynamoDB holds it. Parsed by the store file of its kind before anybody uses it. */
export type Item = Key & Record<string, unknown>;

interface Common {
  /** What is written, in a word for people: it names the loser of a race. */
  readonly what: string;
  /** Reads aloud; attributes are written `#name`, values `:name`. */
  readonly condition?: string | undefined;
  readonly values?: Record<string, unknown> | undefined;
  /** The error to throw when the condition fails; gets the item as it stands. */
  readonly onFail?: ((old: Item | undefined) => Error | undefined) | undefined;
  /** This write's failed condition is heard before any other's: the request was answered already. */
  readonly outranks?: true;
}

/** One action of a transaction. */
export type Write =
  | (Common & { readonly kind: 'put'; readonly item: Item })
  | (Common & { readonly kind: 'update'; readonly key: Key; readonly expression: string })
  | (Common & { readonly kind: 'delete'; readonly key: Key })
  | (Common & { readonly kind: 'check'; readonly key: Key; readonly condition: string });

type Guard = Pick<Common, 'condition' | 'values' | 'onFail' | 'outranks'>;

export const put = (what: string, item: Item, guard: Guard = {}): Write => ({ kind: 'put', what, item, ...guard });

/** A put that only succeeds where nothing stands yet. */
export const putNew = (what: string, item: Item, guard: Pick<Guard, 'onFail'> = {}): Write =>
  put(what, item, { condition: 'attribute_not_exists(#pk)', ...guard });

export const remove = (what: string, key: Key, guard: Guard = {}): Write => ({ kind: 'delete', what, key, ...guard });

export const check = (what: string, key: Key, guard: Guard & { condition: string }): Write => ({
  kind: 'check',
  what,
  key,
  ...guard,
});

export interface Changes {
  /** `undefined` removes the attribute. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly add?: Readonly<Record<string, number>>;
}

/** Sets, removes and adds attributes of one item. */
export const update = (what: string, key: Key, { set = {}, add = {} }: Changes, guard: Guard = {}): Write => {
  const present = Object.entries(set).filter(([, value]) => value !== undefined);
  const gone = Object.entries(set).filter(([, value]) => value === undefined);
  const adds = Object.entries(add);
  const parts = [
    present.length > 0 ? `SET ${present.map(([name]) => `#${name} = :set_${name}`).join(', ')}` : '',
    gone.length > 0 ? `REMOVE ${gone.map(([name]) => `#${name}`).join(', ')}` : '',
    adds.length > 0 ? `ADD ${adds.map(([name]) => `#${name} :add_${name}`).join(', ')}` : '',
  ];
  const values = {
    ...Object.fromEntries(present.map(([name, value]) => [`:set_${name}`, value])),
    ...Object.fromEntries(adds.map(([name, value]) => [`:add_${name}`, value])),
    ...guard.values,
  };
  return { ...guard, kind: 'update', what, key, expression: parts.filter(Boolean).join(' '), values };
};
