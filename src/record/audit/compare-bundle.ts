import { toHex } from '../../bytes/text.ts';
import { leafHash } from '../merkle.ts';
import { TILE_WIDTH } from '../tiles.ts';
import { type Finding, finding } from './findings.ts';

/** The entries of one bundle as somebody has them; undefined where one is missing and its place is known. */
export type FoundEntries = readonly (Uint8Array | undefined)[];

/**
 * Holds entries against the leaves that the tree has in their place, and says of each that differs what became of it: gone,
 * in another's place, or altered.
 *
 * @param leaves proven hashes, from 256 * index on
 */
export function compareBundle(
  index: number,
  leaves: readonly Uint8Array[],
  entries: FoundEntries,
): readonly Finding[] {
  const expected = leaves.map(toHex);
  const found = entries.map((entry) => (entry === undefined ? undefined : toHex(leafHash(entry))));
  if (expected.length === found.length && expected.every((hash, place) => hash === found[place])) return [];
  const places = new Map(expected.map((hash, place) => [hash, place]));
  const present = new Set(found);
  const findings: Finding[] = [];
  for (const [place, hash] of expected.entries()) {
    const actual = found[place];
    if (actual === hash) continue;
    const leaf = index * TILE_WIDTH + place;
    const stands = actual === undefined ? undefined : places.get(actual);
    const isShort = entries.length < leaves.length || entries.includes(undefined);
    if (!present.has(hash) && (isShort || actual === undefined)) {
      // Where a row is gone those behind it move up: they are not reported, they are all there.
      findings.push(finding('log.leaf-removed', `leaf ${leaf}`, { expected: hash, actual: 'no such entry' }));
    } else if (!present.has(hash)) {
      findings.push(
        finding('log.leaf-altered', `leaf ${leaf}`, { expected: hash, actual: actual ?? 'nothing' }),
      );
    } else if (!isShort) {
      const because =
        stands === undefined ? 'an unknown entry' : `the entry of leaf ${index * TILE_WIDTH + stands}`;
      findings.push(finding('log.leaves-reordered', `leaf ${leaf}`, { because }));
    }
  }
  return findings;
}
