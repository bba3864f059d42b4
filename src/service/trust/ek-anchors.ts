import { anchorsFor, type EffectiveTrust } from './effective.ts';

/** Trust values live as long as their epoch: what is derived from one is derived once. */
const known = new WeakMap<EffectiveTrust, ReadonlySet<string>>();

/** SHA-256 of each root under which endorsement keys are trusted: none where no such trust input is in force. */
export function ekAnchorDigests(trust: EffectiveTrust): ReadonlySet<string> {
  let digests = known.get(trust);
  if (digests === undefined) {
    const anchors = anchorsFor(trust, 'tpm-ek');
    digests = new Set(
      anchors.flatMap(({ certificate }) => (certificate === null ? [] : [certificate.sha256])),
    );
    known.set(trust, digests);
  }
  return digests;
}
