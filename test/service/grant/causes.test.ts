import { describe, expect, it } from 'vitest';
import type { RulePack } from '../../../src/policy/packs/index.ts';
import { parseStatusList, statusAt } from '../../../src/record/grant/index.ts';
import { JOBS } from '../../../src/service/schedule/jobs.ts';
import { runDue } from '../../../src/service/schedule/run.ts';
import { grantById, insertGrant, liveGrantsOfLicence } from '../../../src/store/grants/grants.ts';
import { homePack, ownPack } from '../../policy/packs/own-pack.ts';
import { ask } from '../attestation/agent.ts';
import { anchorsContent, logged, referenceSetContent, trust } from '../attestation/world.ts';
import { type Licensed, makeLicensed } from '../events/licensed.ts';
import { fetchText, renew } from './consumer.ts';

const reason = 'for a test';

/** A host with a grant under a licence, and what its list of statuses says of it to whoever asks now. */
async function makeGranted(conditions?: (partyId: string) => object, packs: readonly RulePack[] = []) {
  const base = await makeLicensed({ graceSeconds: 86_400 });
  const { world, partyId } = base;
  for (const content of packs) await trust(world.context, { kind: 'rule-pack', content });
  const asExporter = async (path: string, json: object) => {
    const answer = await ask(world, path, { bearer: world.people.exporter.token, json });
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  };
  const terms = async (more: object): Promise<string> => {
    await asExporter(`/v1/parties/${partyId}/versions`, { headquarters: 'IS', reason });
    const { body } = await base.get(`/v1/licences/${base.licenceId}`);
    const named = { ...body.conditions, consignee: partyId, ...more };
    return (await base.post('/v1/licences', { tenant: 'chips', conditions: named })).body.id;
  };
  const licenceId = conditions === undefined ? base.licenceId : await terms(conditions(partyId));
  const licensed: Licensed = { ...base, licenceId };
  const first = (await renew(licensed)).body.grant;
  const list = async (): Promise<string | null> => {
    const { idx, uri } = JSON.parse(Buffer.from(first.grant.split('.')[1] ?? '', 'base64url').toString())
      .status.status_list;
    const { text } = await fetchText(licensed, new URL(uri).pathname);
    const { claims, statuses } = parseStatusList(text);
    // Nobody who keeps to it honours a status of before for longer.
    expect(claims.ttl).toBe(300);
    return statusAt(statuses, idx);
  };
  await settle(licensed);
  expect(await list()).toBe('valid');
  /** The host asks again: a grant, or the codes that it is told. */
  const again = async (): Promise<readonly string[] | 'granted'> => {
    world.pass(11_000);
    const { body } = await renew(licensed);
    return body.outcome === 'granted' ? 'granted' : body.reasons.map(({ code }: { code: string }) => code);
  };
  return { ...licensed, grantId: String(first.grantId), list, again, asExporter };
}

/** Does what is due, as a verifier does each second, until nothing is. */
async function settle({ world: { context } }: Pick<Licensed, 'world'>): Promise<void> {
  while ((await runDue(context, JOBS)) > 0);
}

describe('what a grant rests on falls, and in the same commit', () => {
  it('a party is found on a list', async () => {
    const { world, post, partyId, list, again } = await makeGranted();
    await post('/v1/screening-lists', { version: 'l1', reason });
    const bytes = `partyId,listVersion,outcome,reviewer,date\n${partyId},l1,hit,R,2026-03-01\n`;
    const as = { bearer: world.people.authority.token, bytes, mediaType: 'text/csv' };
    expect((await ask(world, '/v1/screenings/import', as)).body).toMatchObject({ recorded: 1 });
    expect(await list()).toBe('suspended');
    expect(await again()).toContain('party.denied');
  });

  it('somebody who owns a party is denied, or somebody who is denied comes to own it', async () => {
    const { post, partyId, list, again, asExporter, licenceId, get, world } = await makeGranted();
    const named = (legalName: string, more: object = {}) =>
      asExporter('/v1/parties', { legalName, country: 'IS', ...more });
    const top = await named('Top');
    const holding = await named('Holding', { ultimateParentId: top.id });
    await asExporter(`/v1/parties/${partyId}/versions`, { parentId: holding.id, reason });
    expect(await list()).toBe('valid');
    await post(`/v1/parties/${top.id}/screening`, { standing: 'denied', reason });
    expect(await list()).toBe('suspended');
    expect(await again()).toEqual(['party.parent-denied']);
    await settle({ world });
    const standing = (await get(`/v1/licences/${licenceId}`)).body;
    expect(standing.cause).toMatchObject({ code: 'party.parent-denied' });
    await post(`/v1/parties/${top.id}/screening`, { standing: 'clear', reason });
    expect(await list()).toBe('valid');

    // Not the party itself changes, nor its owner's standing, but who owns that.
    const other = await named('Other');
    await post(`/v1/parties/${other.id}/screening`, { standing: 'denied', reason });
    await asExporter(`/v1/parties/${holding.id}/versions`, { parentId: other.id, reason });
    expect(await list()).toBe('suspended');
    expect(await again()).toEqual(['party.parent-denied']);
  });

  it('its facility comes to be in another tier, in that which is denied, or is no longer authorised', async () => {
    const { world, post, get, list, again } = await makeGranted();
    const path = `/v1/facilities/${world.facilityId}`;
    const { digest } = (await get(path)).body;
    const authorise = (tier: string) => post(`${path}/authorisation`, { digest, tier, reason });
    await authorise('denied');
    expect(await list()).toBe('suspended');
    expect(await again()).toContain('facility.tier-denied');
    await post(`${path}/withdrawal`, { reason });
    expect(await list()).toBe('suspended');
    expect(await again()).toContain('facility.revoked');
    await authorise('tier-2');
    expect([await list(), await again()]).toEqual(['invalid', 'granted']);
  });

  it('a device is retired', async () => {
    const { post, deviceId, list, again } = await makeGranted();
    await post(`/v1/devices/${deviceId}/retirement`, { reason });
    expect(await list()).toBe('invalid');
    expect(await again()).toContain('device.not-in-service');
  });

  it('a rule pack that its licence names is withdrawn, and no other', async () => {
    const packs = ['1.0.0', '1.0.1'].map((version) => ownPack(version, 3600));
    const granted = await makeGranted(() => ({ rulePacks: [{ name: 'own', version: '1.0.0' }] }), packs);
    const { post, get, list, again } = granted;
    const { items } = (await get('/v1/trust-inputs')).body;
    const idOf = (wanted: string) =>
      items.find(
        ({ kind, version }: { kind: string; version: string }) => kind === 'rule-pack' && version === wanted,
      ).id;
    await post(`/v1/trust-inputs/${idOf('1.0.1')}/withdrawal`, { reason });
    await settle(granted);
    expect(await list()).toBe('valid');
    await post(`/v1/trust-inputs/${idOf('1.0.0')}/withdrawal`, { reason });
    expect(await list()).toBe('invalid');
    expect(await again()).toEqual(['pack.not-in-force']);
  });
});

describe('what is trusted changes, and grants are judged anew at the next tick', () => {
  const withdraw = async ({ get, post }: Licensed, wanted: string): Promise<void> => {
    const { items } = (await get('/v1/trust-inputs')).body;
    const { id } = items.find(({ kind }: { kind: string }) => kind === wanted);
    await post(`/v1/trust-inputs/${id}/withdrawal`, { reason });
  };

  it('without the reference set that its host matches', async () => {
    const granted = await makeGranted();
    await withdraw(granted, 'reference-set');
    await settle(granted);
    expect(await granted.list()).toBe('suspended');
    const { licenceId, grantId } = granted;
    const why = expect.stringMatching(/reference-set|level/);
    expect(await logged(granted.world, 'grant.suspended')).toMatchObject([
      { cause: `review:${licenceId}`, grants: [grantId], reason: why },
    ]);
    expect(await granted.again()).not.toBe('granted');
  });

  it('by a word on its facility, from when that counts', async () => {
    const granted = await makeGranted();
    const { world, post, get, list } = granted;
    const path = `/v1/facilities/${world.facilityId}`;
    const { digest } = (await get(path)).body;
    const authorisedFrom = '2026-03-01T12:20:00Z';
    await post(`${path}/authorisation`, { digest, tier: 'denied', authorisedFrom, reason });
    await settle(granted);
    expect(await list()).toBe('valid');
    world.pass(20 * 60_000);
    await settle(granted);
    expect(await list()).toBe('suspended');
  });

  it('without the root of its TPM, and it is lifted once it would be granted again', async () => {
    const granted = await makeGranted();
    await withdraw(granted, 'anchors');
    await settle(granted);
    expect(await granted.list()).toBe('suspended');
    expect(await granted.again()).toEqual(['evidence.refused']);
    const { context, manufacturer } = granted.world;
    await trust(context, anchorsContent(manufacturer, 'again'));
    await settle(granted);
    expect(await granted.list()).toBe('valid');
  });

  it('however many there are', async () => {
    const granted = await makeGranted();
    const { context } = granted.world;
    const row = await context.store.first(grantById, { id: granted.grantId });
    if (row === undefined) throw new Error('no grant');
    const copies = Array.from({ length: 120 }, (_, index) => ({
      ...row,
      id: `${row.id}-${index}`,
      position: (row.position + index + 1) % 131_072,
    }));
    await context.store.write(async (tx) => {
      for (const copy of copies) await tx.run(insertGrant, copy);
    });
    await withdraw(granted, 'anchors');
    await settle(granted);
    const nowMs = context.clock().getTime();
    const { licenceId } = granted;
    const live = await context.store.read((view) => view.all(liveGrantsOfLicence, { licenceId, nowMs }));
    expect([live.length, new Set(live.map(({ status }) => status))]).toEqual([121, new Set(['suspended'])]);
  });

  it('by a set that denies what its host runs', async () => {
    const granted = await makeGranted();
    const { items } = (await granted.get('/v1/trust-inputs')).body;
    const { id } = items.find(({ kind }: { kind: string }) => kind === 'reference-set');
    const { content } = (await granted.get(`/v1/trust-inputs/${id}`)).body;
    const bad = { name: 'bad', pcrs: { 23: ['00'.repeat(32)] }, denied: content.pcrs };
    await trust(granted.world.context, referenceSetContent(bad));
    await settle(granted);
    expect(await granted.list()).toBe('suspended');
  });

  it('and it stays where nothing that it rests on fell, nor does a quota that is used up speak against what was paid', async () => {
    const granted = await makeGranted(
      (endUser) => ({ endUser, purpose: 'inference', computeQuota: { operationsE12: 1, windowDays: 1 } }),
      [ownPack('2.0.0', 3600)],
    );
    await withdraw(granted, 'rule-pack');
    await settle(granted);
    expect(await granted.list()).toBe('valid');
  });

  it('and so does who owns a party, which only a pack minds', async () => {
    const rulePacks = [{ name: 'own', version: '1.0.0' }];
    const granted = await makeGranted(() => ({ rulePacks }), [homePack('1.0.0', 'IS')]);
    const { partyId, asExporter, list, again } = granted;
    await asExporter(`/v1/parties/${partyId}/versions`, { headquarters: 'MO', reason });
    await settle(granted);
    expect(await list()).toBe('suspended');
    expect(await again()).toEqual(['own.abroad']);
    await asExporter(`/v1/parties/${partyId}/versions`, { headquarters: 'IS', reason });
    await settle(granted);
    expect(await list()).toBe('valid');
  });
});
