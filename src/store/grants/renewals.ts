import type { HostDeviceTable } from '../attestation/tables.ts';
import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/**
 * Whatever a renewal reads by its host and licence alone, in one row: what `hostIdentity`, `hostGrantStanding`, `hostToGrant`, `leaseOf`,
 * `tallyOfLicence`, `gateStamp` and `trustEpoch` answer one after the other. Whose key `jkt` is the caller compares: a database that is told of two
 * keys to one row may look for it by the one that leads elsewhere in its file.
 */
export const renewalFooting = statement((db, hole: Hole<{ hostId: string; licenceId: string }>) =>
  db
    .selectFrom('host')
    .leftJoin('host_state', 'host_state.host_id', 'host.id')
    .leftJoin('appraisal', 'appraisal.session_id', 'host_state.evidence_session_id')
    .leftJoin('host_grant', (join) =>
      join.onRef('host_grant.host_id', '=', 'host.id').on('host_grant.licence_id', '=', hole('licenceId')),
    )
    .leftJoin('licence_grant', 'licence_grant.id', 'host_grant.grant_id')
    .leftJoin('ledger_lease', (join) =>
      join
        .onRef('ledger_lease.host_id', '=', 'host.id')
        .on('ledger_lease.licence_id', '=', hole('licenceId')),
    )
    .leftJoin('delivery_tally', (join) => join.on('delivery_tally.licence_id', '=', hole('licenceId')))
    .leftJoin('gate_stamp', (join) => join.on('gate_stamp.id', '=', 1))
    .leftJoin('trust_epoch', (join) => join.on('trust_epoch.id', '=', 1))
    .select([
      'host.id',
      'host.tenant',
      'host.facility_id',
      'host.kind',
      'host.identity_sha256',
      'host.device_id',
      'host.jkt',
      'host.suspended_at_ms',
      'host.suspended_reason',
      'appraisal.session_id',
      'appraisal.evidence_digest',
      'appraisal.leaf_index',
      'host_grant.host_id as granted',
      'host_grant.denied_at_ms',
      'host_grant.devices as held',
      'host_grant.expires_at_ms as holds_until_ms',
      'licence_grant.id as grant_id',
      'licence_grant.status as grant_status',
      'licence_grant.issued_at_ms',
      'licence_grant.expires_at_ms',
      'licence_grant.devices as grant_devices',
      'ledger_lease.terms',
      'ledger_lease.rate_e12',
      'ledger_lease.party_account',
      'ledger_lease.period',
      'ledger_lease.paid_from_ms',
      'ledger_lease.paid_until_ms',
      'ledger_lease.held_until_ms',
      'ledger_lease.decision_id',
      'delivery_tally.devices as delivered',
      'delivery_tally.verified',
      'delivery_tally.missing',
      'delivery_tally.counted_at_ms',
      'delivery_tally.changes_at_ms',
      'gate_stamp.stamp as gate_stamp',
      'trust_epoch.epoch',
      'trust_epoch.stamp as trust_stamp',
    ])
    .where('host.id', '=', hole('hostId')),
);

/** What a row of {@link holdingsOfHost} is. */
export const HOLDING = { self: 0, claim: 1, chip: 2 } as const;
type Holding = (typeof HOLDING)[keyof typeof HOLDING];

/**
 * What `declaredSelves`, `claimsOfHost` and `chipNamesOfHost` answer of one host, one behind the other, in no order; the `id` of a chip is its
 * digest.
 */
export const holdingsOfHost = statement(
  (db, hole: Hole<{ hostId: string; facilityId: string; kind: string; identity: string }>) =>
    db
      .selectFrom('device')
      .select((row) => [
        row.lit<Holding>(HOLDING.self).as('source'),
        'device.id',
        'device.kind',
        'device.serial',
        'device.identity_sha256',
        'device.facility_id',
        row.cast<HostDeviceTable['link'] | null>(row.lit(null), 'text').as('link'),
      ])
      .where('identity_sha256', '=', hole('identity'))
      .where('facility_id', '=', hole('facilityId'))
      .where('kind', '=', hole('kind'))
      .where('lifecycle', '=', 'in-service')
      .unionAll(
        db
          .selectFrom('host_device')
          .innerJoin('device', 'device.id', 'host_device.device_id')
          .select((row) => [
            row.lit<Holding>(HOLDING.claim).as('source'),
            'device.id',
            'device.kind',
            'device.serial',
            'device.identity_sha256',
            'device.facility_id',
            row.cast<HostDeviceTable['link'] | null>('host_device.link', 'text').as('link'),
          ])
          .where('host_device.host_id', '=', hole('hostId')),
      )
      .unionAll(
        db
          .selectFrom('proven_chip')
          .select((row) => [
            row.lit<Holding>(HOLDING.chip).as('source'),
            'proven_chip.chip_sha256 as id',
            row.cast<string>('proven_chip.kind', 'text').as('kind'),
            row.cast<string | null>(row.lit(null), 'text').as('serial'),
            row.cast<string | null>(row.lit(null), 'text').as('identity_sha256'),
            row.cast<string | null>(row.lit(null), 'text').as('facility_id'),
            row.cast<HostDeviceTable['link'] | null>(row.lit(null), 'text').as('link'),
          ])
          .where('proven_chip.host_id', '=', hole('hostId')),
      ),
);
