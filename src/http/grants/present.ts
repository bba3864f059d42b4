import type { IssuedGrant } from '../../protocol/grant.ts';
import { halfLifeMs } from '../../service/grant/lease.ts';
import type { LicenceStanding, StandingGrant } from '../../service/grant/of-host.ts';
import type { LicenceGrantTable } from '../../store/grants/tables.ts';
import { shownInstant } from '../instants.ts';
import type { GrantAnswer, HostGrantAnswer } from './schema.ts';

export function presentIssued(row: LicenceGrantTable): IssuedGrant {
  return {
    grantId: row.id,
    hostId: row.host_id,
    grant: row.token,
    expiresAt: shownInstant(row.expires_at_ms),
    renewAfter: shownInstant(halfLifeMs(row.issued_at_ms, row.expires_at_ms)),
    devices: JSON.parse(row.devices), // what `issueGrants` wrote
    leafIndex: row.leaf_index,
  };
}

export function presentGrant(row: LicenceGrantTable): GrantAnswer {
  return {
    ...presentIssued(row),
    licenceId: row.licence_id,
    tenant: row.tenant,
    hostTenant: row.host_tenant,
    facilityId: row.facility_id,
    decisionId: row.decision_id,
    issuedAt: shownInstant(row.issued_at_ms),
    status: row.status,
  };
}

export function presentStanding({ licenceId, grant, denied }: LicenceStanding): HostGrantAnswer {
  return {
    licenceId,
    grant: grant === null ? null : presentNewest(grant),
    denied:
      denied === null
        ? null
        : {
            at: shownInstant(denied.atMs),
            decisionId: denied.decisionId,
            reasons: [...denied.reasons],
          },
  };
}

function presentNewest(grant: StandingGrant): NonNullable<HostGrantAnswer['grant']> {
  const { id, status, decisionId, issuedAtMs, expiresAtMs, devices, heldBy } = grant;
  return {
    grantId: id,
    status,
    decisionId,
    issuedAt: shownInstant(issuedAtMs),
    expiresAt: shownInstant(expiresAtMs),
    renewAfter: shownInstant(halfLifeMs(issuedAtMs, expiresAtMs)),
    devices: [...devices],
    heldBy: [...heldBy],
  };
}
