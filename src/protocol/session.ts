import { z } from 'zod';
import { base64Url, instant } from './encoding.ts';

/** `POST /v1/sessions`, proven by the enrolled host key (DPoP). The nonce is durable before it is handed out. */
export const session = z.strictObject({
  id: z.string(),
  nonce: base64Url(32, 'The challenge: 32 random bytes, single-use.'),
  issuedAt: instant,
  expiresAt: instant,
  aud: z.string().describe('The verifier, as the binding must name it.'),
  tenant: z.string(),
  hostId: z.string(),
  accept: z.array(z.string()).describe('Media types of the evidence items that this verifier reads.'),
});
export type Session = z.infer<typeof session>;

/** The media type of a submission: a CMW collection signed, as a compact JWS, by the binding's signing key. */
export const BUNDLE_MEDIA_TYPE = 'application/cmw+jws';
/** The `typ` of that JWS: a signature made for anything else is refused. */
export const BUNDLE_TYP = 'sextant-bundle+jws';
/** Ceiling of a submission: two event logs and eight GPUs' reports, twice base64url, with room to spare. */
export const MAX_BUNDLE_BYTES = 1 << 20;

/** Ed25519 or X25519 public key as an OKP JWK (RFC 8037), with these members and no others. */
const okp = <C extends 'Ed25519' | 'X25519'>(crv: C) =>
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal(crv), x: base64Url(32, 'The public key.') });

/**
 * What every piece of evidence in a bundle commits to. Its canonical JSON (RFC 8785) is the item `binding` of the
 * collection; a submission whose item is not in canonical form is refused.
 */
export const binding = z.strictObject({
  v: z.literal(1),
  aud: z.string(),
  tenant: z.string(),
  hostId: z.string(),
  sessionId: z.string(),
  nonce: base64Url(32, "The session's nonce."),
  expiresAt: instant,
  signingKey: okp('Ed25519'),
  exchangeKey: okp('X25519'),
});
export type Binding = z.infer<typeof binding>;
