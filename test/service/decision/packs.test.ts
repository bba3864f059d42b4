import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/bytes/canonical-json.ts';
import { ledgerReasons } from '../../../src/ledger/index.ts';
import { type LoadedPack, loadPack, packDigest, replayDecision } from '../../../src/policy/packs/index.ts';
import { weighed } from '../../../src/policy/weighed.ts';
import { decisionInput } from '../../../src/store/attestation/decisions.ts';
import type { Hole } from '../../../src/store/port.ts';
import { statement } from '../../../src/store/statement.ts';
import { clusterPack, ownPack } from '../../policy/packs/own-pack.ts';
import { BASE, packIn } from '../../policy/packs/shipped.ts';
import { type Answer, ask } from '../attestation/agent.ts';
import { logged, trust, type World } from '../attestation/world.ts';
import { makeLicensed } from '../events/licensed.ts';

const codes = ({ body }: Answer): string[] => body.reasons.map(({ code }: { code: string }) => code);
const own = ownPack('1.0.0', 600);
const newer = ownPack('1.1.0', 1200);
const named = { name: 'own', version: '1.0.0' };

/** Named by its consignee, as every question to a pack is; the licence's one party is that. */
async function licensed() {
  const made = await makeLicensed();
  const grant = async (more: object): Promise<string> => {
    const answer = await made.post('/v1/licences', {
      tenant: 'chips',
      conditions: {
        validFrom: '2026-01-01T00:00:00Z',
        validUntil: '2027-01-01T00:00:00Z',
        parties: [made.partyId],
        consignee: made.partyId,
        facilities: [made.world.facilityId],
        devices: [made.deviceId],
        minimumLevel: 'G2',
        evidenceMaxAgeSeconds: 3600,
        referenceSets: 'any-approved',
        ...more,
      },
    });
    return answer.status === 201 ? answer.body.id : JSON.stringify(answer.body);
  };
  const decide = (licenceId: string, more: object = {}): Promise<Answer> =>
    made.post('/v1/decisions', { licenceId, ...more });
  return { ...made, grant, decide };
}

const setConditions = statement((db, hole: Hole<{ id: string; conditions: string }>) =>
  db
    .updateTable('licence')
    .set({ conditions: hole('conditions') })
    .where('id', '=', hole('id')),
);

async function replayed({ context }: World, inputSha256: string, packs: readonly LoadedPack[]) {
  const read = async (sha256: string) => {
    const row = await context.store.first(decisionInput, { sha256 });
    return JSON.parse(row?.content ?? 'null');
  };
  const input = await read(inputSha256);
  const { conditionsSha256 } = weighed.parse(input).licence;
  const find = (digest: string) => packs.find((pack) => pack.digest === digest) ?? null;
  return replayDecision({
    input,
    conditions: await read(conditionsSha256),
    packs: find,
    ledger: ledgerReasons,
  });
}

describe('a licence that names a rule pack', () => {
  it('is decided by it from the moment that it is in force, by its digest', async () => {
    const { world, grant, decide } = await licensed();
    const licenceId = await grant({ rulePacks: [named] });
    const before = await decide(licenceId);
    expect(codes(before)).toEqual(['pack.not-in-force']);
    expect(before.body.packs).toEqual([{ ...named, digest: null }]);

    await trust(world.context, { kind: 'rule-pack', content: own });
    const digest = packDigest(own);
    const after = await decide(licenceId);
    expect(after.body).toMatchObject({ outcome: 'allow', packs: [{ ...named, digest }] });
    expect(after.body.trustInputs).toContain(digest);
    expect((await logged(world, 'decision')).at(-1)).toMatchObject({ packs: [{ ...named, digest }] });

    world.pass(601_000);
    const late = await decide(licenceId);
    expect(late.body.reasons).toMatchObject([{ code: 'own.stale', subject: 'rule-pack:own@1.0.0' }]);
    const none = await decide(await grant({ rulePacks: 'none' }));
    expect(none.body).toMatchObject({ outcome: 'allow', packs: [] });

    await trust(world.context, { kind: 'rule-pack', content: newer });
    expect(codes(await decide(licenceId))).toEqual(['own.stale']);
    const other = await grant({ rulePacks: [{ ...named, version: '1.1.0' }] });
    expect((await decide(other)).body.outcome).toBe('allow');

    const packs = [own, newer].map(loadPack);
    for (const { body } of [before, after, late, none]) {
      const { outcome, reasons, devices, validUntil } = body;
      expect(await replayed(world, body.inputSha256, packs)).toEqual({
        outcome,
        reasons,
        devices,
        validUntil,
      });
    }
  });

  it('must say which, or that there is none', async () => {
    const { world, grant, decide } = await licensed();
    expect(await grant({})).toContain('rulePacks');
    expect(await grant({ rulePacks: [] })).toContain('rulePacks');
    expect(await grant({ rulePacks: [named, named] })).toContain('must name each pack once');

    // As one that was granted before there was the word.
    const licenceId = await grant({ rulePacks: 'none' });
    const { body } = await ask(world, `/v1/licences/${licenceId}`, {
      method: 'GET',
      bearer: world.people.authority.token,
    });
    const { rulePacks: _, ...conditions } = body.conditions;
    const text = canonicalJson(conditions);
    await world.context.store.write((tx) => tx.run(setConditions, { id: licenceId, conditions: text }));
    const answer = await decide(licenceId);
    expect(codes(answer)).toEqual(['licence.no-rule-packs']);
    expect((await replayed(world, answer.body.inputSha256, [])).reasons).toEqual(answer.body.reasons);
  });

  it('is decided for its purpose alone', async () => {
    const { grant, decide } = await licensed();
    const licenceId = await grant({ rulePacks: 'none', purpose: 'Inference' });
    expect((await decide(licenceId, { purpose: ' inference ' })).body.outcome).toBe('allow');
    expect((await decide(licenceId)).body.outcome).toBe('allow');
    expect(codes(await decide(licenceId, { purpose: 'training' }))).toEqual(['request.purpose-not-named']);
  });
});

describe('a licence under the base pack', () => {
  it('is allowed once the register knows what the pack asks for, and denied for each thing that it does not', async () => {
    const { world, post, grant, decide } = await licensed();
    const { exporter } = world.people;
    await trust(world.context, { kind: 'rule-pack', content: packIn(BASE) });
    const made = await ask(world, '/v1/parties', {
      bearer: exporter.token,
      json: { legalName: 'Acme Islandia', country: 'IS' },
    });
    const partyId: string = made.body.id;
    await post(`/v1/parties/${partyId}/screening`, { standing: 'clear', reason: 'on no list' });
    const terms = {
      parties: [partyId],
      consignee: partyId,
      endUser: partyId,
      purpose: 'inference',
      rulePacks: [{ name: 'base', version: '1.0.0' }],
    };
    const licenceId = await grant(terms);
    const missing = async (): Promise<string[]> => {
      const { body } = await decide(licenceId);
      const named = body.reasons.map(({ code, sentence }: { code: string; sentence: string }) =>
        code === 'pack.attribute-missing' ? /needs ([a-zA-Z.]+)/.exec(sentence)?.[1] : code,
      );
      return named.sort();
    };
    expect(await missing()).toEqual([
      'consignee.headquarters',
      'endUser.headquarters',
      'facility.tier',
      'screening.currentListVersion',
      'screening.listVersion',
    ]);

    await post('/v1/screening-lists', { version: '2026-02', reason: 'of this month' });
    const clear = { standing: 'clear', reason: 'on no list', listVersion: '2026-02' };
    await post(`/v1/parties/${partyId}/screening`, clear);
    const facilityPath = `/v1/facilities/${world.facilityId}`;
    const { body: hall } = await ask(world, facilityPath, { method: 'GET', bearer: exporter.token });
    await post(`${facilityPath}/authorisation`, { digest: hall.digest, tier: 'tier-1', reason: 'examined' });
    const headquarters = { headquarters: 'MO', reason: 'their own word' };
    await ask(world, `/v1/parties/${partyId}/versions`, { bearer: exporter.token, json: headquarters });
    world.pass(1000);
    const told = await missing();
    expect(told).toContain('base.parents-unknown');
    expect(told).toContain('base.headquarters-denied');
    expect(told.every((code) => code.startsWith('base.'))).toBe(true);

    const own = { headquarters: 'IS', ownUltimateParent: true, source: 'a register', dated: '2026-01-01' };
    await ask(world, `/v1/parties/${partyId}/versions`, {
      bearer: exporter.token,
      json: { ...own, reason: 'its extract' },
    });
    expect(await missing()).toEqual([]);
    const { body } = await decide(licenceId);
    expect(body).toMatchObject({ outcome: 'allow', packs: [{ name: 'base', version: '1.0.0' }] });
    const { outcome, reasons, devices, validUntil } = body;
    const packs = [loadPack(packIn(BASE))];
    expect(await replayed(world, body.inputSha256, packs)).toEqual({ outcome, reasons, devices, validUntil });
  });
});

describe('a licence that limits clusters', () => {
  it('counts what the end user holds at a facility, under whatever licence', async () => {
    const { world, partyId, grant, decide } = await licensed();
    const terms = { rulePacks: 'none', endUser: partyId };
    const limited = await grant({ ...terms, maxClusterDevices: 1 });
    const other = await grant({ ...terms });
    expect((await decide(limited)).body.outcome).toBe('allow');
    // Renewing gives up what it renews; what another licence holds is held besides.
    expect((await decide(limited)).body.outcome).toBe('allow');
    expect((await decide(other)).body.outcome).toBe('allow');
    expect(codes(await decide(limited))).toEqual(['facility.cluster-too-large']);
    world.pass(3_500_000);
    expect(codes(await decide(limited))).toEqual(['facility.cluster-too-large']);
    expect(await grant({ rulePacks: 'none', maxClusterDevices: 1 })).toContain('maxClusterDevices');
  });

  it('may leave that to its pack, which is told nothing where no end user is named', async () => {
    const { world, partyId, grant, decide } = await licensed();
    await trust(world.context, { kind: 'rule-pack', content: clusterPack('1.0.0', 1) });
    const under = { rulePacks: [named] };
    const limited = await grant({ ...under, endUser: partyId });
    const other = await grant({ rulePacks: 'none', endUser: partyId });
    expect((await decide(limited)).body.outcome).toBe('allow');
    expect((await decide(limited)).body.outcome).toBe('allow');
    expect((await decide(other)).body.outcome).toBe('allow');
    const { body } = await decide(limited);
    expect(body.reasons.map(({ code }: { code: string }) => code)).toEqual(['own.cluster']);
    const { outcome, reasons, devices, validUntil } = body;
    const packs = [loadPack(clusterPack('1.0.0', 1))];
    expect(await replayed(world, body.inputSha256, packs)).toEqual({ outcome, reasons, devices, validUntil });
    expect(codes(await decide(await grant(under)))).toEqual(['pack.attribute-missing']);
  });
});
