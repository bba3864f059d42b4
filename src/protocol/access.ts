import { z } from 'zod';
import { instant } from './encoding.ts';
import { identifier, tenant } from './identifier.ts';
import { partyId } from './registry.ts';

export const principalId = identifier('prn', 'A principal.');
export const tokenId = identifier('tok', 'A bearer token; not the token itself.');

export const role = z
  .enum(['exporter', 'operator', 'authority', 'auditor', 'administrator'])
  .describe('What the principal may do; the scopes of each role are fixed.');

export const principalRequest = z.strictObject({
  name: z.string().trim().min(1).max(200).describe('For people.'),
  role,
  tenant,
  partyId: partyId
    .optional()
    .describe(
      'The party of the register whose people this is. Audits of facilities count only where their auditor’s owners, and those of exporter and operator, are declared.',
    ),
});

export const principalParty = z.strictObject({ partyId });

export const principal = z
  .strictObject({
    id: principalId,
    name: z.string(),
    role,
    tenant,
    partyId: partyId.nullable().describe('Whose people this is; null where nobody said.'),
    createdBy: z.string(),
    createdAt: instant,
    disabledAt: instant.nullable(),
  })
  .describe('Somebody who may hold bearer tokens.');
export type PrincipalAnswer = z.infer<typeof principal>;

const YEAR_SECONDS = 366 * 86_400;

/** Thumbprints are 32 bytes: the last of 43 characters carries two bits that must be zero. */
const THUMBPRINT = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

export const tokenKey = z
  .union([
    z.string().regex(THUMBPRINT, 'a thumbprint (RFC 7638), SHA-256 in base64url'),
    z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() }),
    z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
  ])
  .describe('A public key, as a JWK (P-256 or Ed25519) or by its thumbprint (RFC 7638).');
export type TokenKey = z.infer<typeof tokenKey>;

export const tokenRequest = z.strictObject({
  principalId,
  label: z.string().trim().min(1).max(200).describe('Where the token will be kept, for people.'),
  scopes: z
    .array(z.string().max(64))
    .min(1)
    .max(64)
    .optional()
    .describe("A subset of the role's scopes; all of them unless given."),
  expiresInSeconds: z
    .int()
    .min(60)
    .max(YEAR_SECONDS)
    .default(90 * 86_400),
  key: tokenKey
    .optional()
    .describe(
      'What the token is bound to: its requests prove possession of this key (DPoP), or are refused.',
    ),
  certificate: z
    .string()
    .regex(THUMBPRINT, 'SHA-256 of a certificate in base64url')
    .optional()
    .describe(
      'Instead of a key: the digest of a client certificate (RFC 8705, `x5t#S256`). Its requests come as Bearer on connections that show this certificate (mTLS), or are refused.',
    ),
  bindWithinSeconds: z
    .int()
    .min(60)
    .max(7 * 86_400)
    .optional()
    .describe(
      'Instead of both: for so long whoever holds the token may bind it to a key, once. With none of these it only reads, for ever.',
    ),
});

export const token = z
  .strictObject({
    id: tokenId,
    principalId,
    label: z.string(),
    scopes: z.array(z.string()),
    createdBy: z.string(),
    createdAt: instant,
    expiresAt: instant.nullable(),
    revokedAt: instant.nullable(),
    lastUsedAt: instant.nullable().describe('To the hour.'),
    jkt: z
      .string()
      .nullable()
      .describe(
        'Thumbprint of the key that it is bound to; null: to none. A token that is bound to nothing only reads.',
      ),
    x5tS256: z
      .string()
      .nullable()
      .describe('Digest of the client certificate that it is bound to (RFC 8705); null: to none.'),
    bindUntil: instant.nullable().describe('Until when it may still be bound to a key; null: never.'),
  })
  .describe('A bearer token without its secret.');
export type TokenAnswer = z.infer<typeof token>;

export const mintedToken = token.extend({
  token: z.string().describe('`sxt_<id>_<secret>`. Shown now and never again.'),
});
