import type { Kysely } from 'kysely';
import type { Hole } from '../port.ts';
import type { Schema } from '../schema.ts';
import { Slots } from '../slots.ts';
import { statement } from '../statement.ts';

/**
 * A device of the register with the host that holds it.
 *
 * A TPM or guest that was declared by its key belongs to the host with that key; a GPU or switch that was declared by its chip
 * to the host that shows it, and likewise one whose manufacturer names the chip (`chip`; empty for none); anything else to the host that its operator named. Each counts only at the facility at which
 * both are registered.
 */
function withHost(db: Kysely<Schema>, hole: Hole<{ chip: string }>) {
  return db
    .selectFrom('device')
    .leftJoin('host as keyed', (join) =>
      join
        .on((on) => {
          // Null for whatever has a chip: a database then looks for no host by that digest.
          const isHost = on('device.kind', 'in', ['host-tpm', 'host-tee']);
          const key = on.case().when(isHost).then(on.ref('device.identity_sha256')).else(null).end();
          return on('keyed.identity_sha256', '=', key);
        })
        .onRef('keyed.facility_id', '=', 'device.facility_id')
        .on((on) =>
          on.or([
            on.and([on('device.kind', '=', 'host-tpm'), on('keyed.kind', '=', 'tpm')]),
            on.and([on('device.kind', '=', 'host-tee'), on('keyed.kind', '=', 'tee')]),
          ]),
        ),
    )
    .leftJoin('proven_chip', (join) =>
      join
        .on((on) =>
          on('proven_chip.chip_sha256', '=', on.fn.coalesce('device.identity_sha256', hole('chip'))),
        )
        .onRef('proven_chip.kind', '=', 'device.kind'),
    )
    .leftJoin('host as shown', (join) =>
      join
        .onRef('shown.id', '=', 'proven_chip.host_id')
        .onRef('shown.facility_id', '=', 'device.facility_id'),
    )
    .leftJoin('host_device', 'host_device.device_id', 'device.id')
    .leftJoin('host as claimed', (join) =>
      join
        .onRef('claimed.id', '=', 'host_device.host_id')
        .onRef('claimed.facility_id', '=', 'device.facility_id'),
    )
    .leftJoin('host', (join) =>
      join.on((on) => {
        // Where a manufacturer's word alone linked it, the link lasts for holds, and for nothing else.
        const named = on.and([
          on('host_device.link', '=', 'chip-certificate'),
          on('device.identity_sha256', 'is', null),
        ]);
        const claimed = on.case().when(named).then(null).else(on.ref('claimed.id')).end();
        return on('host.id', '=', on.fn.coalesce('keyed.id', 'shown.id', claimed));
      }),
    )
    .leftJoin('host_state', 'host_state.host_id', 'host.id');
}

function atGate(db: Kysely<Schema>, hole: Hole<{ chip: string }>) {
  return withHost(db, hole).select((row) => [
    'device.id',
    'device.kind',
    'device.party_id',
    'device.model',
    'device.serial',
    'device.identity_sha256',
    'proven_chip.chip_sha256',
    'host.identity_sha256 as host_identity_sha256',
    'device.lifecycle',
    'device.shipped_at_ms',
    'device.due_after_days',
    'device.verified_at_ms',
    'device.maintenance_from_ms',
    'device.maintenance_until_ms',
    'device.facility_id',
    'keyed.id as keyed_host_id',
    'shown.id as shown_host_id',
    'claimed.id as claimed_host_id',
    'host_device.link',
    'proven_chip.outcome as chip_outcome',
    'proven_chip.evidence as chip_evidence',
    'proven_chip.anchors as chip_anchors',
    'proven_chip.valid_until_ms as chip_valid_until_ms',
    'host.id as host_id',
    'host.kind as host_kind',
    'host.ek_valid_until_ms',
    'host.suspended_at_ms',
    'host.suspended_reason',
    'claimed.suspended_at_ms as claimed_suspended_at_ms',
    'claimed.suspended_reason as claimed_suspended_reason',
    'host_state.outcome',
    'host_state.evidence_at_ms',
    'host_state.facts',
    'host_state.reference_sets',
    'host_state.valid_until_ms',
    'host_state.trust_epoch',
    'host_state.place',
    'host_state.place_subject',
    'host.facility_id as host_facility_id',
    row.selectFrom('trust_epoch').select('trust_epoch.epoch').where('trust_epoch.id', '=', 1).as('epoch'),
  ]);
}

/** What the gate weighs of a device. */
export const deviceAtGate = statement((db, hole: Hole<{ id: string; chip: string }>) =>
  atGate(db, hole).where('device.id', '=', hole('id')),
);

/** Most hosts hold as many, or fewer. */
export const DEVICES_TOGETHER = new Slots<string>('id', 8);

/** {@link deviceAtGate} of several, each without a chip that its manufacturer names: in no order. */
export const devicesAtGate = statement((db, hole: Hole<{ [slot: string]: string; chip: string }>) =>
  atGate(db, hole).where('device.id', 'in', DEVICES_TOGETHER.names.map(hole)),
);

/** What is shown of a device, with the number of holds on it and on its host. */
export const deviceState = statement((db, hole: Hole<{ id: string; chip: string }>) =>
  withHost(db, hole)
    .leftJoin('trust_epoch', (join) => join.on('trust_epoch.id', '=', 1))
    .select((row) => [
      'device.tenant',
      'device.kind',
      'device.model',
      'device.serial',
      'device.identity_sha256',
      'proven_chip.chip_sha256',
      'host.identity_sha256 as host_identity_sha256',
      'device.lifecycle',
      'device.shipped_at_ms',
      'device.due_after_days',
      'device.verified_at_ms',
      'device.maintenance_from_ms',
      'device.maintenance_until_ms',
      'device.facility_id',
      'keyed.id as keyed_host_id',
      'shown.id as shown_host_id',
      'claimed.id as claimed_host_id',
      'host_device.link',
      'proven_chip.outcome as chip_outcome',
      'proven_chip.evidence as chip_evidence',
      'proven_chip.anchors as chip_anchors',
      'proven_chip.valid_until_ms as chip_valid_until_ms',
      'host.id as host_id',
      'host.kind as host_kind',
      'host.tenant as host_tenant',
      'host_state.outcome',
      'host_state.evidence_at_ms',
      'host_state.facts',
      'host_state.valid_until_ms',
      'host_state.trust_epoch',
      'host_state.place',
      'host_state.place_subject',
      'host.facility_id as host_facility_id',
      'host_state.next_attestation_after_ms',
      'trust_epoch.epoch',
      'trust_epoch.stamp',
      row
        .selectFrom('latch')
        .select((count) => count.fn.countAll<number>().as('count'))
        .where('latch.subject_kind', '=', 'host')
        .whereRef('latch.subject_id', '=', 'host.id')
        .where('latch.cleared_at_ms', 'is', null)
        .as('host_holds'),
      row
        .selectFrom('latch')
        .select((count) => count.fn.countAll<number>().as('count'))
        .where('latch.subject_kind', '=', 'device')
        .whereRef('latch.subject_id', '=', 'device.id')
        .where('latch.cleared_at_ms', 'is', null)
        .as('device_holds'),
    ])
    .where('device.id', '=', hole('id')),
);

/** What is shown of a host, with the number of holds on it and of devices claimed for it. */
export const hostState = statement((db, hole: Hole<{ id: string }>) =>
  db
    .selectFrom('host')
    .innerJoin('host_state', 'host_state.host_id', 'host.id')
    .leftJoin('trust_epoch', (join) => join.on('trust_epoch.id', '=', 1))
    .select((row) => [
      'host.id as host_id',
      'host.tenant',
      'host.kind as host_kind',
      'host.hostname',
      'host.device_id',
      'host.enrolled_at_ms',
      'host.suspended_at_ms',
      'host_state.session_id',
      'host_state.session_issued_at_ms',
      'host_state.session_expires_at_ms',
      'host_state.evidence_session_id',
      'host_state.next_attestation_after_ms',
      'host_state.outcome',
      'host_state.reasons',
      'host_state.evidence_at_ms',
      'host_state.facts',
      'host_state.valid_until_ms',
      'host_state.trust_epoch',
      'host_state.place',
      'host_state.place_subject',
      'host.facility_id as host_facility_id',
      'trust_epoch.epoch',
      'trust_epoch.stamp',
      row
        .selectFrom('host_device')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('host_device.host_id', '=', 'host.id')
        .as('claims'),
      row
        .selectFrom('proven_chip')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('proven_chip.host_id', '=', 'host.id')
        .as('chips'),
      row
        .selectFrom('latch')
        .select((count) => count.fn.countAll<number>().as('count'))
        .where('latch.subject_kind', '=', 'host')
        .whereRef('latch.subject_id', '=', 'host.id')
        .where('latch.cleared_at_ms', 'is', null)
        .as('holds'),
    ])
    .where('host.id', '=', hole('id')),
);

/** What is read only where trust inputs changed since a host's newest submission. */
export const measuredState = statement((db, hole: Hole<{ hostId: string }>) =>
  db
    .selectFrom('host')
    .innerJoin('host_state', 'host_state.host_id', 'host.id')
    .select([
      'host.kind',
      'host.ek_anchor',
      'host.facility_id',
      'host_state.pcrs',
      'host_state.firmware_version',
      'host_state.tee_state',
      'host_state.vtpm_pcrs',
      'host_state.boot_state',
      'host_state.tee_anchors',
    ])
    .where('host.id', '=', hole('hostId')),
);
