import { createHmac, generateKeyPairSync, hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import * as probe from '../../../src/location/probe/index.ts';
import { codeOf } from '../../bytes/refusal.ts';
import { fuzzRuns } from '../../vectors.ts';
import { host, landmark, other, permitFor, verifier } from './parties.ts';

const context = probe.probeContext(permitFor());
const ephemeral = generateKeyPairSync('x25519').privateKey;
const publics = { host: probe.rawPublicKey(host.exchange), landmark: probe.rawPublicKey(ephemeral) };
const keys = probe.agreeKeys(ephemeral, publics.host, context, publics);
const token = new Uint8Array(16).fill(1);
const cookie = new Uint8Array(24).fill(2);
const permit = probe.signPermit(permitFor(), verifier.key);
const hello = probe.signHello({ cookie, token, permit }, host.signing);
const list = { sent: 20, valid: [0, 3, 19] };
const transcript = new Uint8Array(32).fill(5);

describe('the keys of a measurement', () => {
  it('are the same on both sides', () => {
    expect(probe.agreeKeys(host.exchange, publics.landmark, context, publics)).toEqual(keys);
  });

  it('differ by session, landmark and either public key, and by what they are for', () => {
    const contexts = [
      permitFor({ jti: 'permit-2' }),
      permitFor({ sessionId: 'session-2' }),
      permitFor({ landmarkId: 'frankfurt-2' }),
      permitFor({ landmarkKey: probe.rawPublicKey(other.key) }),
    ].map(probe.probeContext);
    const all = [
      keys.timed,
      keys.untimed,
      ...contexts.map((one) => probe.agreeKeys(ephemeral, publics.host, one, publics).timed),
      probe.agreeKeys(ephemeral, publics.host, context, { ...publics, host: publics.landmark }).timed,
      probe.agreeKeys(ephemeral, publics.host, context, { ...publics, landmark: publics.host }).timed,
    ].map((key) => Buffer.from(key).toString('hex'));
    expect(new Set(all).size).toBe(all.length);
  });

  it('bind identifiers of any length in a context of fixed length: no byte can move between them', () => {
    const a = probe.probeContext(permitFor({ sessionId: 'ab', jti: 'c' }));
    const b = probe.probeContext(permitFor({ sessionId: 'a', jti: 'bc' }));
    expect(a.session).not.toEqual(b.session);
    expect(a.session).toHaveLength(32);
  });

  // RFC 7748, 6.1, and the points of small order that it warns of.
  it.each([
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ])('are refused for a peer of small order: %s', (point) => {
    const peer = new Uint8Array(Buffer.from(point, 'hex'));
    expect(codeOf(() => probe.agreeKeys(ephemeral, peer, context, { ...publics, host: peer }))).toBe(
      'bad_value',
    );
  });
});

describe('a timed round', () => {
  const nonce = new Uint8Array(32).fill(9);
  const round = (seq: number): Uint8Array => {
    const writer = new probe.ProbeWriter(context);
    writer.fill(seq, nonce);
    return writer.datagram;
  };
  const replies = (): probe.ReplyWriter => new probe.ReplyWriter(keys.timed, context, 20);

  it('is answered by the documented MAC, computed here by hand', () => {
    const seq = Buffer.from([0, 0, 0, 7]);
    const expected = createHmac('sha256', keys.timed)
      .update(Buffer.concat([Buffer.from('sextant-probe'), context.session, context.landmark, seq, nonce]))
      .digest();
    expect(new probe.RoundTag(keys.timed, context).of(7, nonce)).toEqual(expected);
    const reply = replies().answer(round(7));
    expect(reply).toEqual(new Uint8Array(Buffer.concat([Buffer.of(1, 7), context.session, seq, expected])));
    if (reply === null) throw new Error('answered');
    expect(reply.length).toBeLessThanOrEqual(round(7).length);
    expect(probe.replyHolds(reply, expected)).toBe(true);
    expect(probe.seqOfReply(reply)).toBe(7);
  });

  it('is answered once', () => {
    const writer = replies();
    expect(writer.answer(round(3))).not.toBe(null);
    expect(writer.answer(round(3))).toBe(null);
  });

  it('is not answered for another session, another landmark, a round beyond the permit, or another length', () => {
    for (const at of [0, 1, 2, 33, 34, 65, 66, 69]) {
      const datagram = Uint8Array.from(round(1));
      datagram[at] = (datagram[at] ?? 0) ^ 0x40;
      expect(replies().answer(datagram)).toBe(null);
    }
    expect(replies().answer(round(20))).toBe(null);
    expect(replies().answer(round(1).subarray(1))).toBe(null);
    expect(replies().answer(Buffer.concat([round(1), Buffer.of(0)]))).toBe(null);
  });

  it('with another tag does not hold', () => {
    const reply = replies().answer(round(1)) ?? new Uint8Array();
    const tag = new probe.RoundTag(keys.timed, context).of(1, nonce);
    for (let at = 38; at < reply.length; at++) {
      const forged = Uint8Array.from(reply);
      forged[at] = (forged[at] ?? 0) ^ 1;
      expect(probe.replyHolds(forged, tag)).toBe(false);
    }
  });
});

describe('the messages around', () => {
  const open = probe.encodeOpen(token);

  it('are read as they were written', () => {
    expect(probe.parseOpen(open)).toEqual(token);
    expect(probe.parseCookie(probe.encodeCookie(token, cookie))).toEqual({ token, cookie });
    expect(probe.parseRefusal(probe.encodeRefusal(token, 'busy'))).toEqual({ token, reason: 'busy' });
    expect(probe.parseHello(hello).content).toEqual({ cookie, token, permit });
    const attest = probe.encodeAttest(context, transcript, new Uint8Array(64).fill(3));
    expect(probe.parseAttest(attest)).toEqual({ transcript, signature: new Uint8Array(64).fill(3) });
    expect(probe.openRounds(probe.sealRounds(context, keys, list, transcript), keys)).toEqual({
      list,
      transcript,
    });
    const message = probe.encodeReceiptMessage(context, Uint8Array.of(1, 2, 3));
    expect(probe.parseReceiptMessage(message)).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('before the address has proved itself are no longer than what they answer', () => {
    expect(probe.encodeCookie(token, cookie).length).toBeLessThanOrEqual(open.length);
    expect(probe.encodeRefusal(token, 'busy').length).toBeLessThanOrEqual(open.length);
    expect(codeOf(() => probe.parseOpen(open.subarray(0, -1)))).toBe('truncated');
    expect(codeOf(() => probe.parseOpen(Buffer.concat([open.subarray(0, -1), Buffer.of(1)])))).toBe(
      'reserved_not_zero',
    );
  });

  it('hello and welcome are by the keys that the permit names, and by no others', () => {
    const key = (raw: Uint8Array) => probe.publicKeyOf('Ed25519', raw);
    const { hostKey, landmarkKey } = permitFor();
    expect(probe.helloHolds(probe.parseHello(hello), key(hostKey))).toBe(true);
    expect(probe.helloHolds(probe.parseHello(hello), key(landmarkKey))).toBe(false);
    const parsed = probe.parseWelcome(probe.signWelcome(context, publics.landmark, hello, landmark.key));
    const holds = (welcome: probe.Welcome, to = hello, by = landmarkKey): boolean =>
      probe.welcomeHolds(welcome, context, to, key(by));
    expect(holds(parsed)).toBe(true);
    expect(holds(parsed, hello, hostKey)).toBe(false);
    expect(holds({ ...parsed, exchangeKey: publics.host })).toBe(false);
    expect(holds(parsed, probe.signHello({ cookie: new Uint8Array(24), token, permit }, host.signing))).toBe(
      false,
    );
  });

  it('ready and rounds are by who has the key', () => {
    const others = probe.agreeKeys(ephemeral, probe.rawPublicKey(ephemeral), context, publics);
    expect(probe.readyHolds(probe.sealReady(context, keys), context, keys)).toBe(true);
    expect(probe.readyHolds(probe.sealReady(context, others), context, keys)).toBe(false);
    expect(probe.openRounds(probe.sealRounds(context, others, list, transcript), keys)).toBe(null);
  });

  it('a transcript is over number, nonce and tag of each valid round, and of nothing else', () => {
    const rounds = Array.from({ length: 4 }, (_, seq) => ({
      nonce: new Uint8Array(32).fill(seq),
      tag: new Uint8Array(32).fill(0x80 + seq),
    }));
    const of = (valid: number[], with_: readonly (probe.AnsweredRound | undefined)[] = rounds) =>
      probe.transcriptHash(context, { sent: 4, valid }, with_);
    const [first, second] = rounds;
    if (first === undefined || second === undefined) throw new Error('four rounds');
    const u32 = (value: number): Buffer => Buffer.from([0, 0, 0, value]);
    const body = Buffer.concat([Buffer.of(0, 4, 0, 1), u32(1), second.nonce, second.tag]);
    const parts = [context.session, context.landmark, body].flatMap((part) => [u32(part.length), part]);
    const input = Buffer.concat([Buffer.from('sextant/v1/probe-transcript/3\0'), ...parts]);
    expect(of([1])).toEqual(new Uint8Array(hash('sha256', input, 'buffer')));
    expect(of([1])).not.toEqual(of([1, 2]));
    expect(of([1], [first, { ...second, tag: first.tag }])).not.toEqual(of([1]));
    expect(of([1], [first])).toBe(null);
    expect(probe.sameTranscript(null, transcript)).toBe(false);
  });

  it('never are anything but read or refused with a code, whatever the bytes', () => {
    const parsers = [
      probe.parseOpen,
      probe.parseCookie,
      probe.parseRefusal,
      probe.parseHello,
      probe.parseWelcome,
      probe.parseAttest,
      probe.parseReceiptMessage,
      (bytes: Uint8Array) => probe.openRounds(bytes, keys),
      probe.messageName,
      (bytes: Uint8Array) => probe.readyHolds(bytes, context, keys),
    ];
    const whole = [
      open,
      hello,
      probe.encodeCookie(token, cookie),
      probe.signWelcome(context, publics.landmark, hello, landmark.key),
      probe.sealRounds(context, keys, list, transcript),
      probe.encodeReceiptMessage(context, new Uint8Array(99)),
    ];
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(fc.constantFrom(...whole), fc.nat(1200), fc.nat(255), fc.nat(1400))
        .map(([bytes, at, byte, end]) => {
          const copy = Uint8Array.from(bytes.subarray(0, end));
          if (at < copy.length) copy[at] = byte;
          return copy;
        }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...parsers), garbage, (parse, bytes) => {
        try {
          parse(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: Math.min(fuzzRuns, 50_000) / 2 },
    );
  });
});
