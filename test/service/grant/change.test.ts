import { describe, expect, it } from 'vitest';
import { parseStatusList, statusAt } from '../../../src/record/grant/index.ts';
import { latch } from '../../../src/service/latch/latch.ts';
import { ask } from '../attestation/agent.ts';
import { hireStranger, logged } from '../attestation/world.ts';
import { type Licensed, makeLicensed, typesOf } from '../events/licensed.ts';
import { failures, fetchAs, fetchText, honour, renew } from './consumer.ts';

type Granted = Licensed & {
  readonly grantId: string;
  readonly grant: string;
  readonly status: () => Promise<string>;
  readonly rule: (status: string) => Promise<unknown>;
};
const reason = 'for a test';

async function makeGranted(conditions: object = {}): Promise<Granted> {
  const licensed = await makeLicensed(conditions);
  const { grantId, grant } = (await renew(licensed)).body.grant;
  return {
    ...licensed,
    grantId,
    grant,
    status: async () => (await licensed.get(`/v1/grants/${grantId}`)).body.status,
    rule: (status) => licensed.post(`/v1/licences/${licensed.licenceId}/ruling`, { status, reason }),
  };
}

describe('a grant', () => {
  it('is suspended with its licence, lifted with it, and revoked with it for good', async () => {
    const granted = await makeGranted();
    const { world, grant, status, rule, events } = granted;
    await rule('suspended');
    expect(await status()).toBe('suspended');
    expect(failures(await honour(granted, grant))).toEqual(['grant.status']);
    await rule('active');
    expect(await status()).toBe('valid');
    expect(failures(await honour(granted, grant))).toEqual([]);
    await rule('revoked');
    expect(await status()).toBe('invalid');
    expect(failures(await honour(granted, grant))).toEqual(['grant.status']);
    expect(typesOf(await events()).filter((type) => type.startsWith('grant.'))).toEqual([
      'grant.issued',
      'grant.suspended',
      'grant.reinstated',
      'grant.revoked',
    ]);
    expect(await logged(world, 'grant.suspended')).toMatchObject([
      { cause: `licence:${granted.licenceId}`, grants: [granted.grantId] },
    ]);
  });

  it('is suspended with its host, and lifted with the last of what holds it', async () => {
    const { host, status, rule, post } = await makeGranted();
    await rule('suspended');
    await post(`/v1/hosts/${host.hostId}/suspension`, { reason });
    await post(`/v1/hosts/${host.hostId}/reinstatement`, { reason });
    expect(await status()).toBe('suspended');
    await rule('active');
    expect(await status()).toBe('valid');
  });

  it('is suspended with a hold on its host, device, facility, party or licence, until a person clears it', async () => {
    const { world, host, deviceId, partyId, licenceId, status, post } = await makeGranted();
    const subjects = [
      { kind: 'host', id: host.hostId },
      { kind: 'device', id: deviceId },
      { kind: 'facility', id: world.facilityId },
      { kind: 'party', id: partyId },
      { kind: 'licence', id: licenceId },
    ] as const;
    const hold = { tenant: 'acme', code: 'x.y', sentence: 'A test.', sessionId: null };
    for (const subject of subjects) {
      const at = world.context.clock();
      await world.context.store.write((tx) => latch(world.context, tx, { ...hold, subject, at }));
      expect(await status()).toBe('suspended');
      const set = (await logged(world, 'latch.set')).at(-1);
      await post(`/v1/latches/${set?.['latchId']}/clearing`, { reason });
      expect([subject.kind, await status()]).toEqual([subject.kind, 'valid']);
    }
  });

  it('is suspended when its facility is withdrawn, and lifted under the same authorisation alone', async () => {
    const { world, status, post, get } = await makeGranted();
    const path = `/v1/facilities/${world.facilityId}`;
    const { digest } = (await get(path)).body;
    await post(`${path}/withdrawal`, { reason });
    expect(await status()).toBe('suspended');
    await post(`${path}/authorisation`, { digest, reason });
    expect(await status()).toBe('valid');
    await post(`${path}/authorisation`, { digest, reason, authorisedUntil: '2026-03-01T12:30:00Z' });
    expect(await status()).toBe('invalid');
  });

  it('is revoked alone, for the authority alone; its host may ask for another', async () => {
    const granted = await makeGranted();
    const { world, grantId, grant, status, post } = granted;
    const path = `/v1/grants/${grantId}/revocation`;
    const bearer = world.people.exporter.token;
    expect((await ask(world, path, { bearer, json: { reason } })).status).toBe(403);
    const answer = await post(path, { reason });
    expect(answer.body).toMatchObject({ grantId, status: 'invalid' });
    await post(path, { reason });
    expect(await logged(world, 'grant.revoked')).toMatchObject([{ grants: [grantId], reason }]);
    expect(await status()).toBe('invalid');
    expect(failures(await honour(granted, grant))).toEqual(['grant.status']);
    const { body } = await renew(granted);
    expect([body.outcome, body.grant.grantId === grantId]).toEqual(['granted', false]);
  });

  it('that has ended changes no more', async () => {
    const { world, status, rule } = await makeGranted({ leaseSeconds: 60 });
    world.pass(60_000);
    await rule('suspended');
    expect(await status()).toBe('valid');
    expect(await logged(world, 'grant.suspended')).toEqual([]);
  });

  it('is shown to whoever holds the licence and to whoever operates the host, and to no other tenant', async () => {
    const { world, grantId, licenceId, host } = await makeGranted();
    const { exporter, operator, auditor } = world.people;
    const stranger = await hireStranger(world.context);
    const see = async (path: string, token: string): Promise<number> =>
      (await ask(world, path, { method: 'GET', bearer: token })).status;
    const tokens = [exporter, operator, auditor, stranger].map(({ token }) => token);
    const all = (path: string) => Promise.all(tokens.map((token) => see(path, token)));
    expect(await all(`/v1/grants/${grantId}`)).toEqual([200, 200, 200, 404]);
    expect(await all(`/v1/grants?licenceId=${licenceId}`)).toEqual([200, 404, 200, 404]);
    expect(await all(`/v1/grants?hostId=${host.hostId}`)).toEqual([404, 200, 200, 404]);
    expect(await all('/v1/grants')).toEqual([400, 400, 200, 400]);
  });
});

describe('a list of statuses', () => {
  const list = '/v1/status-lists/1';

  it('shows a suspension at once to whoever asks, and within its ttl to whoever kept a copy', async () => {
    const granted = await makeGranted();
    const { world, grant, rule } = granted;
    const kept = await fetchText(granted, list);
    expect(kept.headers.get('content-type')).toBe('application/statuslist+jwt');
    expect(kept.headers.get('cache-control')).toBe('public, max-age=150');
    const etag = kept.headers.get('etag') ?? '';
    const known = await fetchText(granted, list, { 'if-none-match': etag });
    expect([known.status, known.text]).toEqual([304, '']);
    await rule('suspended');
    const fresh = await fetchText(granted, list, { 'if-none-match': etag });
    expect(fresh.status).toBe(200);
    const { idx } = JSON.parse(Buffer.from(grant.split('.')[1] ?? '', 'base64url').toString()).status
      .status_list;
    const said = (token: string) => statusAt(parseStatusList(token).statuses, idx);
    expect([said(kept.text), said(fresh.text)]).toEqual(['valid', 'suspended']);
    const { iat, exp, ttl } = parseStatusList(kept.text).claims;
    expect([exp - iat, ttl]).toEqual([300, 300]);
    expect(iat * 1000).toBeLessThanOrEqual(world.context.clock().getTime());
  });

  it('is signed once in half of its ttl, and lasts at least the other half for whoever fetches it', async () => {
    const granted = await makeGranted();
    const { world } = granted;
    const first = await fetchText(granted, list);
    world.pass(149_000);
    const same = await fetchText(granted, list);
    expect(same.text).toBe(first.text);
    expect(same.headers.get('cache-control')).toBe('public, max-age=1');
    world.pass(1_000);
    expect((await fetchText(granted, list)).text).not.toBe(first.text);
  });

  it('is shown to auditors as it was', async () => {
    const granted = await makeGranted();
    const { world, grant, rule } = granted;
    const start = world.context.clock().getTime() / 1000;
    world.pass(60_000);
    await rule('suspended');
    world.pass(600_000);
    const { idx } = JSON.parse(Buffer.from(grant.split('.')[1] ?? '', 'base64url').toString()).status
      .status_list;
    const past = (seconds: number, { token } = world.people.auditor) =>
      fetchAs(granted, token, `${list}/past?time=${seconds}`);
    const said = async (seconds: number) => {
      const { claims, statuses } = parseStatusList((await past(seconds)).text);
      return [statusAt(statuses, idx), claims.iat - seconds, claims.exp - seconds];
    };
    expect(await said(start + 59)).toEqual(['valid', 0, 300]);
    expect(await said(start + 60)).toEqual(['suspended', 0, 300]);
    expect((await past(start - 1)).status).toBe(404);
    expect((await past(start + 661)).status).toBe(400);
    expect((await past(start, world.people.operator)).status).toBe(403);
    expect((await fetchText(granted, '/v1/status-lists/2')).status).toBe(404);
  });

  it('verifies under keys that rotate, and grants under theirs', async () => {
    const granted = await makeGranted();
    const { world, grant } = granted;
    for (const purpose of ['grant', 'status'] as const) {
      world.pass(3_600_000 / 8);
      await world.context.keys[purpose].rotate({ by: 'x', reason: 'test', compromised: false });
    }
    expect(failures(await honour(granted, grant))).toEqual([]);
    await world.context.keys.grant.rotate({ by: 'x', reason: 'stolen', compromised: true });
    expect(failures(await honour(granted, grant))).toEqual(['grant.key']);
    // Its half-life is ahead, and it is worth nothing.
    const { body } = await renew(granted);
    expect(failures(await honour(granted, body.grant.grant))).toEqual([]);
  });

  it('and every grant are there after the verifier was restarted', async () => {
    const granted = await makeGranted();
    await granted.rule('suspended');
    const world = { ...granted.world, ...(await granted.world.restart()) };
    const after = { ...granted, world };
    expect(
      (
        await ask(world, `/v1/grants/${granted.grantId}`, {
          method: 'GET',
          bearer: world.people.authority.token,
        })
      ).body,
    ).toMatchObject({ status: 'suspended', grant: granted.grant });
    const { statuses } = parseStatusList((await fetchText(after, list)).text);
    expect(statuses.some((byte) => byte !== 0)).toBe(true);
  });
});
