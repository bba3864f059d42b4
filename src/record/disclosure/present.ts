import { hash, type KeyObject, sign } from 'node:crypto';
import { FormatError } from '../../bytes/errors.ts';
import { toBase64Url, toUtf8 } from '../../bytes/text.ts';
import { KEY_BINDING_TYP } from '../../protocol/disclosure.ts';
import { parseDisclosure, splitSdJwt } from './sd-jwt.ts';

/** To whom, in answer to what, by whose key. */
export type Showing = {
  readonly audience: string;
  /** The reader's own, fresh. */
  readonly nonce: string;
  readonly at: Date;
  /** P-256 or Ed25519: the one that the disclosure names in `cnf`. */
  readonly key: KeyObject;
};

/** What a disclosure tells, by name; elements of lists have none and come as `devices`. */
export function namesIn(sdJwt: string): readonly { readonly name: string; readonly disclosure: string }[] {
  return splitSdJwt(sdJwt).disclosures.map((disclosure) => {
    const parsed = parseDisclosure(disclosure);
    return { name: parsed.of === 'object' ? parsed.name : 'devices', disclosure };
  });
}

/**
 * Shows part of what was disclosed to a holder, bound to one reader (RFC 9901, 4.3 and 7.2). Whatever is not named is left out, and whatever is always there
 * cannot be.
 *
 * @param names of claims; `devices` for all of them
 * @throws FormatError `bad_value` for a name that is not there
 */
export function presentSdJwt(
  sdJwt: string,
  names: readonly string[],
  { audience, nonce, at, key }: Showing,
): string {
  const { jwt } = splitSdJwt(sdJwt);
  const all = namesIn(sdJwt);
  const missing = names.find((name) => !all.some((one) => one.name === name));
  if (missing !== undefined) {
    const expected = [...new Set(all.map(({ name }) => name))].join(', ');
    throw new FormatError('bad_value', `there is no ${missing} to show`, {
      path: 'names',
      expected,
      actual: missing,
    });
  }
  const shown = all.filter(({ name }) => names.includes(name)).map(({ disclosure }) => disclosure);
  const bound = `${[jwt, ...shown].join('~')}~`;
  const alg = key.asymmetricKeyType === 'ed25519' ? 'EdDSA' : 'ES256';
  const sdHash = hash('sha256', toUtf8(bound, 'sdJwt'), 'base64url');
  const claims = { iat: Math.floor(at.getTime() / 1000), aud: audience, nonce, sd_hash: sdHash };
  const input = [{ alg, typ: KEY_BINDING_TYP }, claims]
    .map((part) => toBase64Url(toUtf8(JSON.stringify(part), 'jws')))
    .join('.');
  const signature = sign(alg === 'ES256' ? 'sha256' : null, toUtf8(input, 'jws'), {
    key,
    dsaEncoding: 'ieee-p1363',
  });
  return `${bound}${input}.${toBase64Url(signature)}`;
}
