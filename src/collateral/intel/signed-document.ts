import { verify } from 'node:crypto';
import { parseInstant } from '../../bytes/instant.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../bytes/json.ts';
import { fromHex, fromUtf8, toUtf8 } from '../../bytes/text.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { importPublicKey } from '../../pki/key-cache.ts';
import { malformed, unverified } from '../malformed.ts';
import type { CollateralKey } from '../port.ts';

/** Genuine TCB Info stays below 200 KB. */
export const MAX_SIGNED_BYTES = 2 << 20;

export type SignedDocument = {
  /** The inner object's bytes exactly as received: what the signature is over. */
  readonly signed: Uint8Array;
  /** r || s, 64 bytes. */
  readonly signature: Uint8Array;
  readonly fields: { readonly [name: string]: JsonValue };
  readonly issuedAt: Date;
  readonly nextUpdate: Date;
  readonly evaluationNumber: number;
};

const TAIL = /,\s*"signature"\s*:\s*"([0-9a-fA-F]{128})"\s*\}\s*$/;

/**
 * Takes one of Intel's signed JSON documents apart, `{"<name>":{…},"signature":"…"}`, without re-encoding what is signed.
 * @throws CollateralError `collateral_malformed`, FormatError
 */
export function readSignedDocument(
  key: CollateralKey,
  body: Uint8Array,
  name: 'tcbInfo' | 'enclaveIdentity',
): SignedDocument {
  const document = parseJson(body, { maxBytes: MAX_SIGNED_BYTES, maxNodes: 200_000 });
  const fields = isJsonObject(document) ? document[name] : undefined;
  if (!isJsonObject(document) || !isJsonObject(fields) || Object.keys(document).length !== 2) {
    throw malformed(key, `is not {${name}, signature}`);
  }
  const text = fromUtf8(body, name);
  const head = new RegExp(`^\\s*\\{\\s*"${name}"\\s*:\\s*`).exec(text)?.[0];
  const tail = TAIL.exec(text);
  if (head === undefined || tail === null) throw malformed(key, `is not {${name}, signature} in this order`);
  return {
    signed: toUtf8(text.slice(head.length, tail.index), name),
    signature: fromHex(tail[1] ?? '', 'signature'),
    fields,
    issuedAt: instant(key, fields, 'issueDate'),
    nextUpdate: instant(key, fields, 'nextUpdate'),
    evaluationNumber: evaluationNumber(key, fields),
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

function evaluationNumber(key: CollateralKey, fields: SignedDocument['fields']): number {
  const number = fields['tcbEvaluationDataNumber'];
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw malformed(key, 'has no tcbEvaluationDataNumber');
}
