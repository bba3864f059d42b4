import type { EkAuthority } from '../../evidence/tpm/ek/authorities.ts';
import { writePem } from '../../pki/index.ts';
import type { AnchorsContent } from '../../protocol/trust.ts';

const MAX_MAKER = 48;
const DIGEST_DIGITS = 16;

/** One authority as a trust input of its own, so that each is approved, and withdrawn, by itself. */
export function proposalOf({ certificate, maker }: EkAuthority, version: string): AnchorsContent {
  return {
    name: `tpm-ek.${slug(maker)}.${certificate.sha256.slice(0, DIGEST_DIGITS)}`,
    version,
    purpose: 'tpm-ek',
    certificates: writePem(certificate.der),
  };
}

/** `Infineon Technologies AG` as a part of a name: `infineon-technologies-ag`. */
function slug(maker: string): string {
  const text = maker
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, MAX_MAKER);
  return text === '' ? 'unknown' : text;
}
