import { formatInstant } from '../../bytes/instant.ts';
import { hostRecord } from '../../store/attestation/hosts.ts';
import type { Tx } from '../../store/port.ts';
import {
  accessById,
  accessesAfter,
  accessesOfTenantAfter,
  endAccess as endAccessRow,
  insertAccess,
} from '../../store/registry/customers.ts';
import type { PartyAccessTable } from '../../store/registry/entity-tables.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import { partyById } from '../../store/registry/parties.ts';
import { visibleTenant } from '../access/visibility.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';
import { knowYourCustomerOfParty } from './customers.ts';

export type NewAccess = {
  readonly partyId: string;
  /** One of the two. */
  readonly hostId?: string | undefined;
  readonly facilityId?: string | undefined;
  /** Null: now. */
  readonly startedAt: Date | null;
};

/**
 * Records that an operator lets a party work on a host of its own, or on all that it has at a facility. A party that was not examined is recorded
 * all the same: that nobody examined it is what the record then shows.
 *
 * @throws RequestError `not_found` for what is not the operator's, `invalid_request`
 */
export async function startAccess(
  context: Context,
  by: Principal,
  wanted: NewAccess,
): Promise<PartyAccessTable> {
  return context.store.write(async (tx) => {
    const at = context.clock();
    const { partyId, hostId = null } = wanted;
    if ((await tx.first(partyById, { id: partyId })) === undefined) {
      throw new RequestError('not_found', 'no such party', { path: 'body.partyId' });
    }
    const facilityId = await requireOwn(tx, by, wanted);
    const startedAt = requirePast(wanted.startedAt ?? at, at, 'body.startedAt');
    const examined = (await knowYourCustomerOfParty(tx, partyId))?.id ?? null;
    const id = newIdentifier('acc', context);
    const body = {
      accessId: id,
      partyId,
      facilityId,
      hostId,
      startedAt: formatInstant(startedAt),
      knowYourCustomerId: examined,
      by: by.id,
    };
    const row: PartyAccessTable = {
      id,
      party_id: partyId,
      tenant: by.tenant,
      facility_id: facilityId,
      host_id: hostId,
      know_your_customer_id: examined,
      started_at_ms: startedAt.getTime(),
      started_by: by.id,
      ended_at_ms: null,
      ended_by: null,
      ended_reason: null,
      leaf_index: await recordAct(tx, context, { type: 'access.started', at, tenant: by.tenant, body }),
    };
    await tx.run(insertAccess, row);
    return row;
  });
}

/** @returns the facility */
async function requireOwn(tx: Tx, by: Principal, { hostId, facilityId }: NewAccess): Promise<string> {
  if (hostId !== undefined) {
    const host = await tx.first(hostRecord, { id: hostId });
    if (host?.tenant === by.tenant) return host.facility_id;
    throw new RequestError('not_found', 'you operate no such host', { path: 'body.hostId' });
  }
  const facility = await tx.first(facilityById, { id: facilityId ?? '' });
  if (facility?.operator_tenant === by.tenant) return facility.id;
  throw new RequestError('not_found', 'you operate no such facility', { path: 'body.facilityId' });
}

function requirePast(instant: Date, at: Date, path: string): Date {
  if (instant <= at) return instant;
  throw new RequestError('invalid_request', 'that has not come to pass', {
    path,
    expected: `not after ${formatInstant(at)}`,
    actual: formatInstant(instant),
  });
}

/** @throws RequestError `not_found`, `conflict` for one that has ended, `invalid_request` */
export async function endAccess(
  context: Context,
  by: Principal,
  id: string,
  { endedAt, reason }: { readonly endedAt: Date | null; readonly reason: string },
): Promise<PartyAccessTable> {
  return context.store.write(async (tx) => {
    const row = await tx.first(accessById, { id });
    if (row?.tenant !== by.tenant) throw new RequestError('not_found', 'you gave no such access');
    if (row.ended_at_ms !== null) throw new RequestError('conflict', 'the access has ended already');
    const at = context.clock();
    const ended = requirePast(endedAt ?? at, at, 'body.endedAt');
    if (ended.getTime() < row.started_at_ms) {
      const where = { path: 'body.endedAt', actual: formatInstant(ended) };
      throw new RequestError('invalid_request', 'it would have ended before it began', where);
    }
    const { party_id: partyId, host_id: hostId, facility_id: facilityId } = row;
    const body = {
      accessId: id,
      partyId,
      facilityId,
      hostId,
      endedAt: formatInstant(ended),
      reason,
      by: by.id,
    };
    const changed = {
      id,
      ended_at_ms: ended.getTime(),
      ended_by: by.id,
      ended_reason: reason,
      leaf_index: await recordAct(tx, context, { type: 'access.ended', at, tenant: row.tenant, body }),
    };
    await tx.run(endAccessRow, changed);
    return { ...row, ...changed };
  });
}

/** An operator's own; the authority and its auditors see everybody's. */
export async function listAccesses(
  context: Context,
  by: Principal,
  page: PageRequest,
): Promise<Page<PartyAccessTable>> {
  const tenant = visibleTenant(by);
  return pageFrom(page, (range) =>
    context.store.read((view) =>
      tenant === null
        ? view.all(accessesAfter, range)
        : view.all(accessesOfTenantAfter, { ...range, tenant }),
    ),
  );
}
