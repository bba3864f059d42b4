import { HARDWARE_POLICY, PathError, type TrustAnchor, verifyPath } from '../../../pki/index.ts';
import type { NrasKey, NrasKeys } from './jwks.ts';

export type KeySources = {
  /** Keys that the caller trusts by name, having had them of NVIDIA himself. */
  readonly trusted: NrasKeys;
  /** Keys from anywhere: one counts if its certificate leads to one of `anchors`. */
  readonly presented: NrasKeys;
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
};

/** The key that this kid names, if it may be relied upon; or why not. */
export function findKey(kid: string, { trusted, presented, anchors, at }: KeySources): NrasKey | string {
  const named = trusted.get(kid);
  if (named !== undefined) return named;
  const shown = presented.get(kid);
  if (shown === undefined) return `no key ${kid} is at hand`;
  const [leaf, ...intermediates] = shown.certificates;
  if (leaf === undefined) return `the key ${kid} comes without a certificate, from nobody who is trusted`;
  try {
    const policy = { ...HARDWARE_POLICY, keyUsages: ['digitalSignature'] as const };
    verifyPath({ leaf, intermediates, anchors, at, policy });
    return shown;
  } catch (error) {
    if (error instanceof PathError) return `the certificate of key ${kid}: ${error.code}`;
    throw error;
  }
}
