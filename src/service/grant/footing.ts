import { chipNamesOfHost } from '../../store/attestation/chips.ts';
import { hostIdentity } from '../../store/attestation/hosts.ts';
import { claimsOfHost, declaredSelves } from '../../store/attestation/register.ts';
import type { ProvenChipTable } from '../../store/attestation/tables.ts';
import { Answers, foreseeing } from '../../store/foreseen.ts';
import { hostGrantStanding, hostToGrant } from '../../store/grants/grants.ts';
import { HOLDING, holdingsOfHost, renewalFooting } from '../../store/grants/renewals.ts';
import { leaseOf } from '../../store/ledger/leases.ts';
import type { Statement, Tx } from '../../store/port.ts';
import { tallyOfLicence } from '../../store/registry/deliveries.ts';
import { gateStamp } from '../../store/registry/gate-stamp.ts';
import { trustEpoch } from '../../store/registry/trust.ts';
import { SELF_KIND } from '../enrolment/link-devices.ts';

type RowOf<S> = S extends Statement<infer _, infer Row> ? Row : never;

type Renewing = { readonly hostId: string; readonly jkt: string; readonly licenceId: string };

/**
 * The unit of work of a renewal, with what it will ask about its host and licence read by one statement: the same rows at the same
 * moment, seven times cheaper. Each is answered once; what is asked again, after something was written, goes to the store.
 */
export async function withFooting(tx: Tx, { hostId, jkt, licenceId }: Renewing): Promise<Tx> {
  const row = await tx.first(renewalFooting, { hostId, licenceId });
  // Each of them says by itself that there is nothing; and that the host was enrolled with another key since.
  if (row === undefined || row.jkt !== jkt) return tx;
  const { id, tenant, facility_id, kind, identity_sha256, device_id } = row;
  const { suspended_at_ms, suspended_reason } = row;
  const host = { id, facility_id, kind, identity_sha256, device_id, suspended_at_ms, suspended_reason };
  const { session_id, evidence_digest, leaf_index, gate_stamp: stamp, epoch } = row;
  const answers = new Answers()
    .add(hostIdentity, { id: hostId, jkt }, [host])
    .add(
      hostToGrant,
      { hostId },
      joined(session_id, { tenant, facility_id, jkt, session_id, evidence_digest, leaf_index }),
    )
    .add(gateStamp, {}, joined(stamp, { stamp }))
    .add(trustEpoch, {}, joined(epoch, { epoch, stamp: row.trust_stamp }));
  addUse(answers, row, { hostId, licenceId });
  await addHoldings(tx, answers, { hostId, facilityId: facility_id, kind, identity: identity_sha256 });
  return foreseeing(tx, answers);
}

type Holding = { readonly hostId: string; readonly facilityId: string; readonly identity: string };

/** What `linkedDevices` asks about any host. */
async function addHoldings(
  tx: Tx,
  answers: Answers,
  { kind: hostKind, ...holding }: Holding & { readonly kind: 'tpm' | 'tee' },
): Promise<void> {
  const { hostId, facilityId, identity } = holding;
  const self = { facilityId, kind: SELF_KIND[hostKind], identity };
  const rows = await tx.all(holdingsOfHost, { hostId, ...self });
  // As they come sorted: ids are compared by code unit.
  const inOrder = rows.sort((one, other) => (one.id < other.id ? -1 : 1));
  const of = (wanted: number) => inOrder.filter(({ source }) => source === wanted);
  answers.add(
    declaredSelves,
    self,
    of(HOLDING.self).map(({ id, kind, serial }) => ({ id, kind, serial })),
  );
  answers.add(
    claimsOfHost,
    { hostId },
    of(HOLDING.claim).flatMap(({ id, kind, serial, identity_sha256, facility_id, link }) =>
      link === null ? [] : [{ id, kind, serial, identity_sha256, facility_id, link }],
    ),
  );
  answers.add(
    chipNamesOfHost,
    { hostId },
    of(HOLDING.chip).map(({ id, kind }) => ({ chip_sha256: id, kind: kind as ProvenChipTable['kind'] })), // as its column has it
  );
}

type Footing = RowOf<typeof renewalFooting>;

/** What the host had under the licence, and what that has drawn and delivered. */
function addUse(answers: Answers, row: Footing, key: Pick<Renewing, 'hostId' | 'licenceId'>): Answers {
  const { denied_at_ms, issued_at_ms, expires_at_ms, grant_id, grant_status, grant_devices } = row;
  const { held, holds_until_ms } = row;
  const granted = {
    held,
    holds_until_ms,
    id: grant_id,
    status: grant_status,
    issued_at_ms,
    expires_at_ms,
    devices: grant_devices,
  };
  const { terms, rate_e12, party_account, period, paid_from_ms, paid_until_ms, held_until_ms } = row;
  const paid = { period, paid_from_ms, paid_until_ms, held_until_ms, decision_id: row.decision_id };
  const lease = { licence_id: key.licenceId, host_id: key.hostId, terms, rate_e12, party_account, ...paid };
  const { delivered: devices, verified, missing, counted_at_ms, changes_at_ms } = row;
  const tally = { licence_id: key.licenceId, devices, verified, missing, counted_at_ms, changes_at_ms };
  return answers
    .add(hostGrantStanding, key, joined(row.granted, { denied_at_ms, ...granted }))
    .add(leaseOf, key, joined(terms, lease))
    .add(tallyOfLicence, { licenceId: key.licenceId }, joined(devices, tally));
}

/** A row that a left join found, or none: where one of its table's required columns is there, so are the others. */
function joined<Row>(required: unknown, columns: { readonly [K in keyof Row]: Row[K] | null }): Row[] {
  return required === null ? [] : [columns as Row]; // see above
}
