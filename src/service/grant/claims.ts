import { contentDigest } from '../../evidence/digest.ts';
import { type GrantClaims, tenantAudience } from '../../protocol/grant.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import type { Context } from '../context.ts';
import type { Judged } from '../decision/judge.ts';
import { rootOfDevices } from './device-root.ts';
import type { HostToGrant } from './hosts.ts';
import { leaseSecondsOf } from './lease.ts';
import { listUri, type StatusPlace } from './status-place.ts';

/** What the store knows of a host, besides what was decided. */
export type HostFooting = {
  readonly tenant: string;
  readonly facility_id: string;
  readonly jkt: string;
  readonly session_id: string;
  readonly evidence_digest: string;
  readonly leaf_index: number;
};

export type GrantBasis = {
  readonly licence: LicenceTable;
  readonly gathered: Pick<Judged['gathered'], 'licence'>;
  readonly decision: Judged['decision'];
  /** The decision's leaf. */
  readonly leafIndex: number;
  readonly at: Date;
  /** Whether the devices are listed in the token, besides their root. */
  readonly listDevices: boolean;
};

type Named = {
  readonly id: string;
  readonly host: HostToGrant;
  readonly footing: HostFooting;
  readonly place: StatusPlace;
  readonly tpp: number | null;
};

/** Everything that a grant says: protocol/grant.ts. */
export function claimsFor(context: Context, basis: GrantBasis, named: Named): GrantClaims {
  const { licence, gathered, decision, leafIndex, at } = basis;
  const { conditions, conditionsSha256 } = gathered.licence;
  const { host, footing, place } = named;
  const issuedAt = Math.floor(at.getTime() / 1000);
  return {
    iss: context.config.publicUrl,
    sub: licence.id,
    aud: [...new Set([footing.tenant, licence.tenant])].map(tenantAudience),
    iat: issuedAt,
    nbf: issuedAt,
    exp: host.until.getTime() / 1000,
    jti: named.id,
    cnf: { jkt: footing.jkt },
    status: { status_list: { idx: place.position, uri: listUri(context, place.list) } },
    licence: {
      holder: licence.tenant,
      conditions: conditionsSha256,
      endUser: conditions.endUser ?? null,
      purpose: conditions.purpose ?? null,
      leaseSeconds: leaseSecondsOf(conditions),
    },
    host: { id: host.hostId, tenant: footing.tenant, facility: footing.facility_id },
    devices: {
      ...rootOfDevices(host.devices),
      ...(basis.listDevices ? { list: [...host.devices] } : {}),
    },
    tpp: named.tpp,
    level: host.level,
    waived: [...host.waived],
    decision: {
      id: decision.id,
      policy: decision.policy,
      packs: decision.packs.map(({ name, version, digest }) => ({ name, version, sha256: digest ?? '' })),
      trustInputs: trustDigest(decision.trustInputs),
      selfApproved: decision.selfApproved,
    },
    appraisal: {
      session: footing.session_id,
      evidence: footing.evidence_digest,
      leafIndex: footing.leaf_index,
    },
    log: { origin: context.config.logOrigin, leafIndex },
  };
}

let lastTrust = { named: '', digest: '' };

/** Most decisions rest on the same inputs as the one before. */
function trustDigest(inputs: readonly string[]): string {
  const named = inputs.join(' ');
  if (named !== lastTrust.named || named === '') {
    lastTrust = { named, digest: contentDigest('trust-inputs', [...inputs]) };
  }
  return lastTrust.digest;
}
