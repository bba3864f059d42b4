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
  // Where a row is gone and left no hole those behind it moved up: they are not reported, they are all there.
  const isShifted = entries.length < leaves.length;
  const findings: Finding[] = [];
  for (const [place, hash] of expected.entries()) {
    const actual = found[place];
    if (actual === hash || (isShifted && present.has(hash))) continue;
    const leaf = index * TILE_WIDTH + place;
    if (present.has(hash)) {
      const stands = actual === undefined ? undefined : places.get(actual);
      const because =
        stands === undefined ? 'an unknown entry' : `the entry of leaf ${index * TILE_WIDTH + stands}`;
      findings.push(finding('log.leaves-reordered', `leaf ${leaf}`, { because }));
    } else if (isShifted || actual === undefined) {
      findings.push(finding('log.leaf-removed', `leaf ${leaf}`, { expected: hash, actual: 'no such entry' }));
    } else {
      findings.push(finding('log.leaf-altered', `leaf ${leaf}`, { expected: hash, actual }));
    }
  }
  return findings;
}
