import { type ChallengeScope, MAX_POPULATION } from '../../protocol/challenge.ts';
import { devicesAtFacilityAfter } from '../../store/challenges/statements.ts';
import type { View } from '../../store/port.ts';
import { deviceById, devicesOfPartyAfter } from '../../store/registry/devices.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import { partyById } from '../../store/registry/parties.ts';
import type { DeviceTable } from '../../store/registry/tables.ts';
import { RequestError } from '../errors.ts';
import { conditionsOf } from '../licence/conditions.ts';
import { readLicence } from '../licence/licences.ts';
import type { Principal } from '../principal.ts';

const PAGE = 500;

/**
 * The devices that a draw is made from: in service, and not in a maintenance that was declared. In a snapshot of the caller's.
 *
 * @throws RequestError `not_found`; `invalid_request` where there are too many, or none
 */
export async function readPopulation(
  view: View,
  by: Principal,
  of: ChallengeScope,
  at: Date,
): Promise<string[]> {
  const ids: string[] = [];
  for await (const row of devicesOf(view, by, of)) {
    if (mayBeAsked(row, at)) ids.push(row.id);
    if (ids.length > MAX_POPULATION) throw badPopulation(`at most ${MAX_POPULATION} devices`, 'more');
  }
  if (ids.length === 0) throw badPopulation('a device in service', 'none');
  return ids;
}

function mayBeAsked(
  { lifecycle, maintenance_from_ms: from, maintenance_until_ms: until }: DeviceTable,
  at: Date,
): boolean {
  const atMs = at.getTime();
  const isMaintained = from !== null && until !== null && from <= atMs && atMs < until;
  return lifecycle === 'in-service' && !isMaintained;
}

async function* devicesOf(
  view: View,
  by: Principal,
  { kind, id }: ChallengeScope,
): AsyncGenerator<DeviceTable> {
  switch (kind) {
    case 'licence': {
      const { conditions } = await readLicence(view, by, id);
      for (const device of new Set(conditionsOf(conditions).conditions.devices)) {
        const row = await view.first(deviceById, { id: device });
        if (row !== undefined) yield row;
      }
      return;
    }
    case 'facility':
      if ((await view.first(facilityById, { id })) === undefined) throw none(kind);
      yield* pages((after) => view.all(devicesAtFacilityAfter, { facilityId: id, after, limit: PAGE }));
      return;
    case 'party':
      if ((await view.first(partyById, { id })) === undefined) throw none(kind);
      yield* pages((after) => view.all(devicesOfPartyAfter, { partyId: id, after, limit: PAGE }));
      return;
  }
}

async function* pages(read: (after: string) => Promise<DeviceTable[]>): AsyncGenerator<DeviceTable> {
  for (let after = ''; ; ) {
    const rows = await read(after);
    yield* rows;
    after = rows.at(-1)?.id ?? after;
    if (rows.length < PAGE) return;
  }
}

function none(kind: string): RequestError {
  return new RequestError('not_found', `there is no such ${kind}`);
}

function badPopulation(expected: string, actual: string): RequestError {
  const details = { path: 'body.of', expected, actual };
  return new RequestError('invalid_request', 'there is nothing to draw from, or too much', details);
}
