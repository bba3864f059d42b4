import { generateKeyPairSync, hash as nodeHash, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Buffer as Stand } from '../../src/dashboard/proofs/inside/buffer.ts';
import { checkProofs } from '../../src/dashboard/proofs/inside/check.ts';
import { createPublicKey, hash, verify } from '../../src/dashboard/proofs/inside/crypto.ts';
import { signCheckpoint } from '../../src/record/checkpoint.ts';
import {
  append,
  EMPTY_RANGE,
  formatVerifierKey,
  leafOf,
  makeReceipt,
  rootOf,
} from '../../src/record/index.ts';

const bytes = fc.uint8Array({ maxLength: 80 });
const ENCODINGS = ['hex', 'base64', 'base64url', 'latin1', 'utf8'] as const;

describe("what stands for Node's Buffer in a browser", () => {
  it('writes and reads every encoding as Node does', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom(...ENCODINGS), (input, encoding) => {
        const text = Buffer.from(input).toString(encoding);
        expect(Stand.from(input).toString(encoding)).toBe(text);
        expect([...Stand.from(text, encoding)]).toEqual([...Buffer.from(text, encoding)]);
      }),
    );
  });

  it('reads what is no clean hexadecimal or base64 as Node does', () => {
    const dirty = fc.string({ unit: fc.constantFrom(...'aZ09+/-_= \ng'), maxLength: 20 });
    fc.assert(
      fc.property(dirty, fc.constantFrom('hex', 'base64', 'base64url'), (text, encoding) => {
        expect([...Stand.from(text, encoding)]).toEqual([...Buffer.from(text, encoding)]);
      }),
    );
  });

  it('compares and joins as Node does', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Stand.compare(a, b)).toBe(Buffer.compare(a, b));
        expect([...Stand.concat([a, b])]).toEqual([...Buffer.concat([a, b])]);
      }),
    );
  });
});

describe('what stands for node:crypto in a browser', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const jwk = publicKey.export({ format: 'jwk' }) as { kty: string; crv: string; x: string };
  const key = createPublicKey({ key: jwk, format: 'jwk' });

  it('hashes as Node does', () => {
    fc.assert(
      fc.property(bytes, (input) => {
        expect(hash('sha256', input, 'buffer').toString('hex')).toBe(nodeHash('sha256', input, 'hex'));
      }),
    );
  });

  it('takes the signatures that Node makes, and no other', () => {
    fc.assert(
      fc.property(bytes, fc.nat(511), (message, bit) => {
        const signature = new Uint8Array(sign(null, message, privateKey));
        expect(verify(null, message, key, signature)).toBe(true);
        signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(verify(null, message, key, signature)).toBe(false);
      }),
      { numRuns: 30 },
    );
    expect(verify(null, new Uint8Array(), key, new Uint8Array(3))).toBe(false);
  });
});

describe("the page's checker of proofs", () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const log = { name: 'log.example', publicKey, privateKey };
  const act = { type: 'decision', at: new Date(0), tenant: 'a', body: { n: 1 }, salt: new Uint8Array(32) };
  const { range } = append(EMPTY_RANGE, leafOf(act));
  const checkpoint = signCheckpoint(1, rootOf(range), log);
  const growth = { oldSize: 1, consistencyProof: [], checkpoint };
  const question = {
    key: formatVerifierKey(log),
    checkpoint,
    kept: { checkpoint, growth },
    act: { receipt: makeReceipt(act, 0, [], checkpoint), growth },
  };
  const failing = (changed: object): string[] =>
    checkProofs({ ...question, ...changed })
      .checks.filter(({ status }) => status === 'fail')
      .map(({ id }) => id);
  const forged = checkpoint.replace('\n1\n', '\n2\n');

  it('finds nothing against what holds', () => {
    expect(failing({})).toEqual([]);
    expect(checkProofs(question)).toMatchObject({ head: { origin: 'log.example', size: 1 }, witnesses: [] });
  });

  it('names the one proof that fails', () => {
    const { receipt } = question.act;
    expect(failing({ checkpoint: forged })).toEqual(['log.checkpoint']);
    expect(failing({ kept: { checkpoint: forged, growth } })).toEqual(['log.grown-since-kept']);
    expect(failing({ kept: { checkpoint, growth: null } })).toEqual(['log.grown-since-kept']);
    expect(failing({ act: { receipt: { ...receipt, checkpoint: forged }, growth } })).toEqual([
      'log.receipt.checkpoint',
    ]);
    expect(failing({ act: { receipt: { ...receipt, leafIndex: 1 }, growth } })).toEqual([
      'log.receipt.inclusion',
    ]);
    expect(failing({ act: { receipt: {}, growth } })).toEqual(['log.receipt.inclusion']);
    expect(failing({ act: { receipt, growth: { ...growth, oldSize: 0 } } })).toEqual([
      'log.grown-since-receipt',
    ]);
  });
});
