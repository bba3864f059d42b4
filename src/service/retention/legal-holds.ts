import { HELD_KINDS, type HeldKind } from '../../protocol/retention.ts';
import { hostRecord } from '../../store/attestation/hosts.ts';
import { licenceById } from '../../store/attestation/licences.ts';
import { incidentById } from '../../store/events/incidents.ts';
import type { View } from '../../store/port.ts';
import { deviceById } from '../../store/registry/devices.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import { partyById } from '../../store/registry/parties.ts';
import {
  insertLegalHold,
  legalHoldById,
  legalHoldsAfter,
  liftLegalHold,
} from '../../store/retention/holds.ts';
import type { LegalHoldTable } from '../../store/retention/tables.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';

/**
 * Stops the deletion of whatever a subject touches, from the commit of this act on. Several people may hold the same: each hold is
 * lifted by itself.
 *
 * @param subject `<kind>:<id>`, of {@link HELD_KINDS}
 * @throws RequestError `not_found`
 */
export async function placeLegalHold(
  context: Context,
  by: Principal,
  { subject, reason }: { readonly subject: string; readonly reason: string },
): Promise<LegalHoldTable> {
  const at = context.clock();
  return context.store.write(async (tx) => {
    await requireSubject(tx, subject);
    const id = newIdentifier('hld', context);
    const body = { legalHoldId: id, subject, reason, by: by.id };
    const leafIndex = await recordAct(tx, context, {
      type: 'legal-hold.placed',
      at,
      tenant: by.tenant,
      body,
    });
    const placed = { placed_by: by.id, placed_at_ms: at.getTime(), leaf_index: leafIndex };
    await tx.run(insertLegalHold, { id, subject, reason, ...placed });
    return requireHold(tx, id);
  });
}

/** Ends a hold, with a reason: what is old enough may then go with the next look. @throws RequestError `not_found`, `conflict` */
export async function endLegalHold(
  context: Context,
  by: Principal,
  id: string,
  reason: string,
): Promise<LegalHoldTable> {
  const at = context.clock();
  return context.store.write(async (tx) => {
    const hold = await requireHold(tx, id);
    if (hold.lifted_at_ms !== null) throw new RequestError('conflict', 'the hold was lifted before');
    const body = { legalHoldId: id, subject: hold.subject, reason, by: by.id };
    const leafIndex = await recordAct(tx, context, {
      type: 'legal-hold.lifted',
      at,
      tenant: by.tenant,
      body,
    });
    await tx.run(liftLegalHold, { id, by: by.id, nowMs: at.getTime(), reason, leafIndex });
    return requireHold(tx, id);
  });
}

export function listLegalHolds({ store }: Context, page: PageRequest): Promise<Page<LegalHoldTable>> {
  return pageFrom(page, (range) => store.read((view) => view.all(legalHoldsAfter, range)));
}

async function requireHold(view: View, id: string): Promise<LegalHoldTable> {
  const hold = await view.first(legalHoldById, { id });
  if (hold !== undefined) return hold;
  throw new RequestError('not_found', 'there is no such legal hold');
}

const SUBJECTS: { readonly [K in HeldKind]: (view: View, id: string) => Promise<unknown> } = {
  licence: (view, id) => view.first(licenceById, { id }),
  party: (view, id) => view.first(partyById, { id }),
  facility: (view, id) => view.first(facilityById, { id }),
  host: (view, id) => view.first(hostRecord, { id }),
  device: (view, id) => view.first(deviceById, { id }),
  incident: (view, id) => view.first(incidentById, { id }),
};

/** A hold on something that is not there would be a hold on nothing. */
async function requireSubject(view: View, subject: string): Promise<void> {
  const [kind = '', id = ''] = subject.split(':');
  const known = HELD_KINDS.find((one) => one === kind);
  if (known !== undefined && (await SUBJECTS[known](view, id)) !== undefined) return;
  throw new RequestError('not_found', `there is no ${subject}`, { path: 'body.subject' });
}
