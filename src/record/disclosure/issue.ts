import type { JsonValue } from '../../bytes/json.ts';
import { toBase64Url, toUtf8 } from '../../bytes/text.ts';
import { digestOf } from './sd-jwt.ts';

/** 128 bits, so that nobody guesses what was not shown (RFC 9901, 9.3). */
export const SD_SALT_BYTES = 16;
/** Digests of nothing among the others, at least and at most: how many claims there are is not told (RFC 9901, 4.2.5). */
const DECOYS = { least: 2, spread: 7 } as const;

export type Folding = {
  /** Shown to everybody. */
  readonly always: { readonly [name: string]: JsonValue };
  /** Shown one by one. */
  readonly chosen: { readonly [name: string]: JsonValue };
  /** A list of which each element is shown by itself. */
  readonly list: { readonly name: string; readonly items: readonly JsonValue[] };
};

export type Folded = {
  /** To be signed by the issuer. */
  readonly payload: { readonly [name: string]: JsonValue };
  readonly disclosures: readonly { readonly name: string; readonly disclosure: string }[];
};

/**
 * Puts digests in the place of what is shown by choice (RFC 9901, 4.2). Digests are sorted: their order tells nothing of what they stand for.
 *
 * @param random of so many bytes, fresh at each call
 */
export function fold({ always, chosen, list }: Folding, random: (length: number) => Uint8Array): Folded {
  const disclose = (...parts: readonly JsonValue[]): string =>
    toBase64Url(toUtf8(JSON.stringify([toBase64Url(random(SD_SALT_BYTES)), ...parts]), 'disclosure'));
  const claims = Object.entries(chosen).map(([name, value]) => ({ name, disclosure: disclose(name, value) }));
  const elements = list.items.map((item, place) => ({
    name: `${list.name}[${place}]`,
    disclosure: disclose(item),
  }));
  const digests = (of: readonly { readonly disclosure: string }[]): string[] =>
    [...of.map(({ disclosure }) => digestOf(disclosure)), ...decoys(random)].sort();
  const payload = {
    ...always,
    [list.name]: digests(elements).map((digest) => ({ '...': digest })),
    _sd: digests(claims),
    _sd_alg: 'sha-256',
  };
  return { payload, disclosures: [...claims, ...elements] };
}

function decoys(random: (length: number) => Uint8Array): string[] {
  const count = DECOYS.least + ((random(1)[0] ?? 0) % DECOYS.spread);
  return Array.from({ length: count }, () => toBase64Url(random(32)));
}
