/** What is packed of a text takes 41 bits, a place 17. */
const MOST = 2 ** 41;
const PLACES = 2 ** 17;
const LOW = 2 ** 15;

/** At most so many characters are packed at once: as many as fit, by how many different ones stand at each place. */
const LOOK = 24;
/** As many texts tell which those are. */
const SAMPLE = 256;
/** Code units that take a byte, and one for all others. */
const CODES = 0x101;

/** Below this a comparison costs less than packing. */
const FEW = 24;

/**
 * Sorts indices of texts, in place, by the texts' UTF-16 code units; equal ones as they came. The texts are alike in their first `start`.
 *
 * Engines sort an array of plain 64-bit numbers ten times as fast as by a function: some characters, each as a digit, and the place are packed
 * into one. A sample of the texts tells which characters have a digit of their own where; the others share one between their neighbours', and
 * behind it texts are compared.
 */
export function sortTexts(order: Uint32Array, texts: readonly string[], start = 0): void {
  if (order.length <= FEW) {
    insert(order, texts);
    return;
  }
  if (order.length > PLACES) {
    sortByComparing(order, texts);
    return;
  }
  const digits = digitsOf(order, texts, start);
  const words = pack(order, texts, digits);
  const before = order.slice();
  for (let place = 0; place < order.length; place += 1) {
    order[place] = before[(words[place * 2] ?? 0) % PLACES] ?? 0;
  }
  let from = 0;
  for (let to = 1; to <= order.length; to += 1) {
    if (to < order.length && isLike(words, from, to)) continue;
    if (to - from > 1) sortAlike(order.subarray(from, to), texts, digits);
    from = to;
  }
}

type Digits = {
  /** The first place of the texts that is packed, and how many are. */
  readonly start: number;
  readonly characters: number;
  /** At each place, for each code unit: 0 stands for the end, even digits for one character, odd ones for all between two. */
  readonly table: Uint16Array;
  /** What the digit of each place counts. */
  readonly weights: Float64Array;
};

function digitsOf(order: Uint32Array, texts: readonly string[], start: number): Digits {
  const step = Math.max(1, Math.floor(order.length / SAMPLE));
  const table = new Uint16Array(LOOK * CODES);
  const bases: number[] = [];
  let combinations = 1;
  for (; bases.length < LOOK; ) {
    const row = table.subarray(bases.length * CODES, (bases.length + 1) * CODES);
    const base = fillRow(row, order, texts, start + bases.length, step);
    // One place at least: whoever has ended there is told from whoever has not.
    if (bases.length > 0 && (combinations * base > MOST || base === 2)) break;
    combinations *= base;
    bases.push(base);
  }
  const weights = new Float64Array(bases.length);
  for (let place = bases.length - 1, weight = 1; place >= 0; place -= 1) {
    weights[place] = weight;
    weight *= bases[place] ?? 1;
  }
  return { start, characters: bases.length, table, weights };
}

/** @returns how many digits there are at a place of the texts */
function fillRow(
  row: Uint16Array,
  order: Uint32Array,
  texts: readonly string[],
  at: number,
  step: number,
): number {
  row.fill(0);
  for (let place = 0; place < order.length; place += step) {
    const code = (texts[order[place] ?? 0] ?? '').charCodeAt(at); // NaN behind the end
    if (code < CODES - 1) row[code] = 1;
  }
  let digit = 1;
  for (let code = 0; code < CODES; code += 1) {
    if (row[code] === 0) row[code] = digit;
    else {
      row[code] = digit + 1;
      digit += 2;
    }
  }
  return digit + 1;
}

/** Each text's digits with its place, as pairs of 32 bits, sorted. */
function pack(
  order: Uint32Array,
  texts: readonly string[],
  { start, characters, table, weights }: Digits,
): Uint32Array {
  const words = new Uint32Array(order.length * 2);
  for (let place = 0; place < order.length; place += 1) {
    const text = texts[order[place] ?? 0] ?? '';
    const end = Math.min(characters, text.length - start);
    let number = 0;
    for (let at = 0; at < end; at += 1) {
      const code = text.charCodeAt(start + at);
      const digit = table[at * CODES + (code < CODES ? code : CODES - 1)] ?? 0;
      number += digit * (weights[at] ?? 0);
      if (digit % 2 === 1) break;
    }
    const high = Math.floor(number / LOW);
    words[place * 2] = (number - high * LOW) * PLACES + place;
    words[place * 2 + 1] = high;
  }
  new BigUint64Array(words.buffer).sort(); // whose low word comes first on every machine that runs a browser
  return words;
}

/** Whether two are packed alike, their places aside. */
function isLike(words: Uint32Array, a: number, b: number): boolean {
  return words[a * 2 + 1] === words[b * 2 + 1] && ((words[a * 2] ?? 0) ^ (words[b * 2] ?? 0)) >>> 17 === 0;
}

/** Texts that are packed alike: by what follows, unless they have ended, and are equal. */
function sortAlike(run: Uint32Array, texts: readonly string[], { start, characters, table }: Digits): void {
  if (run.length <= FEW) {
    insert(run, texts);
    return;
  }
  const text = texts[run[0] ?? 0] ?? '';
  for (let at = 0; at < characters; at += 1) {
    const code = text.charCodeAt(start + at);
    if (Number.isNaN(code)) return;
    if ((table[at * CODES + Math.min(code, CODES - 1)] ?? 0) % 2 === 1) {
      sortByComparing(run, texts);
      return;
    }
  }
  sortTexts(run, texts, start + characters);
}

function sortByComparing(order: Uint32Array, texts: readonly string[]): void {
  order.sort((a, b) => {
    const [one = '', other = ''] = [texts[a], texts[b]];
    return one < other ? -1 : one > other ? 1 : a - b;
  });
}

/** Sorts few of them by comparison. */
function insert(order: Uint32Array, texts: readonly string[]): void {
  for (let place = 1; place < order.length; place += 1) {
    const index = order[place] ?? 0;
    const text = texts[index] ?? '';
    let at = place;
    for (; at > 0 && (texts[order[at - 1] ?? 0] ?? '') > text; at -= 1) order[at] = order[at - 1] ?? 0;
    order[at] = index;
  }
}
