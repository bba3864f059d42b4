import { z } from 'zod';
import { stamped } from './device.ts';
import { base64Url, instant, sha256Hex } from './encoding.ts';
import { identifier } from './identifier.ts';
import { receiptOfChange } from './receipt.ts';

/** A manufacturer's word of which serial number is which chip: docs/device-manifest.md. */
export const MANIFEST_FORMAT = 'sextant-device-manifest/1';
/** The `typ` of the JWS: a signature made for anything else is refused. */
export const MANIFEST_TYP = 'sextant-device-manifest+jws';
/** RFC 7515, 9.2.1: what carries the compact serialisation. */
export const MANIFEST_MEDIA_TYPE = 'application/jose';
/** A rack's shipment; a larger one is several manifests. */
export const MAX_MANIFEST_DEVICES = 4096;
export const MAX_MANIFEST_BYTES = 2 * 1024 * 1024;

export const MANIFEST_KINDS = ['gpu', 'switch', 'host-tpm'] as const;
const manifestKind = z.enum(MANIFEST_KINDS);

export const manufacturerName = z
  .string()
  .regex(/^[!-~](?:[ -~]{0,126}[!-~])?$/, 'must be 1 to 128 printable ASCII characters');

/** What devices of a kind are proven by. */
const IDENTITY_OF = {
  gpu: 'nvidia-chip-key',
  switch: 'nvidia-chip-key',
  'host-tpm': 'tpm-ek',
} as const;

const manifestDevice = z
  .strictObject({
    kind: manifestKind,
    serial: stamped,
    model: stamped,
    identity: z
      .strictObject({ type: z.enum(['nvidia-chip-key', 'tpm-ek']), sha256: sha256Hex })
      .describe(
        'What evidence of the device proves: of a GPU or switch SHA-256 of the SubjectPublicKeyInfo (DER) in the certificate that NVIDIA issued to the chip, of a TPM that of the endorsement key.',
      ),
  })
  .refine(({ kind, identity }) => IDENTITY_OF[kind] === identity.type, {
    path: ['identity', 'type'],
    message: 'nvidia-chip-key is the identity of a gpu or switch, tpm-ek of a host-tpm',
  });

export const deviceManifest = z.strictObject({
  format: z.literal(MANIFEST_FORMAT),
  manufacturer: manufacturerName,
  issuedAt: instant,
  expiresAt: instant.optional(),
  devices: z.array(manifestDevice).min(1).max(MAX_MANIFEST_DEVICES),
});
export type DeviceManifest = z.infer<typeof deviceManifest>;

const okp = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: base64Url(32, 'The public key.'),
});
const ec = <C extends 'P-256' | 'P-384'>(crv: C, octets: number) =>
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal(crv),
    x: base64Url(octets, 'The x coordinate.'),
    y: base64Url(octets, 'The y coordinate.'),
  });

/** ES256, ES384 or EdDSA, by what the key is. */
export const manifestKey = z.union([okp, ec('P-256', 32), ec('P-384', 48)]);
export type ManifestKey = z.infer<typeof manifestKey>;

export const manifestId = identifier('mft', 'A manifest, or a platform certificate, that was imported.');

/** `POST /v1/platform-certificates`: a TPM's platform certificate, with the endorsement certificate that it is about. */
export const platformCertificateRequest = z.strictObject({
  platformCertificate: base64Url(16_384, 'The attribute certificate (RFC 5755), DER.'),
  platformIntermediates: z.array(base64Url(8192, 'Its issuer, or a CA above it (DER).')).max(8).default([]),
  ekCertificate: base64Url(8192, 'The endorsement certificate that it names, DER.'),
  ekIntermediates: z
    .array(base64Url(8192, 'A CA certificate between that and a trusted root (DER).'))
    .max(8)
    .default([]),
});

export const importedManifest = z
  .strictObject({
    id: manifestId,
    kind: z.enum(['manifest', 'platform-certificate']),
    manufacturer: z.string(),
    sha256: sha256Hex.describe('Of the bytes as they were imported.'),
    signer: z
      .string()
      .describe(
        'The key or root that it stands by: a JWK thumbprint, or `tcg-platform-ca:` and the root’s SHA-256.',
      ),
    inForce: z.boolean().describe('Whether the signer is approved now and the manifest has not ended.'),
    issuedAt: instant,
    expiresAt: instant.nullable(),
    devices: z.int(),
    importedBy: z.string().nullable().describe('null where another organisation brought it first.'),
    importedAt: instant,
    leafIndex: z.int().min(0),
    receipt: receiptOfChange,
  })
  .describe('A manufacturer’s word of which serial number is which chip.');
export type ImportedManifest = z.infer<typeof importedManifest>;
