const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const last = digits.at(-1) ?? '';

/** The id right behind one: its ULID, taken as a number, plus one. */
export function idAfter(id: string): string {
  const places = [...id];
  for (let place = places.length - 1; place >= 0 && places[place] !== '_'; place -= 1) {
    const digit = places[place] ?? '';
    places[place] = digits[(digits.indexOf(digit) + 1) % digits.length] ?? digit;
    if (digit !== last) return places.join('');
  }
  throw new RangeError('no id is left behind this one');
}

/**
 * Ids in a row, the first of them given: as unique as that one, in the order in which they are taken. For the parts of one document,
 * which are stored together: ids that differ in their last digits only take hardly any room.
 */
export function consecutiveIds(first: string): () => string {
  let next = first;
  return () => {
    const taken = next;
    next = idAfter(taken);
    return taken;
  };
}
