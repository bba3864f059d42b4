import { parseInstant } from '../../bytes/instant.ts';
import { fromBase64Url } from '../../bytes/text.ts';
import type { Landmark } from '../../location/landmark.ts';
import type { LandmarkContent } from '../../protocol/landmark.ts';

/** A landmark that is in force. */
export type LandmarkInForce = {
  /** Of the version: what verdicts that lean on it cite. */
  readonly digest: string;
  readonly landmark: Landmark;
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array;
  readonly addresses: LandmarkContent['addresses'];
  /** As its registration says it, for people: nothing is judged by it. */
  readonly country: string;
};

export function landmarkInForce(content: LandmarkContent, digest: string): LandmarkInForce {
  const { name: id, operator, company, site, key, place, uncertaintyMeters, placeBasis } = content;
  const basis: Landmark['basis'] =
    placeBasis.kind === 'mesh'
      ? { kind: 'mesh' }
      : { kind: 'audit', auditedAt: parseInstant(placeBasis.auditedAt) };
  return {
    digest,
    landmark: { id, operator, company, site, key, place, uncertaintyMeters, basis },
    key: fromBase64Url(key, 'landmark.key'),
    addresses: content.addresses,
    country: content.country,
  };
}
