import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosign } from '../../../src/record/cosignature.ts';
import { signNote } from '../../../src/record/note.ts';
import { verifyCosignedCheckpoint } from '../../../src/record/witness-policy.ts';
import { cosignedCheckpoint, latestCheckpoint } from '../../../src/service/log.ts';
import { addCheckpointOverHttp } from '../../../src/service/witness/add-checkpoint.ts';
import { askWitness } from '../../../src/service/witness/ask.ts';
import { witnessOf } from '../../../src/service/witness/witness.ts';
import { insertCosignature } from '../../../src/store/log/cosignatures.ts';
import type { Store } from '../../../src/store/port.ts';
import { act } from '../../store/contract.ts';
import { serviceStore } from '../../store/temporary.ts';
import { answer, conflict, type Handler, SIGNED_AT, startWitness } from './server.ts';

const pair = generateKeyPairSync('ed25519');
const origin = 'log.example/sextant';
const log = { name: origin, publicKey: pair.publicKey };
const add = addCheckpointOverHttp(10_000, new AbortController().signal);

function contextOf(store: Store) {
  const keys = { log: { kid: 'log', alg: 'Ed25519' as const, ...pair } };
  return { store, keys, config: { logOrigin: origin } };
}

async function logOf(leaves: number) {
  const { store } = await serviceStore();
  const record = (count: number) =>
    store.write(async (tx) => {
      for (let order = 0; order < count; order++) await tx.record(act(`act ${order}`));
    });
  await record(leaves);
  return { store, context: contextOf(store), record };
}

const oldSizes = (asked: readonly string[]) => asked.map((body) => body.split('\n')[0]);

describe('a witness that keeps to the protocol', () => {
  it('cosigns the log from its first leaf on, each time from where it stood', async () => {
    const { context, record } = await logOf(5);
    const one = await startWitness(log);
    expect(await askWitness(context, one.witness, add)).toEqual({ kind: 'cosigned', size: 5, at: SIGNED_AT });
    await record(8);
    expect(await askWitness(context, one.witness, add)).toMatchObject({ kind: 'cosigned', size: 13 });
    expect(await askWitness(context, one.witness, add)).toEqual({ kind: 'current', size: 13 });
    expect(oldSizes(one.asked)).toEqual(['old 0', 'old 5']);
    expect(one.state.size).toBe(13);
  });

  it('is asked nothing of an empty log', async () => {
    const { context } = await logOf(0);
    const one = await startWitness(log);
    expect(await askWitness(context, one.witness, add)).toEqual({ kind: 'current', size: 0 });
    expect(one.asked).toEqual([]);
  });

  it('is heard where it stands elsewhere than we remember, on either side', async () => {
    const { context, record } = await logOf(5);
    const one = await startWitness(log);
    await askWitness(context, one.witness, add);
    await record(1);
    one.state = { size: 0, root: null };
    expect(await askWitness(context, one.witness, add)).toMatchObject({ kind: 'cosigned', size: 6 });
    expect(oldSizes(one.asked)).toEqual(['old 0', 'old 5', 'old 0']);
    // An answer that was lost on its way: the witness is further than we know.
    await record(1);
    one.misbehave = (_, response) => response.destroy();
    expect(await askWitness(context, one.witness, add)).toMatchObject({ kind: 'unreachable' });
    one.misbehave = null;
    const { root } = await rootAt(context);
    one.state = { size: 7, root };
    await record(2);
    expect(await askWitness(context, one.witness, add)).toMatchObject({ kind: 'cosigned', size: 9 });
    expect(oldSizes(one.asked).slice(-2)).toEqual(['old 6', 'old 7']);
  });

  it('is served with the checkpoint that it signed, and with no other', async () => {
    const { context, record } = await logOf(5);
    const [one, two] = [await startWitness(log, 'w1.example'), await startWitness(log, 'w2.example')];
    const witnesses = [one, two];
    const none = cosignedCheckpoint(context, 1);
    await expect(none).rejects.toMatchObject({ code: 'not_found' });
    for (const { witness } of witnesses) await askWitness(context, witness, add);
    const policy = { threshold: 2, witnesses };
    expect(verifyCosignedCheckpoint(await latestCheckpoint(context), log, policy).size).toBe(5);
    await record(1);
    await askWitness(context, one.witness, add);
    const newest = await latestCheckpoint(context);
    expect(() => verifyCosignedCheckpoint(newest, log, policy)).toThrow(
      expect.objectContaining({
        code: 'witnesses_missing',
        actual: 'w1.example at 2026-11-21T10:00:00.000Z',
      }),
    );
    expect(verifyCosignedCheckpoint(newest, log, { ...policy, threshold: 1 }).size).toBe(6);
    expect(verifyCosignedCheckpoint(await cosignedCheckpoint(context, 2), log, policy).size).toBe(5);
    expect(await cosignedCheckpoint(context, 1)).toBe(newest);
    await expect(cosignedCheckpoint(context, 3)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('tells of a log that was restored from a backup', async () => {
    const { context } = await logOf(5);
    const one = await startWitness(log);
    one.state = { size: 6, root: new Uint8Array(32) };
    expect(await askWitness(context, one.witness, add)).toEqual({ kind: 'ahead', witnessed: 6, size: 5 });
  });

  it('is not served with a tree that the log does not have', async () => {
    const { context, store } = await logOf(5);
    const row = { origin, witness: 'w', at_ms: 0, line: '' };
    for (const size of [4, 6]) {
      await store.write((tx) => tx.run(insertCosignature, { ...row, size, root: new Uint8Array(32) }));
      await expect(cosignedCheckpoint(context, 1)).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it.each([
    ['smaller', 3],
    ['of the same size', 5],
  ])('tells of a log that forked from one that is %s', async (_, size) => {
    const { context } = await logOf(5);
    const one = await startWitness(log);
    one.state = { size, root: new Uint8Array(32).fill(1) };
    expect(await askWitness(context, one.witness, add)).toMatchObject({ kind: 'contradicted' });
    await expect(cosignedCheckpoint(context, 1)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('does not cosign for a log that it does not know', async () => {
    const { context } = await logOf(5);
    const other = { name: origin, publicKey: generateKeyPairSync('ed25519').publicKey };
    const one = await startWitness(other);
    expect(await askWitness(context, one.witness, add)).toEqual({ kind: 'refused', status: 403 });
  });
});

describe('a witness that misbehaves', () => {
  const stranger = generateKeyPairSync('ed25519');
  const noteOf = (body: string) => body.slice(body.indexOf('\n\n') + 2);
  const misdeeds: readonly [string, (name: string, key: typeof stranger) => Handler, object][] = [
    [
      'signs with another key',
      (name) => (_, response, body) =>
        answer(response, 200, cosign(noteOf(body), { name, ...stranger }, SIGNED_AT)),
      { kind: 'invalid' },
    ],
    [
      'signs under another name',
      (_, key) => (_request, response, body) =>
        answer(response, 200, cosign(noteOf(body), { name: 'w9.example', ...key }, SIGNED_AT)),
      { kind: 'invalid' },
    ],
    [
      'signs another checkpoint',
      (name, key) => (_, response, body) =>
        answer(response, 200, cosign(noteOf(body).replace('\n5\n', '\n6\n'), { name, ...key }, SIGNED_AT)),
      { kind: 'invalid' },
    ],
    [
      'signs a text of which the checkpoint is a part',
      (name, key) => (_, response, body) => {
        const longer = `${noteOf(body)}and more\n`;
        answer(
          response,
          200,
          `and more\n\n${cosign(`${longer}\n\u2014 x AAAAAAAA\n`, { name, ...key }, SIGNED_AT)}`,
        );
      },
      { kind: 'invalid' },
    ],
    [
      'signs the note and not as a witness',
      (name, key) => (_, response, body) => {
        const text = noteOf(body).split('\n\n')[0] ?? '';
        const signed = signNote(`${text}\n`, { name, ...key });
        answer(response, 200, signed.slice(text.length + 2));
      },
      { kind: 'invalid' },
    ],
    ['answers nothing', () => (_, response) => answer(response, 200), { kind: 'invalid' }],
    ['answers garbage', () => (_, response) => answer(response, 200, '<html>\n'), { kind: 'invalid' }],
    [
      'answers bytes that are no text',
      () => (_, response) => response.writeHead(200).end(Buffer.from([0xff, 0xfe, 0x00])),
      { kind: 'unreachable' },
    ],
    [
      'answers without end',
      () => (_, response) => answer(response, 200, 'x'.repeat(100_000)),
      { kind: 'unreachable' },
    ],
    [
      'redirects',
      () => (_, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
      { kind: 'refused', status: 307 },
    ],
    ['is out of order', () => (_, response) => answer(response, 500), { kind: 'refused', status: 500 }],
    [
      'names a size that is none',
      () => (_, response) => answer(response, 409, '007\n', 'text/x.tlog.size'),
      { kind: 'contradicted' },
    ],
    [
      'names a size as something else',
      () => (_, response) => answer(response, 409, '0\n'),
      { kind: 'contradicted' },
    ],
    [
      'names ever other sizes',
      () => {
        let size = 0;
        return (_, response) => conflict(response, ++size);
      },
      { kind: 'refused', status: 409 },
    ],
    ['hangs up', () => (_, response) => response.destroy(), { kind: 'unreachable' }],
  ];

  it.each(misdeeds)('changes nothing: it %s', async (_, make, expected) => {
    const { context } = await logOf(5);
    const one = await startWitness(log);
    const before = await latestCheckpoint(context);
    one.misbehave = make(one.name, { privateKey: one.privateKey, publicKey: one.publicKey });
    expect(await askWitness(context, one.witness, add)).toMatchObject(expected);
    expect(await latestCheckpoint(context)).toBe(before);
    // And it may behave again.
    one.misbehave = null;
    expect(await askWitness(context, one.witness, add)).toMatchObject({ kind: 'cosigned', size: 5 });
  });

  it('adds no lines but its own', async () => {
    const { context } = await logOf(5);
    const one = await startWitness(log);
    one.misbehave = (_, response, body) => {
      const note = noteOf(body);
      const own = cosign(note, one, SIGNED_AT);
      answer(response, 200, cosign(note, { name: 'w9.example', ...stranger }, SIGNED_AT) + own);
    };
    await askWitness(context, one.witness, add);
    expect(await latestCheckpoint(context)).not.toContain('w9.example');
  });

  it('is waited for no longer than its time, and holds up no act meanwhile', async () => {
    const { context, store, record } = await logOf(5);
    const one = await startWitness(log);
    const reached = Promise.withResolvers<void>();
    one.misbehave = () => reached.resolve();
    const ending = new AbortController();
    const asking = askWitness(context, one.witness, addCheckpointOverHttp(60_000, ending.signal));
    await reached.promise;
    await record(3);
    expect((await latestCheckpoint(context)).split('\n')[1]).toBe('8');
    ending.abort();
    expect(await asking).toMatchObject({ kind: 'unreachable' });
    const impatient = addCheckpointOverHttp(1, new AbortController().signal);
    expect(await askWitness(contextOf(store), one.witness, impatient)).toMatchObject({ kind: 'unreachable' });
  });
});

describe('the address of a witness', () => {
  it('is https, or http on this machine, and nothing but an address', async () => {
    const { witness } = await startWitness(log);
    expect(witnessOf('https://w.example/log', witness.key)?.url.href).toBe(
      'https://w.example/log/add-checkpoint',
    );
    expect(witnessOf('https://w.example', witness.key)?.url.href).toBe('https://w.example/add-checkpoint');
    for (const wrong of [
      'http://w.example',
      'w.example',
      '',
      'https://u@w.example',
      'https://w.example/?a',
      'ftp://w',
    ])
      expect(witnessOf(wrong, witness.key), wrong).toBeUndefined();
    expect(() => witnessOf('https://w.example', 'key')).toThrow(
      expect.objectContaining({ code: 'verifier_key_malformed' }),
    );
  });
});

async function rootAt(context: ReturnType<typeof contextOf>) {
  const [, , encoded = ''] = (await latestCheckpoint(context)).split('\n');
  return { root: new Uint8Array(Buffer.from(encoded, 'base64')) };
}
