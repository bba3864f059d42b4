import { hash } from 'node:crypto';
import { finding } from '../../record/audit/findings.ts';
import type { DocumentReader } from './read-footing.ts';
import type { RecordSource } from './source.ts';
import type { Tally } from './tally.ts';

/** Documents at hand, at most: vendors publish some hundred kilobytes for a fleet. */
const KEPT_BYTES = 32 * 1024 * 1024;

/** Reads documents by digest and believes none: each that is read from the source is hashed. */
export function documentReader({ document }: Pick<RecordSource, 'document'>, tally: Tally): DocumentReader {
  const known = new Map<string, Uint8Array>();
  let bytes = 0;
  return async (digest) => {
    const kept = known.get(digest);
    if (kept !== undefined) return kept;
    const found = await document(digest);
    const subject = `document ${digest}`;
    if (found === undefined) {
      tally.found(finding('document.absent', subject));
      return undefined;
    }
    const actual = hash('sha256', found, 'hex');
    if (actual !== digest) {
      tally.found(finding('document.altered', subject, { expected: digest, actual }));
      return undefined;
    }
    tally.holds('documents.as-received');
    if (bytes + found.length > KEPT_BYTES) {
      known.clear();
      bytes = 0;
    }
    bytes += found.length;
    known.set(digest, found);
    return found;
  };
}
