import { generateKeyPairSync } from 'node:crypto';
import { fromBase64Url } from '../../../src/bytes/text.ts';
import type { ClaimedKey } from '../../../src/forge/azure/hcl-report.ts';
import { vector } from '../../vectors.ts';

/** An RSA key as claims name it. */
export function claimedKey(): ClaimedKey {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return { modulus: fromBase64Url(n, 'n'), exponent: fromBase64Url(e, 'e') };
}

/** The HCL reports of genuine evidence, however its JSON spells bytes. */
export function genuineHclReport(path: string): Uint8Array {
  const evidence = JSON.parse(new TextDecoder().decode(vector(`${path}/evidence.json`)));
  const report: unknown = evidence.hcl_report ?? evidence.report;
  if (typeof report === 'string') return new Uint8Array(Buffer.from(report, 'base64url'));
  return Uint8Array.from(report as number[]); // the other spelling that genuine evidence has
}

/** A copy with other bytes from an offset on. */
export function patched(bytes: Uint8Array, offset: number, ...octets: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(octets, offset);
  return copy;
}
