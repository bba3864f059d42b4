/** Numbers that follow from a seed: the same campaign again from the same one. From 0 to below `below`. */
export type Chance = (below: number) => number;

/** xorshift32 (Marsaglia, 2003): a few nanoseconds each, and as random as a fuzzer needs. */
export function chanceFrom(seed: number): Chance {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Numbers at the edges of fields. */
const EDGES = [0x00, 0x01, 0x7f, 0x80, 0xff] as const;
/** What is put in, cut out or doubled at once is no longer than this. */
const MOST_PUT = 32;
/** One input in so many is swollen: what costs more than its length shows in long inputs alone. */
const SWOLLEN_ONE_IN = 256;
const MOST_SWOLLEN = 64 * 1024;

type Samples = readonly [Uint8Array, ...Uint8Array[]];

/**
 * A sample with some of it flipped, set to an edge, cut out, doubled, cut short, or put in from another sample; now and then with a
 * piece of it repeated until it is long.
 */
export function mutate(samples: Samples, chance: Chance): Uint8Array {
  let bytes = Buffer.from(samples[chance(samples.length)] ?? samples[0]);
  for (let changes = 1 + chance(3); changes > 0; changes--) bytes = changeOnce(bytes, samples, chance);
  if (chance(SWOLLEN_ONE_IN) === 0) bytes = swell(bytes, chance);
  // A view and no Buffer, whose `slice` is another: parsers must read either, wherever in its memory it begins.
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function changeOnce(bytes: Buffer<ArrayBuffer>, samples: Samples, chance: Chance): Buffer<ArrayBuffer> {
  const at = chance(bytes.length + 1);
  const length = 1 + chance(MOST_PUT);
  switch (chance(8)) {
    case 0:
    case 1:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << chance(8));
      return bytes;
    case 2:
      if (at < bytes.length) bytes[at] = EDGES[chance(EDGES.length)] ?? 0;
      return bytes;
    case 3:
      for (let place = at; place < Math.min(at + length, bytes.length); place++) bytes[place] = chance(256);
      return bytes;
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)]);
    case 6:
      return bytes.subarray(0, at);
    default: {
      const other = samples[chance(samples.length)] ?? samples[0];
      const from = chance(other.length + 1);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + length), bytes.subarray(at)]);
    }
  }
}

function swell(bytes: Buffer<ArrayBuffer>, chance: Chance): Buffer<ArrayBuffer> {
  const at = chance(bytes.length + 1);
  const piece = bytes.subarray(at, at + 1 + chance(2 * MOST_PUT));
  if (piece.length === 0) return bytes;
  const times = chance(Math.ceil(MOST_SWOLLEN / piece.length));
  return Buffer.concat([bytes.subarray(0, at), ...Array(times).fill(piece), bytes.subarray(at)]);
}
