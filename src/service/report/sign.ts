import { createSign, type Sign } from 'node:crypto';
import { toBase64Url, toUtf8 } from '../../bytes/text.ts';
import { REPORT_TYP } from '../../protocol/report.ts';
import type { SigningKey } from '../context.ts';

const DAY_MS = 86_400_000;

/** For how long a report verifies by keys that are published: five years, as records of exports are kept (15 CFR 762.6). */
export const REPORT_KEPT_MS = 5 * 366 * DAY_MS;

/**
 * Signs text as it passes: a JWS whose payload is detached (RFC 7515, appendix F), so that no report needs to be held whole. ES256 hashes what it
 * signs, and a hash takes its input in pieces.
 */
export class DetachedSignature {
  readonly #key: SigningKey;
  readonly #header: string;
  readonly #sign: Sign;
  /** Bytes that do not fill a group of base64 yet: two at most. */
  #rest: Uint8Array = new Uint8Array();

  constructor(key: SigningKey) {
    const { alg, kid } = key;
    this.#key = key;
    this.#header = toBase64Url(toUtf8(JSON.stringify({ alg, typ: REPORT_TYP, kid }), 'header'));
    this.#sign = createSign('sha256').update(`${this.#header}.`);
  }

  update(text: string): void {
    const bytes = Buffer.concat([this.#rest, toUtf8(text, 'report')]);
    const whole = bytes.length - (bytes.length % 3);
    this.#sign.update(toBase64Url(bytes.subarray(0, whole)));
    this.#rest = bytes.subarray(whole);
  }

  end(): string {
    this.#sign.update(toBase64Url(this.#rest));
    const { privateKey } = this.#key;
    const signature = this.#sign.sign({ key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${this.#header}..${toBase64Url(signature)}`;
  }
}
