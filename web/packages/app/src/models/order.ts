// Places in an order that people make themselves: moving one writes as few places as can be. Pure.

/** What orders of the specification may be made of, here of letters alone. */
const FIRST = "a".charCodeAt(0);
const LETTERS = 26;

export interface Placed<Order> {
  readonly id: string;
  readonly order: Order | undefined;
}

/** A list with one of it in another place: `before` is the one that it is put in front of, nothing for the end. */
export function moved<T extends { readonly id: string }>(
  all: readonly T[],
  id: string,
  before: string | undefined,
): readonly T[] {
  const one = all.find((item) => item.id === id);
  if (!one || before === id) return all;
  const others = all.filter((item) => item.id !== id);
  const place = before === undefined ? -1 : others.findIndex((item) => item.id === before);
  return place < 0 ? [...others, one] : [...others.slice(0, place), one, ...others.slice(place)];
}

/** The numbers between 0 and 1 that have to be written so that the list stands in its order. */
export function numbersFor(all: readonly Placed<number>[], id: string): ReadonlyMap<string, number> {
  const fresh = (): Map<string, number> =>
    new Map(all.map((item, place) => [item.id, (place + 1) / (all.length + 1)]));
  return placesFor(all, id, fresh, (before = 0, after = 1) => {
    const middle = (before + after) / 2;
    // Halved often enough there is nothing between.
    return middle > before && middle < after ? middle : undefined;
  });
}

/** The words that have to be written so that the list stands in its order, as code points are ordered. */
export function wordsFor(all: readonly Placed<string>[], id: string): ReadonlyMap<string, string> {
  const fresh = (): Map<string, string> => {
    const width = Math.ceil(Math.log(all.length + 2) / Math.log(LETTERS)) + 1;
    const step = Math.floor(LETTERS ** width / (all.length + 1));
    return new Map(all.map((item, place) => [item.id, word((place + 1) * step, width)]));
  };
  return placesFor(all, id, fresh, between);
}

function placesFor<Order extends string | number>(
  all: readonly Placed<Order>[],
  id: string,
  fresh: () => Map<string, Order>,
  middle: (before: Order | undefined, after: Order | undefined) => Order | undefined,
): ReadonlyMap<string, Order> {
  const place = all.findIndex((item) => item.id === id);
  const [before, after] = [all[place - 1], all[place + 1]];
  const others = all.filter((item) => item.id !== id);
  // Where somebody has no place yet, or two have the same, everybody gets one.
  const inOrder = others.every(
    ({ order }, index) => order !== undefined && (index === 0 || (others[index - 1]?.order ?? order) < order),
  );
  const order = inOrder ? middle(before?.order, after?.order) : undefined;
  return order === undefined ? fresh() : new Map([[id, order]]);
}

/** How long a word may become before all are written anew; the specification allows 50. */
const LENGTH_MAX = 40;

/** A word of small letters between two others. */
function between(before: string | undefined, after: string | undefined): string | undefined {
  if (![before ?? "", after ?? ""].every((one) => /^[a-z]*$/.test(one))) return undefined;
  let found = "";
  for (let place = 0; place < LENGTH_MAX; place += 1) {
    const low = before === undefined || place >= before.length ? -1 : before.charCodeAt(place) - FIRST;
    const bound = after?.startsWith(found) ? after.charCodeAt(place) : Number.NaN;
    const high = Number.isNaN(bound) ? LETTERS : bound - FIRST;
    const middle = Math.floor((low + high) / 2);
    if (middle > low && middle > 0) return found + letter(middle);
    // No room between these letters: the next ones decide.
    found += letter(Math.max(low, 0));
  }
  return undefined;
}

const letter = (place: number): string => String.fromCharCode(FIRST + place);

function word(value: number, width: number): string {
  let [rest, made] = [value, ""];
  for (let place = 0; place < width; place += 1) {
    made = letter(rest % LETTERS) + made;
    rest = Math.floor(rest / LETTERS);
  }
  return made;
}
