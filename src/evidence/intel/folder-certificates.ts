import { hash } from 'node:crypto';
import { FormatError } from '../../bytes/errors.ts';
import { fromUtf8 } from '../../bytes/text.ts';
import { type Certificate, parseCertificate, parsePem } from '../../pki/index.ts';

/** SHA-256 of each certificate in a PEM text, in its order; null for what is none. */
export function certificateDigests(pem: Uint8Array): readonly string[] | null {
  return blocksOf(pem)?.map(sha256) ?? null;
}

/** Each certificate once. What cannot be read is left out: it vouches for nothing, and verification says what it lacks. */
export function certificatesIn(pems: readonly (Uint8Array | null)[]): readonly Certificate[] {
  const found = new Map<string, Certificate>();
  for (const der of pems.flatMap((pem) => (pem === null ? [] : (blocksOf(pem) ?? [])))) {
    const digest = sha256(der);
    const certificate = found.has(digest) ? null : readable(() => parseCertificate(der));
    if (certificate !== null) found.set(digest, certificate);
  }
  return [...found.values()];
}

function blocksOf(pem: Uint8Array): readonly Uint8Array[] | null {
  return readable(() => parsePem(fromUtf8(pem, 'pem')));
}

function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

function sha256(der: Uint8Array): string {
  return hash('sha256', der, 'hex');
}
