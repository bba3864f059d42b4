import { createHmac, hash } from 'node:crypto';
import { canonicalJsonBytes } from '../../bytes/canonical-json.ts';
import { domain } from '../../bytes/domain.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { fromBase64Url, toBase64Url } from '../../bytes/text.ts';
import { CREDENTIAL_ENTROPY_BYTES, makeCredential, toTpm2b } from '../../evidence/tpm/index.ts';
import type { PlatformCertificateInput } from '../../evidence/tpm/platform-certificate/index.ts';
import type { EnrolmentChallenge, TpmEnrolmentRequest } from '../../protocol/enrolment.ts';
import type { Context } from '../context.ts';
import { newIdentifier } from '../identifier.ts';
import type { EnrolmentPrincipal } from '../principal.ts';
import { anchorsFor, effectiveTrust } from '../trust/effective.ts';
import { type Attempt, keepAttempt, spendAttempt } from './attempt.ts';
import { examineTpm, type TpmIdentity } from './hardware.ts';
import { type StoredPlatform, storedPlatform } from './platform.ts';
import { refusalOf } from './refusal.ts';
import { requireFreeKey } from './taken.ts';

const SECRET_BYTES = 32;
/** Wrong proofs before an enrolment is over: 256 bits cannot be guessed, but nobody is invited to. */
const ACTIVATION_ATTEMPTS = 5;

/**
 * Begins an enrolment: judges the endorsement key, its certificate and the attestation key, and challenges the TPM to
 * open a secret that only the holder of both can.
 *
 * Every try costs an attempt of the token and leaves a row and a leaf, refused ones with all that was found; only a
 * completed activation consumes the token.
 *
 * @throws RequestError `enrolment_refused` with every failed check, `enrolment_token_invalid`, `host_key_taken`,
 *   `conflict` where the facility is not authorised, `not_found`, `dpop_replayed`
 * @throws FormatError for what is not base64url
 */
export async function beginEnrolment(
  context: Context,
  caller: EnrolmentPrincipal,
  request: TpmEnrolmentRequest,
): Promise<EnrolmentChallenge> {
  const { tpm, hostname } = request;
  const at = context.clock();
  const trust = await context.store.read((view) => effectiveTrust(context, view));
  const claim = {
    ekCertificate: fromBase64Url(tpm.ekCertificate, 'body.tpm.ekCertificate'),
    ekIntermediates: tpm.ekIntermediates.map((text, index) =>
      fromBase64Url(text, `body.tpm.ekIntermediates.${index}`),
    ),
    ekPublic: fromBase64Url(tpm.ekPublic, 'body.tpm.ekPublic'),
    akPublic: fromBase64Url(tpm.akPublic, 'body.tpm.akPublic'),
    platform: tpm.platform === undefined ? undefined : platformClaim(tpm.platform),
  };
  const anchors = { ek: anchorsFor(trust, 'tpm-ek'), platform: anchorsFor(trust, 'tcg-platform-ca') };
  const examined = examineTpm(claim, anchors, at);
  const id = newIdentifier('enr', context);
  const challenge =
    examined.identity === null ? null : challengeTpm(context, examined.identity, id, caller.jkt);
  const expiresAt = new Date(at.getTime() + context.config.enrolmentTtlMs);
  const { identity, findings } = examined;
  const attempt: Attempt = {
    kind: 'tpm',
    id,
    hostname: hostname ?? null,
    expiresAt,
    attempts: ACTIVATION_ATTEMPTS,
    findings,
    tpm: identity === null ? null : JSON.stringify(storedIdentity(identity, claim.platform?.certificate)),
    proofHash: challenge?.proofHash ?? null,
    ekSha256: identity?.ekDigest ?? null,
  };
  await context.store.write(async (tx) => {
    await spendAttempt(tx, caller, at);
    if (identity !== null) await requireFreeKey(tx, { jkt: caller.jkt, identity: identity.ekDigest });
    await keepAttempt(context, tx, caller, attempt, at);
  });
  if (challenge === null) throw refusalOf('TPM', findings);
  const { credentialBlob, encryptedSecret } = challenge;
  return { enrolmentId: id, expiresAt: formatInstant(expiresAt), credentialBlob, encryptedSecret };
}

type Challenge = Pick<EnrolmentChallenge, 'credentialBlob' | 'encryptedSecret'> & {
  readonly proofHash: string;
};

/** The secret is in the credential and nowhere else: the store keeps a hash of the one proof that it leads to. */
function challengeTpm(
  { random }: Context,
  { ekPublic, akName }: TpmIdentity,
  enrolmentId: string,
  jkt: string,
): Challenge {
  const secret = random(SECRET_BYTES);
  const entropy = random(CREDENTIAL_ENTROPY_BYTES);
  const credential = makeCredential({ ekPublic, akName, secret, entropy });
  const message = domain('activation', canonicalJsonBytes({ enrolmentId, jkt }));
  const proof = createHmac('sha256', secret).update(message).digest();
  return {
    credentialBlob: toBase64Url(toTpm2b(credential.credentialBlob)),
    encryptedSecret: toBase64Url(toTpm2b(credential.encryptedSecret)),
    proofHash: hashProof(proof),
  };
}

/** What the store keeps of a proof. */
export function hashProof(proof: Uint8Array): string {
  return hash('sha256', domain('activation-proof', proof), 'hex');
}

function platformClaim({
  certificate,
  intermediates,
}: NonNullable<TpmEnrolmentRequest['tpm']['platform']>): PlatformCertificateInput {
  return {
    certificate: fromBase64Url(certificate, 'body.tpm.platform.certificate'),
    intermediates: intermediates.map((text, index) =>
      fromBase64Url(text, `body.tpm.platform.intermediates.${index}`),
    ),
  };
}

function storedIdentity(identity: TpmIdentity, platform: Uint8Array | undefined): StoredIdentity {
  return {
    ...(platform === undefined || identity.platform === null
      ? {}
      : { platform: storedPlatform(platform, identity.platform) }),
    ekDigest: identity.ekDigest,
    ekAnchor: identity.ekAnchor,
    ekName: toBase64Url(identity.ekPublic.name),
    ekValidUntilMs: identity.ekValidUntil.getTime(),
    ekCertificate: toBase64Url(identity.ekCertificate),
    akName: toBase64Url(identity.akName),
    akPublic: toBase64Url(identity.akPublic),
  };
}

/** What an enrolment remembers of the TPM between challenge and activation. */
export type StoredIdentity = {
  readonly ekDigest: string;
  readonly ekAnchor: string;
  readonly ekName: string;
  readonly ekValidUntilMs: number;
  readonly ekCertificate: string;
  readonly akName: string;
  readonly akPublic: string;
  /** Absent where the host brought none. */
  readonly platform?: StoredPlatform;
};
