import { hash } from 'node:crypto';
import { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { formatInstant } from '../../bytes/instant.ts';
import type { CheckList } from '../../evidence/check.ts';
import { type ManufacturerKey, readManifestKey } from '../../evidence/manifest/keys.ts';
import { manifestKey } from '../../protocol/device-manifest.ts';
import { isSignedBy, type Jws, parseJws, readClaims } from './jws.ts';

/** Whose key stands behind the request that the grant came with. */
export type Possession =
  /** Its RFC 7638 thumbprint: the caller has seen to it that the host holds the key, by mTLS or otherwise. */
  | { readonly jkt: string }
  /** A DPoP proof (RFC 9449) for this very request, with `ath` over the grant. */
  | { readonly proof: string; readonly method: string; readonly url: string };

const claims = z.object({
  htm: z.string().max(20),
  htu: z.string().max(4096),
  iat: z.int().min(0),
  jti: z.string().min(1).max(256),
  ath: z.string().max(100),
});
const LIMITS = { path: 'proof', maxBytes: 8192, maxNodes: 100 };

type Asked = { readonly at: Date; readonly skewMs: number; readonly grant: string; readonly jkt: string };

/**
 * Asks whether whoever shows a grant holds the key that it is bound to. Without that a copied grant would be as good as the
 * original.
 *
 * @returns the proof's `jti`, which the caller must not admit twice while the proof lasts (twice `skewMs`); null without a proof
 */
export function checkPossession(findings: CheckList, possession: Possession, asked: Asked): string | null {
  if ('jkt' in possession) {
    expectKey(findings, possession.jkt, asked);
    return null;
  }
  const read = readProof(possession.proof);
  if (read instanceof FormatError) {
    findings.expect('grant.proof.well-formed', false, 'a DPoP proof', read.message);
    return null;
  }
  const { jws, key, said } = read;
  findings.expect('grant.proof.well-formed', true, 'a DPoP proof', 'a DPoP proof');
  findings.expect('grant.proof.type', jws.typ === 'dpop+jwt', 'dpop+jwt', jws.typ.slice(0, 80));
  const signed = isSignedBy(jws, key);
  findings.expect('grant.proof.signature', signed, 'by the key in its header', signed ? key.alg : 'another');
  const request = `${possession.method} ${possession.url}`;
  findings.expect(
    'grant.proof.request',
    `${said.htm} ${said.htu}` === request,
    request,
    `${said.htm} ${said.htu}`,
  );
  const early = Math.abs(asked.at.getTime() - said.iat * 1000);
  findings.expect(
    'grant.proof.issued',
    early <= asked.skewMs,
    `within ${asked.skewMs / 1000} s of ${formatInstant(asked.at)}`,
    said.iat < 253_402_300_800 ? formatInstant(new Date(said.iat * 1000)) : 'no instant',
  );
  const digest = hash('sha256', asked.grant, 'base64url');
  findings.expect('grant.proof.grant', said.ath === digest, digest, said.ath);
  expectKey(findings, key.kid, asked);
  return said.jti;
}

function expectKey(findings: CheckList, held: string, { jkt }: Asked): void {
  findings.expect('grant.host-key', held === jkt, jkt, held);
}

type ReadProof = { readonly jws: Jws; readonly key: ManufacturerKey; readonly said: z.infer<typeof claims> };

function readProof(proof: string): ReadProof | FormatError {
  try {
    const jws = parseJws(proof, 'jwk', LIMITS);
    const key = readManifestKey(readClaims(manifestKey, jws.header['jwk'] ?? null, 'proof.jwk'), 'proof.jwk');
    return { jws, key, said: readClaims(claims, jws.payload, 'proof') };
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
}
