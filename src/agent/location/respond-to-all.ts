import { SextantError } from '../../bytes/errors.ts';
import { fromBase64Url, toBase64Url } from '../../bytes/text.ts';
import type { HostKeys } from './answering.ts';
import { respondToLandmark } from './respond.ts';

/** So many landmarks measure at once: more would wait in each other's round trips, fewer could outlast their permits. */
const AT_ONCE = 4;

/** As a verifier hands it out. */
export type GivenPermit = { readonly landmarkId: string; readonly permit: string };

/** A permit that was used, and what the landmark gave for it; all base64url. */
export type Measured = GivenPermit & { readonly receipt: string };

/** A landmark that did not measure. It forbids nothing: a bound is missing. */
export type MissingBound = { readonly landmarkId: string; readonly code: string; readonly message: string };

/** Lets every landmark measure, a few at a time. @throws the signal's reason when it was aborted */
export async function respondToAll(
  permits: readonly GivenPermit[],
  keys: HostKeys,
  signal: AbortSignal,
): Promise<{ readonly measured: readonly Measured[]; readonly missing: readonly MissingBound[] }> {
  const waiting = permits.values();
  const measured: Measured[] = [];
  const missing: MissingBound[] = [];
  const lane = async (): Promise<void> => {
    for (const { landmarkId, permit } of waiting) {
      try {
        const receipt = await respondToLandmark(fromBase64Url(permit, 'permit'), keys, { signal });
        measured.push({ landmarkId, permit, receipt: toBase64Url(receipt) });
      } catch (error) {
        if (!(error instanceof SextantError)) throw error;
        missing.push({ landmarkId, code: error.code, message: error.message });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return { measured, missing };
}
