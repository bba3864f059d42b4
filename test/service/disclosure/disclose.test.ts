import { generateKeyPairSync, hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formatInstant } from '../../../src/bytes/instant.ts';
import { presentSdJwt, verifyDisclosure } from '../../../src/record/disclosure/index.ts';
import { parseGrantKeys } from '../../../src/record/grant/index.ts';
import { latch } from '../../../src/service/latch/latch.ts';
import type { StoredPlace } from '../../../src/service/location/stored-place.ts';
import { hostState } from '../../../src/store/attestation/device-state.ts';
import { notePlace } from '../../../src/store/location/statements.ts';
import { type Answer, ask } from '../attestation/agent.ts';
import { type Licensed, makeLicensed } from '../events/licensed.ts';
import { fetchText } from '../grant/consumer.ts';

function disclose(
  { world, host }: Licensed,
  json: object = {},
  { token } = world.people.operator,
): Promise<Answer> {
  return ask(world, `/v1/hosts/${host.hostId}/disclosure`, { bearer: token, json });
}

async function judge(
  gate: Licensed,
  sdJwt: string,
  names: readonly string[],
  key = gate.host.key.privateKey,
) {
  const { world } = gate;
  const keys = parseGrantKeys(JSON.parse((await fetchText(gate, '/.well-known/disclosure-keys.json')).text));
  const [audience, nonce, at] = ['https://reader.example', 'n-1', world.context.clock()];
  const shown = presentSdJwt(sdJwt, names, { audience, nonce, at, key });
  return verifyDisclosure(shown, { at, issuer: world.server.url, keys, audience, nonce });
}

describe('what a host proves', () => {
  it('is shown by its operator: level, area and date without device or coordinates, never without weaknesses', async () => {
    const gate = await makeLicensed();
    const { status, body } = await disclose(gate);
    expect([status, body.expiresAt]).toEqual([200, '2026-03-01T12:05:00.000Z']);
    const jwtSha256 = hash('sha256', body.sdJwt.split('~')[0], 'hex');
    expect(body.receipt.act).toMatchObject({
      type: 'disclosure.issued',
      body: { jwtSha256, hostId: gate.host.hostId },
    });
    const { accepted, claims } = await judge(gate, body.sdJwt, ['level', 'area', 'date']);
    expect(accepted).toBe(true);
    expect(claims).toMatchObject({
      level: { level: 'G2', label: 'G2-tpm' },
      area: { country: 'IS', verdict: 'unmeasured' },
      date: '2026-03-01',
      devices: [],
      holds: [],
      selfApproved: false,
    });
    expect(claims?.weaknesses.map(({ code }) => code)).toEqual([
      'operator-extractable',
      'place-unproven',
      'no-audit',
    ]);
    expect(JSON.stringify(claims)).not.toContain(gate.deviceId);
    expect(JSON.stringify(claims)).not.toMatch(/Hall 1|coordinates|hst_/);
    const all = await judge(gate, body.sdJwt, [
      'facility',
      'coordinates',
      'grade',
      'host',
      'evidenceIssuedAt',
      'devices',
    ]);
    expect(all.claims).toMatchObject({ facility: { name: 'Hall 1' }, devices: [{ id: gate.deviceId }] });
  });

  it('is bound to the key that its operator names, where he names one', async () => {
    const gate = await makeLicensed();
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const { kty, crv, x } = publicKey.export({ format: 'jwk' });
    const { body } = await disclose(gate, { holderKey: { kty, crv, x } });
    expect((await judge(gate, body.sdJwt, ['level'], privateKey)).accepted).toBe(true);
    expect((await judge(gate, body.sdJwt, ['level'])).accepted).toBe(false);
  });

  it('shows what is held for review, and no coordinates of a facility that keeps them', async () => {
    const gate = await makeLicensed({ placeDisclosure: 'area-only' });
    const { context } = gate.world;
    const hold = { tenant: 'acme', code: 'x.y', sentence: 'A test.', sessionId: null, at: context.clock() };
    const subject = { kind: 'device', id: gate.deviceId } as const;
    await context.store.write((tx) => latch(context, tx, { ...hold, subject }));
    const { body } = await disclose(gate);
    expect((await judge(gate, body.sdJwt, ['level'])).claims?.holds).toEqual(['x.y']);
    const names = body.disclosures.map(({ name }: { name: string }) => name);
    expect(names).not.toContain('coordinates');
    expect(names).toContain('devices[0]');
  });

  it('ends with the first of what it says: the proof of its place, before the evidence', async () => {
    const gate = await makeLicensed();
    const { context } = gate.world;
    const { hostId } = gate.host;
    const now = context.clock().getTime();
    await context.store.write(async (tx) => {
      const row = await tx.first(hostState, { id: hostId });
      const place: StoredPlace = {
        sessionId: 'ses_1',
        subject: row?.place_subject ?? '',
        expiresAtMs: now + 60_000,
        nonceIssuedAtMs: now,
        trustEpoch: row?.epoch ?? -1,
        areaDigest: '',
        landmarks: [],
        fact: { verdict: 'proven-inside', grade: 'A', toleratedLiars: 1, insideGeofence: false },
      };
      await tx.run(notePlace, { hostId, place: JSON.stringify(place) });
    });
    const { body } = await disclose(gate);
    expect((await judge(gate, body.sdJwt, ['area'])).claims?.area?.verdict).toBe('proven-inside');
    expect(body.expiresAt).toBe(formatInstant(new Date(now + 60_000)));
    gate.world.pass(60_000);
    expect((await judge(gate, body.sdJwt, ['area'])).accepted).toBe(false);
    const again = (await disclose(gate)).body;
    expect((await judge(gate, again.sdJwt, ['area'])).claims?.area?.verdict).toBe('unmeasured');
  });

  it('is not disclosed once it has ended, nor of a suspended host', async () => {
    const gate = await makeLicensed();
    const { sdJwt } = (await disclose(gate)).body;
    await gate.post(`/v1/hosts/${gate.host.hostId}/suspension`, { reason: 'for a test' });
    expect(await disclose(gate)).toMatchObject({ status: 403, body: { code: 'host_suspended' } });
    await gate.post(`/v1/hosts/${gate.host.hostId}/reinstatement`, { reason: 'for a test' });
    gate.world.pass(300_000);
    expect(await disclose(gate)).toMatchObject({ status: 409, body: { code: 'evidence_not_accepted' } });
    expect((await judge(gate, sdJwt, ['level'])).accepted).toBe(false);
  });
});
