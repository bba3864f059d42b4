import { describe, expect, it } from 'vitest';
import { stateReader } from '../../../src/service/telemetry/state.ts';
import { noteHostGrant } from '../../../src/store/grants/grants.ts';
import { insertCosignature } from '../../../src/store/log/cosignatures.ts';
import { ask } from '../attestation/agent.ts';
import { makeWorld } from '../attestation/world.ts';
import { makeLicensed } from '../events/licensed.ts';
import { fetchText, renew } from '../grant/consumer.ts';

/** Lines of an exposition by what stands before the value. */
function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

describe('what a verifier tells of itself', () => {
  it('follows sessions, appraisals, decisions, grants, debits and holds', async () => {
    const licensed = await makeLicensed({ evidenceMaxAgeSeconds: 7200 });
    const { world, post, licenceId } = licensed;
    await renew(licensed);
    const metrics = async () => samplesOf((await fetchText(licensed, '/metrics')).text);
    const first = await metrics();
    expect(first.get('sextant_acts_total{type="session.issued"}')).toBe(1);
    expect(first.get('sextant_appraisals_total{outcome="accepted"}')).toBe(1);
    expect(first.get('sextant_appraisals_total{outcome="refused"}')).toBe(0);
    expect(first.get('sextant_decisions_total{action="use",outcome="allow"}')).toBe(1);
    expect(first.get('sextant_grants{state="unexpired"}')).toBe(1);
    expect(first.get('sextant_grants{state="ending-soon"}')).toBe(0);
    expect(first.get('sextant_holds_open')).toBe(0);
    expect(first.get('sextant_state_readable')).toBe(1);
    expect(first.get('sextant_log_last_leaf_timestamp_seconds')).toBe(world.context.clock().getTime() / 1000);
    expect(first.get('sextant_store_commit_duration_seconds_count')).toBeGreaterThan(5);

    await post(`/v1/licences/${licenceId}/ruling`, { status: 'suspended', reason: 'for a test' });
    world.pass(55 * 60_000);
    const later = await metrics();
    expect(later.get('sextant_grants{state="ending-soon"}')).toBe(1);
    expect(later.get('sextant_grants{state="suspended"}')).toBe(1);
    expect(later.get('sextant_acts_total{type="grant.suspended"}')).toBe(1);
    // Nobody in this test looks at what is due.
    expect(later.get('sextant_schedule_overdue')).toBeGreaterThan(0);
    expect(later.get('sextant_schedule_lag_seconds')).toBeGreaterThan(0);
  });

  it('counts grants page by page, every licence of a host with it', async () => {
    const { context } = await makeWorld();
    const { store, clock } = context;
    const nowMs = clock().getTime();
    const grant = { grant_id: null, end_user: null, facility_id: null, devices: 1 };
    const host = (index: number): string => `hst_${String(index).padStart(26, '0')}`;
    await store.write(async (tx) => {
      for (let index = 0; index < 3_400; index++) {
        for (const [licence_id, expires_at_ms] of [
          ['lic_a', nowMs + 60_000],
          ['lic_b', nowMs + 3_600_000],
          ['lic_c', nowMs],
        ] as const)
          await tx.run(noteHostGrant, { ...grant, host_id: host(index), licence_id, expires_at_ms });
      }
    });
    // 10,200 rows: two pages and what is left of a third, none of which ends between the licences of one host.
    const { grants } = await stateReader(context)();
    expect(grants).toEqual({ unexpired: 6_800, endingSoon: 3_400, suspended: 0 });
  });

  it('says since when a webhook has not heard what it is to hear, and how far each witness has cosigned', async () => {
    const world = await makeWorld();
    const { exporter } = world.people;
    const post = (path: string, json: object) => ask(world, path, { bearer: exporter.token, json });
    expect((await post('/v1/webhooks', { url: 'https://receiver.example/hook' })).status).toBe(201);
    const read = stateReader(world.context);
    const { webhooks: heard } = await read();
    expect(heard).toEqual({ active: 1, failing: 0, disabled: 0, waitingSinceMs: null });
    const at = world.context.clock().getTime();
    await post('/v1/parties', { legalName: 'Acme', country: 'IS' });
    world.pass(90_000);
    expect((await read()).webhooks.waitingSinceMs).toBe(at);
    const { store, config } = world.context;
    const seen = { origin: config.logOrigin, root: new Uint8Array(32), at_ms: 0, line: '' };
    for (const size of [3, 5])
      await store.write((tx) => tx.run(insertCosignature, { ...seen, size, witness: 'w.example/1+ab+cd' }));
    const samples = samplesOf(await (await fetch(`${world.server.url}/metrics`)).text());
    expect(samples.get('sextant_outbox_lag_seconds')).toBe(90);
    expect(samples.get('sextant_log_cosigned_leaves{witness="w.example/1"}')).toBe(5);
  });

  it('asks the store no more often than every few seconds, again after a failure, and makes nothing up', async () => {
    const world = await makeWorld();
    let reads = 0;
    let fails = true;
    const { store } = world.context;
    const read = stateReader({
      ...world.context,
      store: {
        ...store,
        read: (work) => {
          reads++;
          return fails ? Promise.reject(new Error('gone')) : store.read(work);
        },
      },
    });
    await expect(read()).rejects.toThrow('gone');
    fails = false;
    await read();
    const asked = reads;
    await Promise.all([read(), read()]);
    expect(reads).toBe(asked);
    world.pass(5_000);
    await read();
    expect(reads).toBe(asked + 1);

    await store.close();
    world.pass(60_000);
    const samples = samplesOf(await (await fetch(`${world.server.url}/metrics`)).text());
    expect(samples.get('sextant_state_readable')).toBe(0);
    expect(samples.has('sextant_log_leaves')).toBe(false);
    expect(samples.get('sextant_store_failures_total{code="store_unavailable"}')).toBe(1);
  });
});
