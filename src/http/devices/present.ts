import type { DeviceAnswer } from '../../protocol/device.ts';
import type { DeviceTable } from '../../store/registry/tables.ts';
import { shownInstant } from '../instants.ts';

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
    createdBy: row.created_by,
    createdAt: shownInstant(row.created_at_ms),
    changedAt: shownInstant(row.changed_at_ms),
    leafIndex: row.leaf_index,
  };
}

function identityType(type: string | null): NonNullable<DeviceAnswer['identity']>['type'] {
  return type === 'host-key' || type === 'nvidia-chip-key' ? type : 'tpm-ek';
}
