import { describe, expect, it } from 'vitest';
import { noteOutage } from '../../../src/service/outage/facility.ts';
import { JOBS, scheduleAtStart } from '../../../src/service/schedule/jobs.ts';
import { runDue } from '../../../src/service/schedule/run.ts';
import { insertHost, insertHostState } from '../../../src/store/attestation/hosts.ts';
import type { Hole } from '../../../src/store/port.ts';
import { statement } from '../../../src/store/statement.ts';
import { type Licensed, makeLicensed } from './licensed.ts';

const HOSTS = 1_000;
/** Two intervals and a session. */
const FRESH_MS = 2 * 600_000 + 300_000;

const attested = statement((db, hole: Hole<{ hostId: string; atMs: number }>) =>
  db
    .updateTable('host_state')
    .set({ evidence_at_ms: hole('atMs'), outcome: 'accepted' })
    .where('host_id', '=', hole('hostId')),
);

const hostIdOf = (order: number): string => `hst_${String(order).padStart(26, '0')}`;

async function fill({ world: { context, facilityId } }: Licensed): Promise<void> {
  const atMs = context.clock().getTime();
  await context.store.write(async (tx) => {
    for (let order = 0; order < HOSTS; order++) {
      const id = hostIdOf(order);
      await tx.run(insertHost, {
        id,
        tenant: 'acme',
        facility_id: facilityId,
        kind: 'tee',
        identity_sha256: id,
        ek_certificate: null,
        ek_anchor: null,
        ek_name: null,
        ek_valid_until_ms: null,
        jkt: id,
        host_key: '{}',
        ak_name: null,
        ak_public: null,
        tee: 'tdx',
        platform: null,
        hostname: null,
        device_id: id,
        enrolled_at_ms: atMs,
        version: 1,
      });
      await tx.run(insertHostState, { hostId: id });
      await tx.run(attested, { hostId: id, atMs });
    }
  });
}

const attestAll = ({ world: { context } }: Licensed, count = HOSTS): Promise<void> =>
  context.store.write(async (tx) => {
    const atMs = context.clock().getTime();
    for (let order = 0; order < count; order++) await tx.run(attested, { hostId: hostIdOf(order), atMs });
  });

/** Minute by minute. */
async function pass({ world }: Licensed, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    world.pass(60_000);
    await runDue(world.context, JOBS);
  }
}

const outages = async (gate: Licensed) =>
  (await gate.events()).filter(({ type }) => type.startsWith('facility.outage'));

async function start() {
  const gate = await makeLicensed({ graceSeconds: 86_400 }, { attestationIntervalMs: 600_000 });
  await scheduleAtStart(gate.world.context);
  await runDue(gate.world.context, JOBS);
  return gate;
}

describe('an outage', () => {
  it('of 1,000 hosts of one facility is one event for the facility, and one when it is over', async () => {
    const gate = await start();
    await fill(gate);
    await pass(gate, FRESH_MS / 60_000 - 1);
    expect(await outages(gate)).toEqual([]);
    await pass(gate, 30);
    const subject = `facility:${gate.world.facilityId}`;
    expect(await outages(gate)).toMatchObject([
      {
        type: 'facility.outage-began',
        tenant: 'acme',
        subject,
        data: { cause: 'evidence', hosts: HOSTS + 1, stale: HOSTS + 1 },
      },
    ]);
    // Some are back: it is not over while others are not.
    await attestAll(gate, 500);
    await pass(gate, 20);
    expect(await outages(gate)).toHaveLength(1);
    for (let round = 0; round < 8; round++) {
      await attestAll(gate);
      await gate.world.context.store.write((tx) =>
        tx.run(attested, { hostId: gate.host.hostId, atMs: gate.world.context.clock().getTime() }),
      );
      await pass(gate, 10);
    }
    expect(await outages(gate)).toMatchObject([
      { type: 'facility.outage-began' },
      { type: 'facility.outage-ended', subject, data: { cause: 'evidence' } },
    ]);
  });

  it('of a vendor is told once for a facility, however many hosts miss it, and ends when none has for a while', async () => {
    const gate = await start();
    const { context, facilityId } = gate.world;
    const miss = () =>
      context.store.write((tx) =>
        noteOutage(context, tx, { facilityId, cause: 'vendor', at: context.clock() }),
      );
    for (let host = 0; host < 100; host++) await miss();
    await pass(gate, 20);
    await miss();
    await pass(gate, 20);
    const vendor = async () => (await outages(gate)).filter(({ data }) => data['cause'] === 'vendor');
    expect(await vendor()).toHaveLength(1);
    await pass(gate, 6);
    expect((await vendor()).map(({ type }) => type)).toEqual([
      'facility.outage-began',
      'facility.outage-ended',
    ]);
  });

  it('of the verifier itself is told once for a facility when it is back', async () => {
    const gate = await start();
    await pass(gate, 3);
    gate.world.pass(7_200_000);
    await pass(gate, 2);
    const own = (await outages(gate)).filter(({ data }) => data['cause'] === 'verifier');
    expect(own).toMatchObject([
      { type: 'facility.outage-began', tenant: 'acme', subject: `facility:${gate.world.facilityId}` },
    ]);
  });
});
