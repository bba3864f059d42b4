import { verify, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CborKey, type CborMap, CborTag, type CborValue, parseCbor } from '../../src/bytes/cbor.ts';
import { encodeCbor } from '../../src/bytes/cbor-encode.ts';
import { type CoseSign1, parseCoseSign1, sigStructure } from '../../src/bytes/cose.ts';
import { FormatError } from '../../src/bytes/errors.ts';
import { fromHex, toHex, toUtf8 } from '../../src/bytes/text.ts';
import { describeWithVectors, fuzzRuns, vector } from '../vectors.ts';
import { codeOf } from './refusal.ts';

const empty = new Map();
const es256 = new Map<CborKey, CborValue>([[1, -7]]);
const payload = toUtf8('payload', 'test');
const signature = new Uint8Array(64);

function sign1(
  protectedHeader: CborMap = es256,
  unprotected: CborValue = empty,
  content: CborValue = payload,
): CborValue[] {
  return [encodeCbor(protectedHeader), unprotected, content, signature];
}

function header(...entries: (readonly [CborKey, CborValue])[]): CborMap {
  return new Map([...es256, ...entries]);
}

describe('COSE_Sign1', () => {
  it('reads the parts, tagged or bare', () => {
    const bare = encodeCbor(sign1(es256, new Map([[4, toUtf8('11', 'kid')]])));
    expect(parseCoseSign1(bare)).toMatchObject({ tagged: false, alg: -7, payload, signature });
    expect(parseCoseSign1(encodeCbor(new CborTag(18, sign1())))).toMatchObject({ tagged: true, alg: -7 });
    expect(parseCoseSign1(encodeCbor(sign1(es256, empty, null))).payload).toBeNull();
  });

  it('covers the context, the protected bytes as received, the additional data and the payload', () => {
    // RFC 9052, appendix C.2.1 (sign-pass-01 of the working group's examples gives the same layout).
    const parsed = {
      protectedBytes: fromHex('a10126', 'hex'),
      payload: toUtf8('This is the content.', 'test'),
    };
    expect(toHex(sigStructure(parsed))).toBe(
      '846a5369676e61747572653143a101264054546869732069732074686520636f6e74656e742e',
    );
    expect(toHex(sigStructure(parsed, fromHex('11aa22bb33cc44dd55006699', 'hex')))).toContain(
      '43a101264c11aa22bb33cc44dd55006699',
    );
  });

  it('keeps a protected header that is not canonically encoded', () => {
    const wide = fromHex('a1180126', 'hex');
    const parsed = parseCoseSign1(encodeCbor([wide, empty, payload, signature]));
    expect(toHex(parsed.protectedBytes)).toBe('a1180126');
    expect(parsed.alg).toBe(-7);
  });

  it('takes exactly one payload, attached or detached', () => {
    const attached = parseCoseSign1(encodeCbor(sign1()));
    const detached = parseCoseSign1(encodeCbor(sign1(es256, empty, null)));
    expect(toHex(sigStructure(detached, new Uint8Array(), payload))).toBe(toHex(sigStructure(attached)));
    expect(codeOf(() => sigStructure(detached))).toBe('bad_value');
    expect(codeOf(() => sigStructure(attached, new Uint8Array(), payload))).toBe('bad_value');
  });

  it.each<readonly [string, CborValue, string]>([
    ['another tag', new CborTag(98, sign1()), 'bad_value'],
    ['a nested tag', new CborTag(18, new CborTag(18, sign1())), 'bad_value'],
    ['three parts', sign1().slice(0, 3), 'bad_value'],
    ['five parts', [...sign1(), null], 'bad_value'],
    ['a map', new Map([[0, 0]]), 'bad_value'],
    ['a protected header that is no byte string', [es256, empty, payload, signature], 'bad_value'],
    ['a protected header that is no map', [encodeCbor([1]), empty, payload, signature], 'bad_value'],
    [
      'bytes after the protected header',
      [fromHex('a1012600', 'x'), empty, payload, signature],
      'trailing_data',
    ],
    ['an unprotected header that is no map', sign1(es256, []), 'bad_value'],
    ['a payload of text', sign1(es256, empty, 'payload'), 'bad_value'],
    ['an absent payload', [encodeCbor(es256), empty, undefined, signature], 'bad_value'],
    ['a signature that is no byte string', [encodeCbor(es256), empty, payload, null], 'bad_value'],
    ['no algorithm', sign1(new Map()), 'bad_value'],
    ['an empty protected header', [new Uint8Array(), empty, payload, signature], 'bad_value'],
    ['an algorithm that is only unprotected', sign1(new Map(), es256), 'bad_value'],
    ['an algorithm of another type', sign1(new Map([[1, null]])), 'bad_value'],
    ['a label in both headers', sign1(header([4, payload]), new Map([[4, payload]])), 'bad_value'],
    ['an unprotected crit', sign1(es256, new Map([[2, [1]]])), 'bad_value'],
    ['an empty crit', sign1(header([2, []])), 'bad_value'],
    ['a crit that is no list', sign1(header([2, 1])), 'bad_value'],
    ['a crit that names an absent label', sign1(header([2, [33]])), 'bad_value'],
    ['a crit that is not understood', sign1(header([2, [33]], [33, payload])), 'unsupported'],
  ])('refuses %s', (_, item, code) => {
    expect(codeOf(() => parseCoseSign1(encodeCbor(item)))).toBe(code);
  });

  it('accepts a critical label that the caller understands', () => {
    const bytes = encodeCbor(sign1(header([2, [33]], [33, payload])));
    expect(codeOf(() => parseCoseSign1(bytes, { understood: [33] }))).toBe('accepted');
  });

  it('refuses truncation, appended bytes and more than its ceiling', () => {
    const whole = encodeCbor(sign1());
    for (let length = 0; length < whole.length; length++) {
      expect(codeOf(() => parseCoseSign1(whole.subarray(0, length)))).toBe('truncated');
    }
    expect(codeOf(() => parseCoseSign1(new Uint8Array([...whole, 0])))).toBe('trailing_data');
    expect(codeOf(() => parseCoseSign1(whole, { maxBytes: whole.length - 1 }))).toBe('too_long');
  });

  it('fails on mutated bytes only with its own error', () => {
    const whole = encodeCbor(sign1(header([2, [1]]), new Map([[4, payload]])));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(255), (at, byte, next) => {
        const bytes = whole.slice();
        bytes.set([byte, next].slice(0, whole.length - at), at);
        try {
          parseCoseSign1(bytes);
          return true;
        } catch (error) {
          return error instanceof FormatError;
        }
      }),
      { numRuns: fuzzRuns },
    );
  });
});

describeWithVectors('a genuine AWS Nitro document', () => {
  const verified = (document: CoseSign1): boolean => {
    const claims = parseCbor(document.payload ?? signature, { deterministic: false });
    const certificate = claims instanceof Map ? claims.get('certificate') : undefined;
    const key = new X509Certificate(certificate).publicKey;
    return verify('sha384', sigStructure(document), { key, dsaEncoding: 'ieee-p1363' }, document.signature);
  };

  it('carries a signature over its Sig_structure', () => {
    const document = parseCoseSign1(vector('nitro/aws_nitro_document.cbor'));
    expect(document).toMatchObject({ tagged: false, alg: -35 });
    expect(verified(document)).toBe(true);
  });

  it('is told from its forgery', () => {
    expect(verified(parseCoseSign1(vector('nitro/aws_nitro_document_bad_sig.cbor')))).toBe(false);
  });

  it('orders its keys by itself, so its payload is not deterministic', () => {
    const { payload: claims } = parseCoseSign1(vector('nitro/aws_nitro_document.cbor'));
    expect(codeOf(() => parseCbor(claims ?? signature))).toBe('not_canonical');
  });
});
