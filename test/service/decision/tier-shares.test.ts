import { join } from 'node:path';
import { expect, it } from 'vitest';
import { noteDevice } from '../../../src/store/registry/devices.ts';
import { EXAMPLES, packIn } from '../../policy/packs/shipped.ts';
import { type Answer, ask } from '../attestation/agent.ts';
import { AREA, makeWorld, trust, type World } from '../attestation/world.ts';

const diffusion = packIn(join(EXAMPLES, 'diffusion-2025'));
const { name, version } = diffusion.manifest;
const SHARES = ['ledger.largestTier2SharePercent', 'ledger.tier1SharePercent'];
const [IN_TIER_1, ELSEWHERE] = ['diffusion.veu-tier-1-share', 'diffusion.veu-tier-2-share'];

/** A group with six B200 in Germany, 36,000 TPP each, that asks for one H100 of 15,824 in Iceland: 6.8 % of all. */
async function makeGroup() {
  const world = await makeWorld();
  const { exporter, authority } = world.people;
  const make = async (who: { token: string }, path: string, json: object): Promise<Answer['body']> => {
    const { status, body } = await ask(world, path, { bearer: who.token, json });
    if (status >= 300) throw new Error(`${path}: ${JSON.stringify(body)}`);
    return body;
  };
  const figures = { format: 'fp8', source: 'data sheet', peakE12PerSecond: 1 };
  const models = [
    { model: 'H100', tpp: 15_824, ...figures },
    { model: 'B200', tpp: 36_000, ...figures },
  ];
  const table = { name: 'chips', version: '1', ruleVersion: '1', models };
  await trust(world.context, { kind: 'chip-table', content: table });
  await trust(world.context, { kind: 'rule-pack', content: diffusion });
  const source = { source: 'a register', dated: '2026-01-01' };
  const party = async (legalName: string, more: object): Promise<string> => {
    const { id } = await make(exporter, '/v1/parties', { legalName, ...more });
    await make(authority, `/v1/parties/${id}/screening`, { standing: 'clear', reason: 'on no list' });
    return id;
  };
  const american = { country: 'US', headquarters: 'US' };
  const parent = await party('Parent', { ...american, ownUltimateParent: true, ...source });
  const consignee = await party('Daughter', {
    country: 'IS',
    headquarters: 'IS',
    parentId: parent,
    ...source,
  });
  const wanted = { name: 'Hall 2', country: 'DE', operatorTenant: 'acme', area: AREA };
  const hall = await make(exporter, '/v1/facilities', wanted);
  const authorisation = `/v1/facilities/${hall.id}/authorisation`;
  await make(authority, authorisation, { digest: hall.digest, reason: 'in order' });
  let serials = 0;
  const chip = async (model: string, facilityId: string, partyId = parent): Promise<string> => {
    const device = { kind: 'gpu', model, serial: `S${serials++}`, facilityId, partyId };
    return (await make(exporter, '/v1/devices', device)).id;
  };
  const devices: string[] = [];
  for (let made = 0; made < 6; made++) devices.push(await chip('B200', hall.id));
  for (const id of devices) await show(world, id);
  const { id: licenceId } = await make(authority, '/v1/licences', {
    tenant: 'chips',
    conditions: {
      validFrom: '2026-01-01T00:00:00Z',
      validUntil: '2027-01-01T00:00:00Z',
      parties: [consignee],
      consignee,
      facilities: [world.facilityId],
      devices: devices.slice(0, 1),
      minimumLevel: 'G1',
      evidenceMaxAgeSeconds: 3600,
      referenceSets: 'any-approved',
      models: [{ model: 'H100', quantity: 8 }],
      basis: 'universal-veu',
      rulePacks: [{ name, version }],
    },
  });
  const asking = { licenceId, action: 'allocate', chips: [{ model: 'H100', quantity: 1 }] };
  const decide = (dryRun = true): Promise<Answer['body']> =>
    make(authority, '/v1/decisions', { ...asking, dryRun });
  const codes = async (): Promise<string[]> =>
    (await decide()).reasons.map(({ code, sentence }: { code: string; sentence: string }) =>
      code === 'pack.attribute-missing' ? /needs ([\w.]+)/.exec(sentence)?.[1] : code,
    );
  return { world, make, party, chip, devices, consignee, hall, licenceId, decide, codes };
}

const hasCode =
  (wanted: string) =>
  ({ code }: { readonly code: string }): boolean =>
    code === wanted;

/** As its deadlines are watched: it showed itself. */
async function show({ context }: World, id: string, shown = true): Promise<void> {
  const at = context.clock().getTime();
  const noted = { verified_at_ms: shown ? at : null, noted_state: 'x', look_at_ms: at, leaf_index: 0 };
  await context.store.write((tx) => tx.run(noteDevice, { id, ...noted }));
}

it('tells a pack the shares of everything that the ultimate parent owns, by what was shown and allocated', async () => {
  const { world, make, party, chip, devices, consignee, hall, licenceId, decide, codes } = await makeGroup();
  const { authority, exporter } = world.people;
  expect(await codes()).toEqual([]);

  // Two of six that nobody has seen: 62 % are left, and no country outside has more for it.
  for (const id of devices.slice(0, 2)) await show(world, id, false);
  expect(await codes()).toEqual([IN_TIER_1]);
  for (const id of devices) await show(world, id);

  // What was allocated counts until it is given back, registered or not.
  const { outcome } = await decide(false);
  expect([outcome, await codes()]).toEqual(['allow', [ELSEWHERE]]);
  const first = await chip('H100', world.facilityId, consignee);
  expect(await codes()).toEqual([ELSEWHERE]);
  const { body: allocated } = await ask(world, `/v1/allocations?licence=${licenceId}`, {
    method: 'GET',
    bearer: authority.token,
  });
  const [{ id: allocationId }] = allocated.items;
  await make(authority, `/v1/allocations/${allocationId}/ruling`, {
    state: 'released',
    reason: 'not shipped',
  });
  expect(await codes()).toEqual([ELSEWHERE]);
  await make(authority, `/v1/devices/${first}/retirement`, { reason: 'lost' });
  expect(await codes()).toEqual([]);

  // A facility that falls is no place.
  await make(authority, `/v1/facilities/${hall.id}/withdrawal`, { reason: 'for a test' });
  expect(await codes()).toEqual([IN_TIER_1, ELSEWHERE]);
  await make(authority, `/v1/facilities/${hall.id}/authorisation`, { digest: hall.digest, reason: 'again' });
  expect(await codes()).toEqual([]);

  // What is not known stays untold: a chip in no table, and a sister whose owners nobody declared.
  const unknown = await chip('X1', hall.id);
  expect((await codes()).sort()).toEqual([...SHARES, 'pack.model-uncounted'].sort());
  const uncounted = (await decide()).reasons.find(hasCode('pack.model-uncounted'));
  expect(uncounted).toMatchObject({
    subject: `device:${unknown}`,
    sentence: expect.stringContaining('model X1'),
  });
  await make(authority, `/v1/devices/${unknown}/retirement`, { reason: 'never was' });
  const sister = await party('Sister', { country: 'DE', ultimateParentId: consignee });
  expect((await codes()).sort()).toEqual([...SHARES, 'pack.owners-undeclared'].sort());
  const undeclared = (await decide()).reasons.find(hasCode('pack.owners-undeclared'));
  expect(undeclared).toMatchObject({
    subject: `party:${sister}`,
    sentence: expect.stringContaining('top-not-declared'),
    mend: expect.stringContaining('sextant party change'),
  });
  const path = `/v1/parties/${sister}/versions`;
  await make(exporter, path, { ultimateParentId: null, reason: 'is none' });
  expect(await codes()).toEqual([]);
});
