import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyIdOf, type Permit, rawPublicKey, signTranscript } from '../../src/location/probe/index.ts';
import type { LocationAnswer } from '../../src/protocol/location.ts';
import { newSessionKeys } from './guest.ts';
import {
  type BentReceipt,
  type Measuring,
  permitsFor,
  REYKJAVIK,
  receiptsFor,
  sendReceipts,
  TestLandmark,
} from './landmarks.ts';
import { beginLocated, type Located } from './located.ts';

let all: Located;
beforeAll(async () => {
  all = await beginLocated();
});
afterAll(() => all.world.close());

const measure = async (more: Partial<Measuring> = {}) => {
  const { world, guest, fleet } = all;
  const { sessionId } = await guest.attest();
  const receipts = await receiptsFor(world, guest, sessionId, fleet, { place: REYKJAVIK, ...more });
  return { sessionId, receipts };
};
const codes = ({ receipts }: LocationAnswer): string[] => [
  ...new Set(receipts?.flatMap(({ failed }) => failed.map(({ id }) => id))),
];
const bent = async (change: (landmark: TestLandmark, permit: Permit) => BentReceipt) => {
  const { sessionId, receipts } = await measure({ bent: change });
  const answer = await sendReceipts(all.guest, sessionId, receipts);
  return { codes: codes(answer), verdict: answer.verdict.verdict };
};
const hours = (count: number): number => count * 3_600_000;

describe('a receipt', () => {
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const transcript = new Uint8Array(32).fill(9);

  it.each([
    [
      'that an unpinned key signed',
      () => ({ signedBy: stranger }),
      ['receipt.landmark-key', 'receipt.signature'],
    ],
    ['of another permit', () => ({ jti: 'another' }), ['receipt.permit']],
    ['of another session', () => ({ sessionId: 'another' }), ['receipt.session']],
    ["of another host's key", () => ({ hostKeyId: keyIdOf(rawPublicKey(stranger)) }), ['receipt.host-key']],
    [
      'whose transcript another key signed',
      () => ({ hostSignature: signTranscript(transcript, stranger) }),
      ['receipt.host-signature'],
    ],
    ['whose transcript is another', () => ({ transcript }), ['receipt.host-signature']],
    [
      'of another place than is registered',
      () => ({ place: { latitude: 1, longitude: 1 } }),
      ['receipt.place'],
    ],
    ['with another uncertainty', () => ({ uncertaintyMeters: 1 }), ['receipt.place']],
    ['of more rounds than were permitted', () => ({ sent: 31 }), ['receipt.sent']],
    ['without a valid round', () => ({ rounds: [] }), ['receipt.valid']],
    [
      'measured before its permit',
      (_: TestLandmark, { issuedAt }: Permit) => ({ measuredAt: new Date(issuedAt.getTime() - 60_000) }),
      ['receipt.measured'],
    ],
    [
      'measured after its permit',
      (_: TestLandmark, { expiresAt }: Permit) => ({ measuredAt: new Date(expiresAt.getTime() + 60_000) }),
      ['receipt.measured'],
    ],
  ] as const)('%s counts for nothing', async (_, change, expected) => {
    expect(await bent(change)).toEqual({ codes: expected, verdict: 'inconclusive' });
  });

  it('of a landmark that was not drawn counts for nothing', async () => {
    const unknown = new TestLandmark('unknown', REYKJAVIK);
    expect(await bent(() => ({ landmarkId: unknown.id, jti: 'unknown' }))).toEqual({
      codes: ['receipt.drawn'],
      verdict: 'inconclusive',
    });
  });

  it('of another landmark than its permit counts for nothing', async () => {
    const other = ({ id }: TestLandmark): string => all.fleet.find((each) => each.id !== id)?.id ?? '';
    expect(await bent((landmark) => ({ landmarkId: other(landmark) }))).toEqual({
      codes: ['receipt.landmark'],
      verdict: 'inconclusive',
    });
  });

  it('that is none, or claims more round trips than rounds, counts for nothing', async () => {
    const { sessionId, receipts } = await measure();
    const cut = receipts.map((text) => text.slice(0, -4));
    const answer = await sendReceipts(all.guest, sessionId, [...cut, 'AAAA']);
    expect(codes(answer)).toEqual(['receipt.well-formed']);
    expect(answer.verdict.verdict).toBe('inconclusive');
  });

  it('counts once', async () => {
    const { sessionId, receipts } = await measure();
    const answer = await sendReceipts(all.guest, sessionId, [...receipts, ...receipts.slice(0, 1)]);
    expect(codes(answer)).toEqual(['receipt.once']);
    expect(answer.verdict.verdict).toBe('proven-inside');
  });

  it('of an earlier session proves nothing in a later one', async () => {
    const earlier = await measure();
    const later = await measure();
    const answer = await sendReceipts(all.guest, later.sessionId, earlier.receipts);
    // Of landmarks that are not drawn this time there is no permit at all.
    const found = codes(answer).filter((code) => code !== 'receipt.drawn');
    expect(found.sort()).toEqual(['receipt.measured', 'receipt.permit', 'receipt.session']);
    expect(answer.verdict.verdict).toBe('inconclusive');
  });

  it('takes nothing from the others', async () => {
    const { verdict } = await bent(({ id }) => (id === 'rkv-0' ? { jti: 'another' } : {}));
    expect(verdict).toBe('proven-inside');
  });
});

describe('permits', () => {
  it('are for a session with accepted evidence alone', async () => {
    const { guest } = all;
    const session = await guest.session();
    await expect(permitsFor(guest, session.id)).rejects.toMatchObject({
      code: 'evidence_not_accepted',
      status: 409,
    });
    await guest.send(session, 'garbage');
    await expect(permitsFor(guest, session.id)).rejects.toMatchObject({ code: 'evidence_not_accepted' });
    await expect(permitsFor(guest, 'ses_0000000000000000000000')).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('are one set a session: the same while they live, none after', async () => {
    const { guest, world } = all;
    const { sessionId } = await guest.attest();
    const first = await permitsFor(guest, sessionId);
    expect((await permitsFor(guest, sessionId)).permits).toEqual(first.permits);
    world.verifier.advance(61_000);
    await expect(permitsFor(guest, sessionId)).rejects.toMatchObject({
      code: 'permits_expired',
      status: 410,
    });
  });

  it('are of the newest session, while it is open', async () => {
    const { guest, world } = all;
    const old = await guest.attest();
    await guest.attest();
    await expect(permitsFor(guest, old.sessionId)).rejects.toMatchObject({
      code: 'session_superseded',
      status: 409,
    });
    const late = await guest.attest();
    world.verifier.advance(hours(0.5));
    await expect(permitsFor(guest, late.sessionId)).rejects.toMatchObject({
      code: 'session_expired',
      status: 410,
    });
  });

  it('name the attested keys, one landmark each, and live a minute', async () => {
    const { guest, world } = all;
    const { sessionId } = await guest.attest();
    const { permits, expiresAt, receipt } = await permitsFor(guest, sessionId);
    expect(Date.parse(expiresAt) - world.pace.clock().getTime()).toBeLessThanOrEqual(60_000);
    expect(new Set(permits.map(({ landmarkId }) => landmarkId)).size).toBe(permits.length);
    expect(permits.length).toBeGreaterThanOrEqual(5);
    const body = {
      sessionId,
      landmarks: permits.length,
      permitsSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    };
    expect(receipt).toMatchObject({ act: { type: 'permits.issued', body } });
    // Which landmarks were drawn tells where the facility is: the log does not.
    const { trustInputId, id } = all.fleet.find((each) => each.id === permits[0]?.landmarkId) ?? {};
    const { body: input } = await world.verifier.call('GET', `/v1/trust-inputs/${trustInputId}`, {
      token: world.tokens.authority,
    });
    expect(JSON.stringify(receipt?.act)).not.toContain(String(input['digest']));
    expect(JSON.stringify(receipt?.act)).not.toContain(id);
  });
});

describe('receipts as a whole', () => {
  it('come after permits, in time, and once', async () => {
    const { guest, world } = all;
    const { sessionId } = await guest.attest();
    await expect(sendReceipts(guest, sessionId, [])).rejects.toMatchObject({
      code: 'permits_missing',
      status: 409,
    });
    const late = await measure();
    world.verifier.advance(91_000);
    await expect(sendReceipts(guest, late.sessionId, late.receipts)).rejects.toMatchObject({
      code: 'permits_expired',
      status: 410,
    });
    const once = await measure();
    const { receipt: _, ...first } = await sendReceipts(guest, once.sessionId, once.receipts);
    expect(await sendReceipts(guest, once.sessionId, once.receipts)).toMatchObject(first);
    await expect(sendReceipts(guest, once.sessionId, [])).rejects.toMatchObject({
      code: 'location_already_submitted',
      status: 409,
    });
  });

  it('prove nothing of a host that has attested anew since', async () => {
    const old = await measure();
    await all.guest.attest({ keys: newSessionKeys() });
    await expect(sendReceipts(all.guest, old.sessionId, old.receipts)).rejects.toMatchObject({
      code: 'session_superseded',
      status: 409,
    });
  });
});
