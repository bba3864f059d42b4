import { fromBase64Url, toBase64Url } from '../../bytes/text.ts';
import type { PlatformCertificate } from '../../evidence/tpm/platform-certificate/index.ts';
import { manifestByDigest } from '../../store/manifests/statements.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { keepManifest } from '../manifest/keep.ts';
import { platformManifest } from '../manifest/platform.ts';

/** A platform certificate that a host brought, verified: what an enrolment remembers of it until it is completed. */
export type StoredPlatform = {
  readonly content: string;
  readonly sha256: string;
  readonly anchor: string;
  readonly notBeforeMs: number;
  readonly validUntilMs: number;
  readonly identity: PlatformCertificate['identity'];
};

export function storedPlatform(content: Uint8Array, verified: PlatformCertificate): StoredPlatform {
  const { sha256, anchor, notBefore, validUntil, identity } = verified;
  return {
    content: toBase64Url(content),
    sha256,
    anchor,
    notBeforeMs: notBefore.getTime(),
    validUntilMs: validUntil.getTime(),
    identity,
  };
}

type Bringing = {
  readonly tenant: string;
  readonly hostId: string;
  readonly ekDigest: string;
  readonly at: Date;
};

/**
 * Keeps it as a manifest of one device, in the unit of work that completes the enrolment. One that is known already, or is
 * older than what its maker said since, changes nothing: the host is enrolled all the same.
 *
 * @returns what became of it, for the log
 */
export async function keepPlatform(
  context: Context,
  tx: Tx,
  stored: StoredPlatform | undefined,
  { tenant, hostId, ekDigest, at }: Bringing,
): Promise<'none' | 'kept' | 'known' | 'older'> {
  if (stored === undefined) return 'none';
  if ((await tx.first(manifestByDigest, { sha256: stored.sha256 })) !== undefined) return 'known';
  const verified: PlatformCertificate = {
    identity: stored.identity,
    sha256: stored.sha256,
    anchor: stored.anchor,
    notBefore: new Date(stored.notBeforeMs),
    validUntil: new Date(stored.validUntilMs),
  };
  const content = fromBase64Url(stored.content, 'platformCertificate');
  const { manifest, link } = platformManifest(context, verified, ekDigest, {
    content,
    tenant,
    by: `host:${hostId}`,
    at,
  });
  try {
    await keepManifest(context, tx, manifest, [link]);
    return 'kept';
  } catch (error) {
    // Thrown before anything was written.
    if (error instanceof RequestError && error.code === 'conflict') return 'older';
    throw error;
  }
}
