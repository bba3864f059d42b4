import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SELF_KIND } from '../../../src/service/enrolment/link-devices.ts';
import { withFooting } from '../../../src/service/grant/footing.ts';
import { chipNamesOfHost } from '../../../src/store/attestation/chips.ts';
import { hostIdentity, hostRecord } from '../../../src/store/attestation/hosts.ts';
import { claimsOfHost, declaredSelves } from '../../../src/store/attestation/register.ts';
import { Answers, foreseeing } from '../../../src/store/foreseen.ts';
import { hostGrantStanding, hostToGrant, noteHostDenied } from '../../../src/store/grants/grants.ts';
import { leaseOf } from '../../../src/store/ledger/leases.ts';
import type { Tx } from '../../../src/store/port.ts';
import { tallyOfLicence } from '../../../src/store/registry/deliveries.ts';
import { gateStamp } from '../../../src/store/registry/gate-stamp.ts';
import { trustEpoch } from '../../../src/store/registry/trust.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/open.ts';
import { fillFleet, type LicensedHost } from '../../bench/gate/fleet.ts';
import { renewAll } from '../../bench/gate/renewals.ts';
import { foundWorld, type GateWorld, openWorld } from '../../bench/gate/world.ts';

const AT = Date.parse('2026-03-01T12:00:00.000Z');

let folder: string;
let world: GateWorld;
let database: DatabaseSync;
let hosts: LicensedHost[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sextant-footing-'));
  const clock = { nowMs: AT };
  const empty = await openWorld(folder, clock);
  const foundation = await foundWorld(empty.context, 1);
  await empty.close();
  const plan = { devices: 6, devicesPerLicence: 6, gpusPerHost: [2], keyed: null, at: new Date(AT) };
  hosts = fillFleet(folder, foundation, plan);
  world = await openWorld(folder, clock);
  database = new DatabaseSync(join(folder, DATABASE_FILE));
  await renewAll(world, hosts.slice(0, 2));
});

afterAll(async () => {
  database.close();
  await world.close();
  rmSync(folder, { recursive: true });
});

type Asked = { readonly hostId: string; readonly jkt: string; readonly licenceId: string };

/** Everything that a renewal reads by its host and licence. */
async function readAll(tx: Tx, { hostId, jkt, licenceId }: Asked): Promise<unknown[]> {
  return [
    await tx.first(hostIdentity, { id: hostId, jkt }),
    await tx.first(hostGrantStanding, { hostId, licenceId }),
    await tx.first(hostToGrant, { hostId }),
    await tx.first(leaseOf, { licenceId, hostId }),
    await tx.first(tallyOfLicence, { licenceId }),
    await tx.first(gateStamp, {}),
    await tx.first(trustEpoch, {}),
    ...(await readHoldings(tx, hostId)),
  ];
}

async function readHoldings(tx: Tx, hostId: string): Promise<unknown[]> {
  const host = await tx.first(hostRecord, { id: hostId });
  if (host === undefined) return [];
  const { facility_id: facilityId, identity_sha256: identity } = host;
  return [
    await tx.all(declaredSelves, { facilityId, kind: SELF_KIND[host.kind], identity }),
    await tx.all(claimsOfHost, { hostId }),
    await tx.all(chipNamesOfHost, { hostId }),
  ];
}

async function bothWays(asked: Asked): Promise<{ readonly together: unknown[]; readonly apart: unknown[] }> {
  return world.context.store.write(async (tx) => {
    const together = await readAll(await withFooting(tx, asked), asked);
    return { together, apart: await readAll(tx, asked) };
  });
}

async function expectSame(what: string, asked: Asked): Promise<unknown[]> {
  const { together, apart } = await bothWays(asked);
  expect(together, what).toEqual(apart);
  return together;
}

describe('the footing of a renewal', () => {
  it('is what each statement says by itself, whatever there is', async () => {
    const [granted, , fresh] = hosts;
    if (granted === undefined || fresh === undefined) throw new TypeError('three hosts');
    expect(await expectSame('with a grant', granted)).not.toContain(undefined);
    expect((await expectSame('without one', fresh)).slice(1, 4)).toEqual([
      undefined,
      expect.anything(),
      undefined,
    ]);
    expect((await expectSame('another key', { ...granted, jkt: 'other' }))[0]).toBeUndefined();
    await expectSame('another licence', { ...granted, licenceId: 'lic_0' });
    await expectSame('another host', { ...granted, hostId: fresh.hostId });
    await world.context.store.write(async (tx) => {
      const { hostId, licenceId } = fresh;
      await tx.run(noteHostDenied, { hostId, licenceId, nowMs: AT });
    });
    await expectSame('refused', fresh);
    for (const change of [
      "update host set suspended_at_ms = 1, suspended_reason = 'why'",
      "update licence_grant set status = 'suspended'",
      'update host_state set evidence_session_id = null',
      'update ledger_lease set party_account = null',
      `update device set kind = 'host-tpm', identity_sha256 = (select identity_sha256 from host where id = '${granted.hostId}')`,
      "update device set lifecycle = 'retired' where rowid % 2",
      `update host_device set host_id = '${granted.hostId}'`,
      `update proven_chip set host_id = '${granted.hostId}'`,
      'delete from delivery_tally',
      'delete from host_state',
      'delete from ledger_lease',
      'delete from gate_stamp',
      'delete from trust_epoch',
    ]) {
      database.exec(`pragma foreign_keys = off; ${change}`);
      await expectSame(change, granted);
    }
  });

  it('answers each question once, and no other than was asked', async () => {
    const { hostId, jkt, licenceId } = hosts[1] ?? { hostId: '', jkt: '', licenceId: '' };
    const row = {
      denied_at_ms: 7,
      held: 0,
      holds_until_ms: 0,
      id: null,
      status: null,
      issued_at_ms: null,
      expires_at_ms: null,
      devices: null,
    };
    await world.context.store.write(async (tx) => {
      const key = { hostId, licenceId };
      const known = foreseeing(tx, new Answers().add(hostGrantStanding, key, [row]));
      expect(await known.first(hostGrantStanding, { hostId, licenceId: 'lic_0' })).toBeUndefined();
      expect(await known.first(hostGrantStanding, { licenceId, hostId })).toEqual(row);
      expect(await known.first(hostGrantStanding, key)).toEqual(await tx.first(hostGrantStanding, key));
      expect(await known.all(hostIdentity, { id: hostId, jkt })).toHaveLength(1);
    });
  });
});
