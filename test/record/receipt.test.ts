import { generateKeyPairSync, hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/bytes/canonical-json.ts';
import { toBase64Url, toHex } from '../../src/bytes/text.ts';
import {
  type Act,
  entryOf,
  inclusionProof,
  leafOf,
  makeReceipt,
  type Receipt,
  rootOf,
  signCheckpoint,
  verifyReceipt,
} from '../../src/record/index.ts';
import { sealAct } from '../../src/record/leaf.ts';
import { fuzzRuns } from '../vectors.ts';
import { grow } from './tree.ts';

const log = { name: 'log.example/sextant', ...generateKeyPairSync('ed25519') };
const act = (order: number): Act => ({
  type: 'appraisal',
  at: new Date(1_770_000_000_000 + order),
  tenant: 'operator-a',
  body: { order, nested: { b: [1, 'two', null], a: true }, text: '\u20ac\ud83d\ude80' },
  salt: new Uint8Array(32).fill(order + 1),
});
const ACTS = Array.from({ length: 5 }, (_, order) => act(order));

async function receiptOf(index: number): Promise<Receipt> {
  const { range, read } = grow(ACTS.map(leafOf));
  const proof = await inclusionProof(index, range.size, read);
  const checkpoint = signCheckpoint(range.size, rootOf(range), log);
  const receipt = makeReceipt(act(index), index, proof, checkpoint);
  return JSON.parse(JSON.stringify(receipt)); // as it travels
}

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('the leaf of an act', () => {
  it('is the documented hash, computed here by hand', () => {
    const { salt, type, tenant, body } = act(0);
    const text = canonicalJson({ type, tenant, body, at: '2026-02-02T02:40:00.000Z' });
    const inner = hash(
      'sha256',
      Buffer.concat([Buffer.from('sextant/v1/act\0'), salt, Buffer.from(text)]),
      'buffer',
    );
    const entry = Buffer.concat([Buffer.from('sextant/v1/leaf\0'), inner]);
    expect(entry.length).toBe(48);
    expect(toHex(entryOf(act(0)))).toBe(toHex(entry));
    expect(toHex(leafOf(act(0)))).toBe(
      toHex(hash('sha256', Buffer.concat([Uint8Array.of(0), entry]), 'buffer')),
    );
  });

  it('is over the canonical JSON of the whole act, whatever its words', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }),
        (type, tenant, json) => {
          const body = JSON.parse(JSON.stringify(json));
          const one = { type, tenant, body, at: new Date(0), salt: new Uint8Array(32) };
          const text = canonicalJson({ type, tenant, body, at: '1970-01-01T00:00:00.000Z' });
          const salted = Buffer.concat([Buffer.from('sextant/v1/act\0'), one.salt, Buffer.from(text)]);
          const entry = Buffer.concat([Buffer.from('sextant/v1/leaf\0'), hash('sha256', salted, 'buffer')]);
          expect(toHex(entryOf(one))).toBe(toHex(entry));
          expect(sealAct(one)).toEqual({ bodyText: canonicalJson(body), leaf: leafOf(one) });
        },
      ),
      { numRuns: Math.max(200, Math.floor(fuzzRuns / 10)) },
    );
  });

  it.each([0, 31, 33])('is not made with a salt of %i bytes', (length) => {
    const unsalted = { ...act(0), salt: new Uint8Array(length) };
    expect(() => leafOf(unsalted)).toThrow(code('salt_length'));
  });

  it('is not made of what is no JSON', () => {
    const odd = { ...act(0), body: { when: new Date(0) as never } }; // the point of the test
    expect(() => leafOf(odd)).toThrow(code('bad_value'));
  });
});

describe('a receipt', () => {
  it('proves each act of the log', async () => {
    for (const index of ACTS.keys()) {
      const proven = verifyReceipt(await receiptOf(index), log);
      expect(proven).toMatchObject({ act: act(index), leafIndex: index });
      expect(proven.checkpoint).toMatchObject({ origin: log.name, size: 5 });
    }
  });

  it('proves the same act when its members come in another order', async () => {
    const receipt = await receiptOf(1);
    const reversed = Object.fromEntries(Object.entries(receipt.act).reverse());
    expect(verifyReceipt({ ...receipt, act: reversed }, log).act).toEqual(act(1));
  });

  it.each<[string, (receipt: Receipt) => Receipt, string]>([
    ['type', (r) => ({ ...r, act: { ...r.act, type: 'decision' } }), 'root_mismatch'],
    ['tenant', (r) => ({ ...r, act: { ...r.act, tenant: 'operator-b' } }), 'root_mismatch'],
    ['instant', (r) => ({ ...r, act: { ...r.act, at: '2026-02-02T02:40:00.009Z' } }), 'root_mismatch'],
    ['body', (r) => ({ ...r, act: { ...r.act, body: { order: 2 } } }), 'root_mismatch'],
    ['salt', (r) => ({ ...r, salt: toBase64Url(new Uint8Array(32)) }), 'root_mismatch'],
    ['salt of another length', (r) => ({ ...r, salt: toBase64Url(new Uint8Array(31)) }), 'salt_length'],
    ['index', (r) => ({ ...r, leafIndex: 2 }), 'root_mismatch'],
    ['index beyond the tree', (r) => ({ ...r, leafIndex: 5 }), 'index_out_of_range'],
    ['proof', (r) => ({ ...r, inclusionProof: r.inclusionProof.slice(1) }), 'proof_shape'],
    ['order of the proof', (r) => ({ ...r, inclusionProof: r.inclusionProof.toReversed() }), 'root_mismatch'],
    [
      'size in the checkpoint',
      (r) => ({ ...r, checkpoint: r.checkpoint.replace('\n5\n', '\n6\n') }),
      'signature_invalid',
    ],
    [
      'checkpoint',
      (r) => ({ ...r, checkpoint: signCheckpoint(5, new Uint8Array(32), log) }),
      'root_mismatch',
    ],
    ['shape', (r) => ({ ...r, more: 1 }), 'receipt_malformed'],
    ['shape of the act', (r) => ({ ...r, act: { ...r.act, more: 1 } }), 'receipt_malformed'],
    [
      'instant with an offset',
      (r) => ({ ...r, act: { ...r.act, at: '2026-02-02T02:40:00+00:00' } }),
      'bad_value',
    ],
  ])('proves nothing with another %s', async (_, change, expected) => {
    const receipt = await receiptOf(1);
    expect(() => verifyReceipt(change(receipt), log)).toThrow(code(expected));
  });

  it('proves nothing under another key, or for a log of another name', async () => {
    const receipt = await receiptOf(1);
    const otherKey = { name: log.name, ...generateKeyPairSync('ed25519') };
    expect(() => verifyReceipt(receipt, otherKey)).toThrow(code('signature_absent'));
    expect(() => verifyReceipt(receipt, { ...log, name: 'other.example' })).toThrow(code('signature_absent'));
  });

  it('proves nothing by a checkpoint from before the act', async () => {
    const early = grow(ACTS.slice(0, 2).map(leafOf)).range;
    const checkpoint = signCheckpoint(2, rootOf(early), log);
    const receipt = { ...(await receiptOf(2)), checkpoint };
    expect(() => verifyReceipt(receipt, log)).toThrow(code('index_out_of_range'));
  });

  it('is refused by code whatever is taken for one', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => verifyReceipt(value, log)).toThrow(code('receipt_malformed'));
      }),
      { numRuns: Math.max(200, Math.floor(fuzzRuns / 10)) },
    );
  });
});
