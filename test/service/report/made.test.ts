import { describe, expect, it } from 'vitest';
import { countStanding } from '../../../src/record/report/totals.ts';
import { openIncident } from '../../../src/service/incident/open.ts';
import { latch } from '../../../src/service/latch/latch.ts';
import { declareDevice } from '../../../src/service/registry/declare-device.ts';
import { proposeFacility } from '../../../src/service/registry/facilities.ts';
import { openReport } from '../../../src/service/report/open.ts';
import { decisionsOf, grantsOf } from '../../../src/service/report/pages.ts';
import { JOBS } from '../../../src/service/schedule/jobs.ts';
import { insertDeletion } from '../../../src/store/retention/deletions.ts';
import { AREA, BEGINNING, hireStranger } from '../attestation/world.ts';
import { makeLicensed } from '../events/licensed.ts';
import { renew } from '../grant/consumer.ts';
import { failures, fetchReport, readerOf, reportOf, verifyReport } from './report.ts';

const DAY_MS = 86_400_000;
const reason = 'for a test';

describe('a report', () => {
  it('shows devices, decisions and grants of a period, and is accepted offline', async () => {
    const licensed = await makeLicensed();
    const { world, deviceId, licenceId, host } = licensed;
    const { grantId } = (await renew(licensed)).body.grant;
    await licensed.post('/v1/decisions', { licenceId, devices: ['dev_none'] });
    world.pass(90_500);
    const parsed = await reportOf(licensed);
    const { report } = parsed;
    const judged = verifyReport(parsed, await readerOf(licensed));
    expect([judged.accepted, failures(judged), judged.notPerformed]).toEqual([true, [], []]);
    expect(report.devices).toMatchObject([
      {
        id: deviceId,
        hostId: host.hostId,
        state: 'verified',
        moved: [],
        label: 'G2-tpm',
        weaknesses: ['operator-extractable', 'place-unproven', 'no-audit'],
        evidenceAgeSeconds: 91,
      },
    ]);
    expect(report.grants).toMatchObject([{ grantId, status: 'valid', devices: 1 }]);
    expect(report.totals).toMatchObject({
      devices: { named: 1, verified: 1, missing: 0, moved: 0 },
      decisions: { allowed: 1, denied: 1 },
      grants: { issued: 1, valid: 1 },
    });
    expect(report.trustInputs).toMatchObject({ count: 2, inputs: null, selfApproved: false });
    expect(report.decisions.map(({ act }) => (act['body'] as { licenceId: string }).licenceId)).toEqual([
      licenceId,
      licenceId,
    ]);
  });

  it('is the same for the same period and head, whenever it is asked for, and of its period alone', async () => {
    const licensed = await makeLicensed();
    const { world } = licensed;
    await renew(licensed);
    world.pass(60_000);
    const until = world.context.clock().toISOString();
    const first = await fetchReport(licensed, `?until=${until}`);
    world.pass(20 * DAY_MS);
    const again = await fetchReport(licensed, `?until=${until}`);
    const signedPart = ({ text }: { text: string }): string =>
      text.slice(0, text.lastIndexOf(',"signature"'));
    expect(signedPart(again)).toBe(signedPart(first));
    const later = await reportOf(licensed, `?from=${until}`);
    expect([later.report.decisions, later.report.grants]).toEqual([[], []]);
    // What it proved has ended by now.
    expect(later.report.devices).toMatchObject([{ label: 'G0', state: 'verified' }]);
  });

  it('names what is missing, since when, and what moved', async () => {
    const licensed = await makeLicensed();
    const { world, deviceId, licenceId, get } = licensed;
    const { context, people } = world;
    const { principal } = people.exporter;
    const { identity } = (await get(`/v1/devices/${deviceId}`)).body;
    // Longer than any token is good for: people's use cases stand for their requests.
    world.pass(60 * DAY_MS);
    await JOBS.devices(context, { subject: 'all', state: null });
    const hall = { name: 'Hall 2', country: 'IS', operatorTenant: 'acme', area: AREA };
    const { id: facilityId } = await proposeFacility(context, principal, hall);
    await context.store.write((tx) =>
      declareDevice(context, tx, principal, { kind: 'host-tpm', identity, facilityId }),
    );
    world.pass(1000);
    const report = await openReport(context, principal, { licenceId });
    expect(report.devices).toMatchObject([
      { id: deviceId, state: 'missing', moved: ['facility-changed', 'facility-not-licensed'] },
    ]);
    expect(report.devices[0]?.history.at(-1)).toMatchObject({ to: 'missing' });
    expect(countStanding(report).devices).toEqual({ named: 1, verified: 0, missing: 1, moved: 1, held: 0 });
    const before = { licenceId, until: new Date(BEGINNING.getTime() + DAY_MS) };
    expect((await openReport(context, principal, before)).devices[0]).toMatchObject({
      history: [],
      moved: ['facility-not-licensed'],
    });
  });

  it('tells a holder of its own incidents and of no names of trust, and an auditor of all', async () => {
    const licensed = await makeLicensed();
    const { world, host, deviceId, partyId } = licensed;
    const { context, people } = world;
    const at = context.clock();
    const about = { kind: 'tampering', evidence: [], at } as const;
    const hold = { tenant: 'chips', code: 'x.y', sentence: 'A test.', sessionId: null, at };
    await context.store.write(async (tx) => {
      await openIncident(context, tx, { ...about, tenant: 'acme', subjects: [`host:${host.hostId}`] });
      await openIncident(context, tx, { ...about, tenant: 'chips', subjects: [`device:${deviceId}`] });
      await latch(context, tx, { ...hold, subject: { kind: 'party', id: partyId } });
      await latch(context, tx, { ...hold, subject: { kind: 'device', id: deviceId } });
    });
    world.pass(1000);
    const own = (await reportOf(licensed)).report;
    expect(own.incidents).toMatchObject([
      { subjects: [`device:${deviceId}`], state: 'open', overdue: false },
    ]);
    expect(own.holds).toMatchObject([{ subject: `party:${partyId}`, code: 'x.y' }]);
    expect([own.reader, own.totals.devices.held, own.trustInputs.inputs]).toEqual(['holder', 1, null]);
    const all = (await reportOf(licensed, '', people.auditor.token)).report;
    expect([all.reader, all.incidents.length, all.trustInputs.inputs?.length]).toEqual(['all-tenants', 2, 2]);
    expect(all.trustInputs.sha256).toBe(own.trustInputs.sha256);
    // What is over before the period began is not of it.
    await licensed.post(`/v1/incidents/${own.incidents[0]?.id}/closing`, { reason });
    world.pass(1000);
    const since = new Date(context.clock().getTime() - 500).toISOString();
    expect((await reportOf(licensed, `?from=${since}`)).report.incidents).toEqual([]);
  });

  it('says what of its period is no longer kept', async () => {
    const licensed = await makeLicensed();
    const { context } = licensed.world;
    const [before, within] = [BEGINNING.getTime() - DAY_MS, BEGINNING.getTime() + 1];
    const gone = { at_ms: within, count: 1, items: '[]' };
    await context.store.write(async (tx) => {
      await tx.run(insertDeletion, { ...gone, leaf_index: 1, class: 'grants', until_ms: before });
      await tx.run(insertDeletion, { ...gone, leaf_index: 2, class: 'decisions', until_ms: within });
      await tx.run(insertDeletion, { ...gone, leaf_index: 3, class: 'documents', until_ms: within });
    });
    licensed.world.pass(1000);
    const { report } = await reportOf(licensed);
    expect(report.deleted).toEqual([{ class: 'decisions', until: new Date(within).toISOString() }]);
  });

  it('is for whoever may read the licence, and of a period that is over', async () => {
    const licensed = await makeLicensed();
    const { world } = licensed;
    const stranger = await hireStranger(world.context, 'exporter');
    const status = async (query: string, token?: string) =>
      (await fetchReport(licensed, query, token)).status;
    expect(await status('', stranger.token)).toBe(404);
    expect(await status('', world.people.operator.token)).toBe(403);
    expect(await status('?until=2026-03-01T12:00:00.001Z')).toBe(400);
    expect(await status('?from=2026-03-01T12:00:00Z&until=2026-03-01T12:00:00Z')).toBe(400);
    expect(await status('?from=yesterday')).toBe(400);
  });

  it('reads decisions and grants page by page, as the log of its head has them', async () => {
    const licensed = await makeLicensed({ leaseSeconds: 600 });
    const { world, licenceId } = licensed;
    const { context } = world;
    for (let count = 0; count < 3; count++) await licensed.post('/v1/decisions', { licenceId });
    world.pass(1000);
    const report = await openReport(context, world.people.auditor.principal, { licenceId });
    const decisions = await collect(decisionsOf(context, report));
    expect(decisions).toHaveLength(3);
    for (const page of [1, 2, 3])
      expect(await collect(decisionsOf(context, report, page))).toEqual(decisions);
    const grants = await collect(grantsOf(context, report, 2));
    expect(grants.map(({ status }) => status)).toEqual(['valid', 'valid', 'valid']);
    await licensed.post(`/v1/licences/${licenceId}/ruling`, { status: 'suspended', reason });
    await licensed.post('/v1/decisions', { licenceId });
    expect(await collect(grantsOf(context, report))).toEqual(grants);
    expect(await collect(decisionsOf(context, report))).toEqual(decisions);
    world.pass(1000);
    const after = await openReport(context, world.people.auditor.principal, { licenceId });
    const now = await collect(grantsOf(context, after));
    expect(now.map(({ status }) => status)).toContain('suspended');
    expect(await collect(decisionsOf(context, after))).toHaveLength(4);
  });
});

async function collect<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}
