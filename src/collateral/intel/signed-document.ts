import { verify } from 'node:crypto';
import { parseInstant } from '../../bytes/instant.ts';
import type { JsonValue } from '../../bytes/json.ts';
import { parseSignedDocument } from '../../evidence/intel/signed-document.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { importPublicKey } from '../../pki/key-cache.ts';
import { malformed, unverified } from '../malformed.ts';
import type { CollateralKey } from '../port.ts';

/** What the parser reads at most: genuine TCB Info has 30 KB. */
export const MAX_SIGNED_BYTES = 1 << 18;

export type SignedDocument = {
  /** The inner object's bytes exactly as received: what the signature is over. */
  readonly signed: Uint8Array;
  /** r || s, 64 bytes. */
  readonly signature: Uint8Array;
  readonly fields: { readonly [name: string]: JsonValue };
  readonly issuedAt: Date;
  readonly nextUpdate: Date;
};

/**
 * What one of Intel's signed JSON documents says of itself, and the bytes that were signed, as received.
 * @throws CollateralError `collateral_malformed`, FormatError
 */
export function readSignedDocument(
  key: CollateralKey,
  body: Uint8Array,
  name: 'tcbInfo' | 'enclaveIdentity' | 'tcbEvaluationDataNumbers',
): SignedDocument {
  const { value: fields, signed, signature } = parseSignedDocument(body, name);
  return {
    signed,
    signature,
    fields,
    issuedAt: instant(key, fields, 'issueDate'),
    nextUpdate: instant(key, fields, 'nextUpdate'),
  };
}

/** @throws CollateralError `collateral_unverified` */
export function verifySignedDocument(
  key: CollateralKey,
  document: SignedDocument,
  signer: Certificate,
): void {
  const { key: material } = signer.publicKey;
  if (material.kind !== 'ec' || material.curve !== 'P-256')
    throw unverified(key, 'its signer has no P-256 key');
  const publicKey = { key: importPublicKey(signer.publicKey), dsaEncoding: 'ieee-p1363' } as const;
  if (verify('sha256', document.signed, publicKey, document.signature)) return;
  throw unverified(key, 'its signature does not hold');
}

function instant(key: CollateralKey, fields: SignedDocument['fields'], name: string): Date {
  const text = fields[name];
  if (typeof text !== 'string') throw malformed(key, `has no ${name}`);
  return parseInstant(text, name);
}

/** @throws CollateralError `collateral_malformed` */
export function evaluationNumberOf(key: CollateralKey, fields: SignedDocument['fields']): number {
  const number = fields['tcbEvaluationDataNumber'];
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw malformed(key, 'has no tcbEvaluationDataNumber');
}
