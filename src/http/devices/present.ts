import type { DeviceAnswer } from '../../protocol/device.ts';
import type { TransferAnswer } from '../../protocol/device-state.ts';
import type { DeviceTransferTable } from '../../store/registry/entity-tables.ts';
import type { DeviceTable } from '../../store/registry/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';

export function presentDevice(row: DeviceTable): DeviceAnswer {
  return {
    id: row.id,
    tenant: row.tenant,
    kind: row.kind as DeviceAnswer['kind'], // written from that union alone
    model: row.model,
    serial: row.serial,
    identity:
      row.identity_sha256 === null
        ? null
        : {
            type: identityType(row.identity_type),
            sha256: row.identity_sha256,
          },
    facilityId: row.facility_id,
    partyId: row.party_id,
    lifecycle: row.lifecycle as DeviceAnswer['lifecycle'], // written from that union alone
    notedState: row.noted_state as DeviceAnswer['notedState'], // written from that union alone
    shippedAt: shownInstantOrNull(row.shipped_at_ms),
    dueAfterDays: row.due_after_days,
    maintenanceUntil: shownInstantOrNull(row.maintenance_until_ms),
    createdBy: row.created_by,
    createdAt: shownInstant(row.created_at_ms),
    changedAt: shownInstant(row.changed_at_ms),
    leafIndex: row.leaf_index,
  };
}

function identityType(type: string | null): NonNullable<DeviceAnswer['identity']>['type'] {
  return type === 'host-key' || type === 'nvidia-chip-key' ? type : 'tpm-ek';
}

export function presentTransfer(row: DeviceTransferTable): TransferAnswer {
  return {
    id: row.id,
    deviceId: row.device_id,
    fromTenant: row.from_tenant,
    toTenant: row.to_tenant,
    state: row.state as TransferAnswer['state'], // written from that union alone
    reason: row.reason,
    offeredBy: row.offered_by,
    offeredAt: shownInstant(row.offered_at_ms),
    decidedBy: row.decided_by,
    decidedAt: shownInstantOrNull(row.decided_at_ms),
    decidedReason: row.decided_reason,
    newDeviceId: row.new_device_id,
    leafIndex: row.leaf_index,
  };
}
