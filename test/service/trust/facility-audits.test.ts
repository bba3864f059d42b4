import { describe, expect, it } from 'vitest';
import { createPrincipal, declareParty } from '../../../src/service/access/principals.ts';
import { RequestError } from '../../../src/service/errors.ts';
import { fileAudit } from '../../../src/service/location/audits.ts';
import type { Principal } from '../../../src/service/principal.ts';
import { independenceOf, ofFacility, ofLicence } from '../../../src/service/registry/independence.ts';
import { facilityById } from '../../../src/store/registry/facilities.ts';
import { trustInputsSeenAfter } from '../../../src/store/registry/trust.ts';
import { auditPack } from '../../policy/packs/own-pack.ts';
import { ask } from '../attestation/agent.ts';
import { hireStranger, trust } from '../attestation/world.ts';
import { type Licensed, makeLicensed } from '../events/licensed.ts';

const OWN_TOP = { ownUltimateParent: true, source: 'register of companies', dated: '2026-01-01' };

/** A licence whose importer is one company and whose end user another, each its own owner; and the parties of exporter and operator. */
async function begin() {
  const gate = await makeLicensed();
  const { world } = gate;
  const { context, people } = world;
  const party = async (by: 'exporter' | 'authority', json: object): Promise<string> => {
    const answer = await ask(world, '/v1/parties', {
      bearer: people[by].token,
      json: { country: 'IS', ...json },
    });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body.id;
  };
  const own = (by: 'exporter' | 'authority', legalName: string, more: object = {}) =>
    party(by, { legalName, ...OWN_TOP, ...more });
  const ids = {
    exporter: await own('exporter', 'Chips'),
    operator: await own('exporter', 'Halls'),
    importer: await own('exporter', 'Import'),
    'end-user': await own('exporter', 'Users'),
    party: await own('exporter', 'Broker'),
  };
  for (const role of ['exporter', 'operator'] as const) {
    const { principal } = people[role];
    await declareParty(context, principal, principal.id, ids[role]);
  }
  const licence = await gate.get(`/v1/licences/${gate.licenceId}`);
  const conditions = {
    ...licence.body.conditions,
    parties: [ids.importer, ids['end-user'], ids.party],
    consignee: ids.importer,
    endUser: ids['end-user'],
  };
  const auditor = async (partyId?: string, tenant = 'court'): Promise<Principal> => {
    const row = await createPrincipal(context, people.authority.principal, {
      name: 'inspector',
      role: 'auditor',
      tenant,
      partyId,
    });
    return { ...people.auditor.principal, id: row.id, tenant };
  };
  const file = (by: Principal) => fileAs(gate, by);
  const standing = async (by: Principal) =>
    context.store.read(async (view) => {
      const facility = await view.first(facilityById, { id: world.facilityId });
      if (facility === undefined) throw new Error('no facility');
      const counterparts = [...ofFacility(facility), ...ofLicence('chips', conditions)];
      const { standing, to } = await independenceOf(view, { auditor: by.id }, counterparts);
      return `${standing} ${to}`;
    });
  const license = (more: object = {}) =>
    gate.post('/v1/licences', { tenant: 'chips', conditions: { ...conditions, ...more } });
  return { gate, context, people, party, own, ids, auditor, file, standing, license };
}

/** Over HTTP, by an auditor who is nobody's whom the audit is about; and what a licence says that asks for a young audit. */
async function beginAudited() {
  const begun = await begin();
  const { gate, context, people, own, ids, license } = begun;
  const { world } = gate;
  for (const id of [ids.importer, ids['end-user'], ids.party])
    await gate.post(`/v1/parties/${id}/screening`, { standing: 'clear', reason: 'on no list' });
  const { auditor, authority } = people;
  await declareParty(
    context,
    authority.principal,
    auditor.principal.id,
    await own('authority', 'Inspectors'),
  );
  await trust(context, { kind: 'rule-pack', content: auditPack('1.0.0', 30) });
  const licence = await license({ rulePacks: [{ name: 'own', version: '1.0.0' }] });
  const at = (daysAgo: number): string =>
    new Date(context.clock().getTime() - daysAgo * 86_400_000).toISOString();
  const file = async (daysAgo: number, tamperSignal: boolean) => {
    world.pass(1);
    return ask(world, `/v1/facilities/${world.facilityId}/audits`, {
      bearer: auditor.token,
      json: {
        auditedAt: at(daysAgo),
        validUntil: at(-300),
        tamperSignal,
        reportSha256: 'ab'.repeat(32),
        summary: 'what was found',
      },
    });
  };
  const approve = ({ body }: Awaited<ReturnType<typeof file>>) =>
    gate.post(`/v1/trust-inputs/${body.id}/approval`, { digest: body.digest });
  const decide = async (): Promise<string> => {
    const { body } = await gate.post('/v1/decisions', { licenceId: licence.body.id });
    return [body.outcome, ...body.reasons.map(({ code }: { code: string }) => code)].join(' ');
  };
  return { ...begun, file, approve, decide };
}

/** The state of the audit that somebody files, or why nobody takes it. */
async function fileAs({ world }: Licensed, by: Principal): Promise<string> {
  const at = world.context.clock().getTime();
  world.pass(1000);
  try {
    const filed = await fileAudit(world.context, by, world.facilityId, {
      auditedAt: new Date(at - 1000).toISOString(),
      validUntil: new Date(at + 86_400_000).toISOString(),
      tamperSignal: false,
      reportSha256: 'ab'.repeat(32),
      summary: 'everything where it should be',
    });
    return filed.state;
  } catch (error) {
    if (error instanceof RequestError) return `${error.code} ${error.actual}`;
    throw error;
  }
}

describe('an audit of a facility', () => {
  it('is by nobody of the house that proposed it, that operates it, or that is licensed there', async () => {
    const { gate, auditor, file } = await begin();
    expect(await file(await auditor(undefined, 'rival'))).toBe('proposed');
    const licence = await gate.get(`/v1/licences/${gate.licenceId}`);
    await gate.post('/v1/licences', { tenant: 'rival', conditions: licence.body.conditions });
    expect(await file(await auditor(undefined, 'chips'))).toBe('auditor_related exporter');
    expect(await file(await auditor(undefined, 'acme'))).toBe('auditor_related operator');
    expect(await file(await auditor(undefined, 'rival'))).toBe('auditor_related exporter');
    expect(await file(await auditor(undefined, 'court'))).toBe('proposed');
  });

  it('is by nobody who has an owner in common with one of them, owns one, or is owned by one', async () => {
    const { people, own, party, ids, auditor, file, standing, license, gate } = await begin();
    await license();
    const sisters = await own('authority', 'Inspectors');
    const inspector = await auditor(sisters);
    expect(await file(inspector)).toBe('proposed');
    expect(await standing(inspector)).toBe('independent null');
    for (const role of ['exporter', 'operator', 'importer', 'end-user', 'party'] as const) {
      // As the exporter calls it: the authority's register has a company of the same name, which owns the auditor.
      const name = `Holding of ${role}`;
      const holding = await own('exporter', name.toUpperCase());
      const mother = await own('authority', name);
      const daughter = await auditor(
        await party('authority', { legalName: `Sister ${role}`, parentId: mother }),
      );
      expect(await file(daughter)).toBe('proposed');
      expect(await standing(daughter)).toBe('independent null');
      const change = {
        parentId: holding,
        ownUltimateParent: false,
        reason: 'was bought',
        source: 'x',
        dated: '2026-01-02',
      };
      const changed = await ask(gate.world, `/v1/parties/${ids[role]}/versions`, {
        bearer: people.exporter.token,
        json: change,
      });
      expect(changed.status, JSON.stringify(changed.body)).toBeLessThan(300);
      expect(await file(daughter)).toBe(`auditor_related ${role}`);
      expect(await standing(daughter)).toBe(`related ${role}`);
      // Neither does the owner audit what it owns, nor whoever bears its number in another register.
      expect(await file(await auditor(mother))).toBe(`auditor_related ${role}`);
      expect(await standing(inspector)).toBe('independent null');
    }
  });

  it('is filed by one whose owners nobody declared, and is not shown to be independent', async () => {
    const { people, own, party, ids, auditor, file, standing, license, context, gate } = await begin();
    await license();
    const undeclared = await auditor();
    expect(await file(undeclared)).toBe('proposed');
    expect(await standing(undeclared)).toBe('unproven auditor');
    const inspectors = await own('authority', 'Inspectors');
    await declareParty(context, people.authority.principal, undeclared.id, inspectors);
    expect(await standing(undeclared)).toBe('independent null');
    // An exporter's word does not say who audits.
    expect(await standing(await auditor(await own('exporter', 'Told by Chips')))).toBe('unproven auditor');
    expect(await standing(await auditor(await party('authority', { legalName: 'Of nobody' })))).toBe(
      'unproven auditor',
    );
    // Nor is anybody unrelated whose own owners are not known.
    const change = { ownUltimateParent: false, reason: 'the owner is not known' };
    for (const [role, to] of [
      ['party', 'party'],
      ['importer', 'importer'],
      ['operator', 'operator'],
    ] as const) {
      const changed = await ask(gate.world, `/v1/parties/${ids[role]}/versions`, {
        bearer: people.exporter.token,
        json: change,
      });
      expect(changed.status, JSON.stringify(changed.body)).toBeLessThan(300);
      expect(await standing(undeclared)).toBe(`unproven ${to}`);
    }
  });

  it('is listed, of every facility or of one, whatever became of it', async () => {
    const { gate, auditor, file } = await begin();
    const { facilityId } = gate.world;
    const by = await auditor();
    expect([await file(by), await file(by)]).toEqual(['proposed', 'proposed']);
    const listed = async (query: string) => (await gate.get(`/v1/facility-audits?${query}`)).body;
    const all = await listed(`facilityId=${facilityId}`);
    const content = { facilityId, tamperSignal: false, auditor: by.id, auditorParty: null };
    expect(all.items).toMatchObject(Array(2).fill({ kind: 'facility-audit', state: 'proposed', content }));
    const first = await listed(`facilityId=${facilityId}&limit=1`);
    expect(first.items).toEqual([all.items[0]]);
    expect((await listed(`facilityId=${facilityId}&after=${first.next}`)).items).toEqual([all.items[1]]);
    expect((await listed(`limit=1&after=${first.next}`)).items).toEqual([all.items[1]]);
    expect((await listed(`facilityId=fac_${'0'.repeat(26)}`)).items).toEqual([]);
  });

  it('is seen by whoever operates the facility, and by no other operator', async () => {
    const { gate, auditor, file, context, people } = await begin();
    const { facilityId } = gate.world;
    await file(await auditor());
    const stranger = await hireStranger(context);
    const seen = async (path: string, bearer: string): Promise<string[]> =>
      (await gate.get(path, bearer)).body.items.flatMap(({ id, kind }: { id: string; kind: string }) =>
        kind === 'facility-audit' ? [id] : [],
      );
    const lists = ['/v1/facility-audits', `/v1/facility-audits?facilityId=${facilityId}`, '/v1/trust-inputs'];
    const [id = ''] = await seen('/v1/facility-audits', people.operator.token);
    for (const path of lists) {
      expect(await seen(path, people.operator.token)).toEqual([id]);
      expect(await seen(path, stranger.token)).toEqual([]);
    }
    const asked = async (bearer: string): Promise<unknown[]> => {
      const preview = { method: 'POST', bearer, json: { change: 'withdraw', trustInputId: id } };
      return [
        (await gate.get(`/v1/trust-inputs/${id}`, bearer)).body.code ?? 'shown',
        (await ask(gate.world, '/v1/trust-inputs/preview', preview)).body.code ?? 'shown',
      ];
    };
    expect(await asked(people.operator.token)).toEqual(['shown', 'shown']);
    expect(await asked(stranger.token)).toEqual(['not_found', 'not_found']);
    // Whatever is about no facility is everybody's who may read trust inputs.
    expect((await gate.get('/v1/trust-inputs', stranger.token)).body.items.length).toBeGreaterThan(0);
  });

  it('is listed without what it says among trust inputs, of which some say megabytes', async () => {
    const { context, auditor, file } = await begin();
    await file(await auditor());
    const rows = await context.store.read((view) =>
      view.all(trustInputsSeenAfter, { tenant: '', after: '', limit: 10 }),
    );
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) expect(Object.keys(row)).not.toContain('content');
  });

  it('that signals tampering is no audit, for one person filed it', async () => {
    const { file, approve, decide } = await beginAudited();
    const unaudited = await decide();
    expect(unaudited).toMatch(/^deny pack\./);
    expect((await file(2, true)).body.state).toBe('effective');
    expect(await decide()).toBe(unaudited);
    const clean = await file(1, false);
    expect(await decide()).toBe(unaudited);
    expect((await approve(clean)).status).toBe(200);
    expect(await decide()).toBe('allow');
    await file(0, true);
    expect(await decide()).toBe(unaudited);
  });

  it('that signals tampering is closed by a later one alone, whatever signals came between', async () => {
    const { file, approve } = await beginAudited();
    await file(3, true);
    const between = await file(5, false);
    expect((await approve(between)).body.code).toBe('conflict');
    // An older signal takes the place of the later one, and not what the later one asks for.
    expect((await file(9, true)).body.state).toBe('effective');
    const answer = await approve(between);
    expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
    expect((await approve(await file(1, false))).status).toBe(200);
  });
});
