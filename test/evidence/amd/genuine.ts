import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCertificates } from '../../../src/evidence/amd/index.ts';
import {
  anchorFromCertificate,
  matchPin,
  parseCertificate,
  parsePinFile,
  type TrustAnchor,
} from '../../../src/pki/index.ts';
import { vector } from '../../vectors.ts';

/** Genuine reports by their folder, with the files that came with each. */
const FILES = {
  'genoa-vcek-v3': ['vcek.pem', 'ask.pem', 'ark.pem'],
  'turin-vcek-v5': ['vcek.pem', 'ask.pem', 'ark.pem'],
  'milan-vcek-v3': ['vcek.pem', 'ask.pem', 'ark.pem'],
  'milan-vcek-v2': ['vcek.der', 'ask.pem', 'ark.pem'],
  'milan-vlek-v3': ['vlek.der', 'ask_ark_asvk.pem'],
  'lookalike-vcek': ['vcek.der', 'ask.pem', 'ark.pem'],
} as const;
export type GenuineName = keyof typeof FILES;

export type Genuine = {
  readonly report: Uint8Array;
  /** DER; the leaf first. */
  readonly certificates: readonly Uint8Array[];
};

export function genuine(name: GenuineName): Genuine {
  return {
    report: vector(`snp/${name}/report.bin`),
    certificates: FILES[name].flatMap((file) => readCertificates(vector(`snp/${name}/${file}`))),
  };
}

const pinFile: unknown = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../certs/amd.json'), 'utf8'),
);
export const AMD_PINS = parsePinFile(pinFile).pins;

/** AMD's own roots among certificates, as a caller who trusts the pinned ones would have them. */
export function amdAnchors(certificates: readonly Uint8Array[]): TrustAnchor[] {
  return certificates
    .map((der) => parseCertificate(der))
    .filter((certificate) => matchPin(certificate, AMD_PINS) !== null)
    .map(anchorFromCertificate);
}

/** Within the validity of every VCEK here. */
export const JUNE_2026 = new Date('2026-06-01T00:00:00Z');
/** Within the validity of the VLEK, which lives one year. */
export const JUNE_2025 = new Date('2025-06-01T00:00:00Z');
