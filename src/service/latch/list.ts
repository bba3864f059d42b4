import { allLatchesAfter, latchById, latchesAfter, openLatchesOn } from '../../store/attestation/latches.ts';
import type { LatchTable } from '../../store/attestation/tables.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';

export async function listLatches(
  { store }: Context,
  principal: Principal,
  page: PageRequest,
): Promise<Page<LatchTable>> {
  const tenant = visibleTenant(principal);
  return pageFrom(page, (range) =>
    store.read((view) =>
      tenant === null ? view.all(allLatchesAfter, range) : view.all(latchesAfter, { ...range, tenant }),
    ),
  );
}

/**
 * What is held on one thing now, oldest first: as far as it is the principal's to see, and nothing of what it is not.
 * @param subject `<kind>:<id>`
 */
export async function openLatchesOf(
  { store }: Context,
  principal: Principal,
  subject: string,
): Promise<Page<LatchTable>> {
  const tenant = visibleTenant(principal);
  const colon = subject.indexOf(':');
  const subjectKind = subject.slice(0, colon) as LatchTable['subject_kind']; // as the schema has it
  const on = { subjectKind, subjectId: subject.slice(colon + 1) };
  const rows = await store.read((view) => view.all(openLatchesOn, on));
  return { items: rows.filter((row) => tenant === null || row.tenant === tenant), next: null };
}

/** @throws RequestError `not_found` */
export async function getLatch({ store }: Context, principal: Principal, id: string): Promise<LatchTable> {
  const row = await store.first(latchById, { id });
  const tenant = visibleTenant(principal);
  if (row === undefined || (tenant !== null && row.tenant !== tenant)) {
    throw new RequestError('not_found', 'there is no such hold');
  }
  return row;
}
