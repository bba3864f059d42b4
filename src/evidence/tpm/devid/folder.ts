import { fromUtf8 } from '../../../bytes/text.ts';
import { type Certificate, parsePem, type TrustAnchor } from '../../../pki/index.ts';
import type { CheckList } from '../../check.ts';
import type { AttestationKey } from '../attestation-key.ts';
import { verifyDevId } from './verify.ts';

const IAK_FILES = ['iak.crt', 'iak.der', 'iak.pem'] as const;

export type IakContext = {
  readonly ak: AttestationKey;
  /** The endorsement certificate among the files, whose own checks count besides; null where there is none. */
  readonly ek: Certificate | null;
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
};

/** The certificate of an initial attestation key among a folder's files: DER with its NV padding, or PEM with CAs behind it. */
export function iakFile(files: ReadonlyMap<string, Uint8Array>): Uint8Array | undefined {
  return IAK_FILES.flatMap((name) => files.get(name) ?? [])[0];
}

/** The checks `tpm.devid.*` on the key that signed the quote: that a TPM holds it is then its certificate's word. */
export function checkIak(checks: CheckList, bytes: Uint8Array, { ak, ek, anchors, at }: IakContext): void {
  if (ak.publicArea === null) {
    checks.skip('tpm.devid.public', 'the key was given without its public area');
    return;
  }
  const isPem = bytes[0] === 0x2d;
  const [certificate = bytes, ...intermediates] = isPem ? parsePem(fromUtf8(bytes, 'iak.pem')) : [bytes];
  const input = { certificate, intermediates, publicArea: ak.publicArea, ek };
  const { findings, verified } = verifyDevId(input, { kind: 'iak', anchors, at });
  checks.add(findings);
  const answered = checks.notPerformed.findIndex(({ id }) => id === 'tpm.ak.name');
  if (verified !== null && answered >= 0) checks.notPerformed.splice(answered, 1);
}
