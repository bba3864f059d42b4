import { canonicalJson } from '../../bytes/canonical-json.ts';
import { toHex } from '../../bytes/text.ts';
import type { HostEvidence } from '../../evidence/bundle/host-evidence.ts';
import { contentDigest } from '../../evidence/digest.ts';
import type { Appraisal } from '../../protocol/appraisal.ts';

/**
 * What a verdict on a place is of: this host with these keys, these devices and this boot. Another attestation that shows
 * anything else of it voids the verdict, for it was of something that is there no more.
 */
export type PlaceSubject = {
  /** The attested Ed25519 and X25519 keys, base64url. */
  readonly signingKey: string;
  readonly exchangeKey: string;
  /** Of everything that the appraisal showed on the host, in order of its names. */
  readonly devicesSha256: string;
  /** What tells one boot from the next: null where the evidence has no such thing. */
  readonly boot: string | null;
};

/** The text that the store keeps and compares: canonical, so that what is equal reads equal. */
export function placeSubjectText(
  { binding, tpm, tee }: Pick<HostEvidence, 'binding' | 'tpm' | 'tee'>,
  { devices }: Pick<Appraisal, 'devices'>,
): string {
  const names = devices.map(({ kind, id }) => `${kind}:${id}`).sort();
  const subject: PlaceSubject = {
    signingKey: binding.signingKey.x,
    exchangeKey: binding.exchangeKey.x,
    devicesSha256: contentDigest('device-set', names),
    boot: bootOf({ tpm, tee }),
  };
  return canonicalJson(subject);
}

export function readPlaceSubject(text: string): PlaceSubject {
  return JSON.parse(text) as PlaceSubject; // what `placeSubjectText` wrote
}

/**
 * A TPM counts its resets and restarts (Part 2, 10.11); an SNP guest's report names its launch (REPORT_ID). A trust domain's
 * quote has neither: there only the keys tell, which live in its memory.
 */
function bootOf({ tpm, tee }: Pick<HostEvidence, 'tpm' | 'tee'>): string | null {
  const parts: string[] = [];
  if (tpm !== null) {
    const { resetCount, restartCount } = tpm.quote.attest.clockInfo;
    parts.push(`tpm ${resetCount}.${restartCount}`);
  }
  if (tee?.tee === 'snp') parts.push(`snp ${toHex(tee.report.reportId)}`);
  return parts.length === 0 ? null : parts.join(', ');
}
