import { createPublicKey, hash, type KeyObject, sign } from 'node:crypto';
import { type ExportFiles, text } from '../../../service/audit/export/files.ts';

/** What an export says of itself. */
export type Manifest = {
  readonly format: 'sextant-audit-export/1';
  readonly at: string;
  readonly source: string;
  readonly log: { readonly origin: string | null; readonly key: string | null; readonly size: number };
  readonly wanted: { readonly [name: string]: string };
  readonly appraisals: readonly string[];
  readonly decisions: readonly string[];
  /** What could not be handed out, and why. */
  readonly notPerformed: readonly string[];
  /** SHA-256 of each file, hexadecimal. */
  readonly files: { readonly [path: string]: string };
};

/**
 * The manifest with its signature, by the key of whoever exports: it says who put the files together. That they are the verifier's is shown by the log.
 * `SHA256SUMS` is the same for `sha256sum -c`.
 */
export function withManifest(
  files: ExportFiles,
  about: Omit<Manifest, 'format' | 'files'>,
  key: KeyObject | null,
): ExportFiles {
  const digests = [...files]
    .map(([path, bytes]) => [path, hash('sha256', bytes, 'hex')] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const manifest: Manifest = {
    format: 'sextant-audit-export/1',
    ...about,
    files: Object.fromEntries(digests),
  };
  const bytes = text(`${JSON.stringify(manifest, null, 2)}\n`);
  const all: ExportFiles = new Map(files);
  all.set('SHA256SUMS', text(digests.map(([path, digest]) => `${digest}  ${path}\n`).join('')));
  all.set('manifest.json', bytes);
  if (key === null) return all;
  const spki = createPublicKey(key).export({ type: 'spki', format: 'pem' });
  all.set(
    'manifest.sig',
    new Uint8Array(sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', bytes, key)),
  );
  return all.set('manifest.pub', text(String(spki)));
}
