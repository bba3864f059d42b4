import { z } from 'zod';
import type { Certificate } from './certificate.ts';
import { anchorFromCertificate, type TrustAnchor } from './trust-anchor.ts';

const Digest = z.string().regex(/^[0-9a-f]{64}$/);
const Instant = z.iso.datetime({ precision: 0 });

const PinSchema = z.strictObject({
  /** What the maker calls it. */
  name: z.string().min(1).max(128),
  /** Only roots become anchors; intermediates are listed so that a fetched one can be recognised. */
  role: z.enum(['root', 'intermediate']),
  /** For people; never compared. */
  subject: z.string().min(1).max(512),
  certificateSha256: Digest,
  /** Of the whole SubjectPublicKeyInfo. */
  publicKeySha256: Digest,
  notBefore: Instant,
  notAfter: Instant,
  /** Where the maker, or who collects for it, publishes the certificate. */
  source: z.url(),
  note: z.string().min(1).max(512).optional(),
});

const PinFileSchema = z.strictObject({
  version: z.literal(1),
  vendor: z.string().min(1).max(64),
  pins: z.array(PinSchema).min(1).max(1024),
});

/** One certificate that we vouch for by its digest, without carrying it. */
export type Pin = Readonly<z.infer<typeof PinSchema>>;
export type PinFile = { readonly version: 1; readonly vendor: string; readonly pins: readonly Pin[] };

/** Validates a parsed `certs/*.json`. Throws ZodError; unknown keys, duplicates and an empty list are refused. */
export function parsePinFile(json: unknown): PinFile {
  return PinFileSchema.refine(
    ({ pins }) => new Set(pins.map((pin) => pin.certificateSha256)).size === pins.length,
    { error: 'a certificate is pinned twice' },
  ).parse(json);
}

/**
 * The pin of exactly this certificate, or null.
 *
 * The whole certificate is compared. Its key alone would not do: anybody can put a maker's public key into a certificate of
 * his own wording, and as an anchor its wording (dates, path length, constraints) would count.
 */
export function matchPin(certificate: Certificate, pins: readonly Pin[]): Pin | null {
  const pin = pins.find(({ certificateSha256 }) => certificateSha256 === certificate.sha256);
  return pin !== undefined && pin.publicKeySha256 === certificate.publicKey.sha256 ? pin : null;
}

/** The anchors among certificates from anywhere: those pinned as roots. Whatever is not pinned is left out, silently. */
export function pinnedAnchors(certificates: readonly Certificate[], pins: readonly Pin[]): TrustAnchor[] {
  return certificates
    .filter((certificate) => matchPin(certificate, pins)?.role === 'root')
    .map(anchorFromCertificate);
}
