import { CheckList, type Findings } from '../../evidence/check.ts';
import { examineEkCertificate } from '../../evidence/tpm/ek/certificate.ts';
import { certifiedEkDigest } from '../../evidence/tpm/ek/digest.ts';
import {
  type PlatformCertificate,
  verifyPlatformCertificate,
} from '../../evidence/tpm/platform-certificate/index.ts';
import type { Certificate } from '../../pki/index.ts';
import { manifestByDigest } from '../../store/manifests/statements.ts';
import type { Context } from '../context.ts';
import { newIdentifier } from '../identifier.ts';
import type { Principal } from '../principal.ts';
import { anchorName } from '../trust/anchors-in-force.ts';
import { anchorsFor, type EffectiveTrust, effectiveTrust, trustEpochNow } from '../trust/effective.ts';
import { changedMeanwhile, type ImportOutcome, manifestRefused } from './import.ts';
import { isInForce } from './in-force.ts';
import { keepManifest, type NewLink, type NewManifest } from './keep.ts';

export type PlatformImport = {
  /** DER of the attribute certificate, and of certificates above its issuer. */
  readonly platformCertificate: Uint8Array;
  readonly platformIntermediates: readonly Uint8Array[];
  /** DER of the endorsement certificate that it is about, and of certificates above it. */
  readonly ekCertificate: Uint8Array;
  readonly ekIntermediates: readonly Uint8Array[];
};

/**
 * Imports a TPM's platform certificate. It names an endorsement certificate by issuer and number, which anybody could forge
 * another of: so that one is brought along, and verified under the manufacturers' roots as at an enrolment.
 *
 * @throws FormatError; RequestError `manifest_refused` with every failed check, `conflict`
 */
export async function importPlatformCertificate(
  context: Context,
  by: Principal,
  input: PlatformImport,
): Promise<ImportOutcome> {
  const at = context.clock();
  const trust = await context.store.read((view) => effectiveTrust(context, view));
  const findings = new CheckList();
  const ek = examineEkCertificate(
    findings,
    { certificate: input.ekCertificate, intermediates: input.ekIntermediates },
    { anchors: anchorsFor(trust, 'tpm-ek'), at },
  );
  const platform = examinePlatform(trust, input, ek.certificate, at);
  findings.add(platform.findings);
  const { verified } = platform;
  if (verified === null || ek.path === null || !findings.passed) throw manifestRefused(findings);
  const ekDigest = certifiedEkDigest(ek.certificate.publicKey);
  return context.store.write(async (tx) => {
    if ((await trustEpochNow(tx)) !== trust.epoch) throw changedMeanwhile();
    const known = await tx.first(manifestByDigest, { sha256: verified.sha256 });
    if (known !== undefined) return { row: known, isNew: false, inForce: isInForce(known, trust, at) };
    const { manifest, link } = platformManifest(context, verified, ekDigest, {
      content: input.platformCertificate,
      tenant: by.tenant,
      by: by.id,
      at,
    });
    return { row: await keepManifest(context, tx, manifest, [link]), isNew: true, inForce: true };
  });
}

/** @throws FormatError */
export function examinePlatform(
  trust: EffectiveTrust,
  input: Pick<PlatformImport, 'platformCertificate' | 'platformIntermediates'>,
  ek: Certificate,
  at: Date,
): { readonly findings: Findings; readonly verified: PlatformCertificate | null } {
  return verifyPlatformCertificate(
    { certificate: input.platformCertificate, intermediates: input.platformIntermediates },
    { ek, anchors: anchorsFor(trust, 'tcg-platform-ca'), at },
  );
}

type Bringing = {
  readonly content: Uint8Array;
  readonly tenant: string;
  /** The principal, or `host:<id>` of the host that enrolled with it. */
  readonly by: string;
  readonly at: Date;
};

/** A platform certificate as a manifest of one device. */
export function platformManifest(
  context: Context,
  { identity, sha256, notBefore, validUntil, anchor }: PlatformCertificate,
  ekDigest: string,
  { content, tenant, by, at }: Bringing,
): { readonly manifest: NewManifest; readonly link: NewLink } {
  return {
    manifest: {
      id: newIdentifier('mft', context),
      tenant,
      kind: 'platform-certificate',
      sha256,
      content,
      manufacturer: identity.manufacturer,
      signer: anchorName('tcg-platform-ca', anchor),
      issued_at_ms: notBefore.getTime(),
      expires_at_ms: validUntil.getTime(),
      imported_by: by,
      imported_at_ms: at.getTime(),
    },
    link: {
      kind: 'host-tpm',
      serial: identity.serial,
      model: identity.model,
      identity_type: 'tpm-ek',
      identity_sha256: ekDigest,
    },
  };
}
