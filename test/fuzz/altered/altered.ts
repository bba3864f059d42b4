import { isDeepStrictEqual } from 'node:util';
import type { Target } from '../targets.ts';

/** Evidence that verifies as it stands, and its verification as something to be fuzzed. */
export type Altered = Target & { readonly genuine: Uint8Array };

/** Thrown where altered evidence passes: no error of Sextant's own, so that a campaign stops at it. */
class AlteredAccepted extends Error {}

/**
 * A target that any accepted change fails which changes what was verified: bytes beside the signed ones may be others, what they are
 * verified to say may not.
 *
 * @param factsOf everything that a reader would act on, as `isDeepStrictEqual` compares it; null where the evidence is refused
 */
export function altered(
  name: string,
  genuine: Uint8Array | undefined,
  factsOf: (bytes: Uint8Array) => unknown,
): Altered {
  const facts = genuine === undefined ? null : factsOf(genuine);
  if (genuine === undefined || facts === null) throw new TypeError(`${name}: no evidence that verifies`);
  return {
    name,
    genuine,
    read: (bytes) => {
      const now = factsOf(bytes);
      if (now === null) return null;
      if (!isDeepStrictEqual(now, facts)) throw new AlteredAccepted(`${name} accepts altered evidence`);
      return 'genuine';
    },
  };
}

/** For evidence of which not one byte may change: the bytes are the fact. */
export function toTheByte(accepts: (bytes: Uint8Array) => boolean): (bytes: Uint8Array) => string | null {
  return (bytes) => (accepts(bytes) ? Buffer.from(bytes).toString('base64') : null);
}
