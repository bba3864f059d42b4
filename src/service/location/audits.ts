import { formatInstant } from '../../bytes/instant.ts';
import { CALLED } from '../../policy/audit-standing.ts';
import type { FacilityAuditContent, FacilityAuditRequest } from '../../protocol/facility-audit.ts';
import { licencesNaming } from '../../store/events/licence-subjects.ts';
import { principalById } from '../../store/registry/access.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import type { FacilityTable, TrustInputTable } from '../../store/registry/tables.ts';
import { auditsSeenAfter, auditsSeenByName } from '../../store/registry/trust.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { conditionsOf } from '../licence/conditions.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';
import { type Auditor, independenceOf, ofFacility, ofLicence } from '../registry/independence.ts';
import { proposeAudit } from '../trust/propose.ts';

/**
 * Files an audit of a facility: a trust input that counts once the authority has approved it. A signal of tampering counts at
 * once, for it only takes trust away; it stays until a later audit without one is approved.
 *
 * @throws RequestError `not_found`; `auditor_related` for an auditor of the house that proposed it, that operates it, or that holds a
 *   licence which names it, and for one that has an owner in common with any of these or with a party of such a licence; `invalid_request`
 *   for an audit of the future. One whose owners, or theirs, are not declared is filed, and counts once they are
 */
export async function fileAudit(
  context: Context,
  by: Principal,
  facilityId: string,
  request: FacilityAuditRequest,
): Promise<TrustInputTable> {
  const facility = await context.store.first(facilityById, { id: facilityId });
  if (facility === undefined) throw new RequestError('not_found', 'no such facility');
  const row = await context.store.first(principalById, { id: by.id });
  const auditor = { auditor: by.id, auditorParty: row?.party_id ?? null };
  await requireUnrelated(context, auditor, facility);
  const at = context.clock();
  if (Date.parse(request.auditedAt) > at.getTime()) {
    throw new RequestError('invalid_request', 'the audit is of the future', {
      path: 'body.auditedAt',
      expected: `by ${formatInstant(at)}`,
      actual: request.auditedAt,
    });
  }
  const content: FacilityAuditContent = {
    ...request,
    name: auditName(facilityId),
    version: formatInstant(at),
    facilityId,
    ...auditor,
  };
  return proposeAudit(context, by, content);
}

/** The refusal names the relation, and nobody: a licence may be of a tenant that the auditor has nothing to do with. */
async function requireUnrelated(context: Context, auditor: Auditor, facility: FacilityTable): Promise<void> {
  const { standing, to } = await context.store.read(async (view) => {
    const licences = await view.all(licencesNaming, { subject: `facility:${facility.id}` });
    const everybody = licences.flatMap(({ tenant, conditions }) =>
      ofLicence(tenant, conditionsOf(conditions).conditions),
    );
    return independenceOf(view, auditor, [...ofFacility(facility), ...everybody]);
  });
  if (standing !== 'related') return;
  throw new RequestError('auditor_related', `the auditor is related to ${CALLED[to]}`, {
    path: 'caller.party',
    expected: 'an auditor of another house, with no owner in common',
    actual: to,
  });
}

/** Of a facility, the same in every version. */
function auditName(facilityId: string): string {
  return `audit.${facilityId.replace('_', '.')}`;
}

export type AuditPage = PageRequest & { readonly facilityId?: string | undefined };

/** Audits of every facility, or of one, whatever became of them: to an operator those of facilities that it operates, to the others all. */
export async function listAudits(
  { store }: Context,
  by: Principal,
  { facilityId, ...page }: AuditPage,
): Promise<Page<TrustInputTable>> {
  const tenant = visibleTenant(by) ?? '';
  return pageFrom(page, ({ after, limit }) =>
    store.read(async (view) => {
      if (facilityId === undefined) return view.all(auditsSeenAfter, { tenant, after, limit });
      const rows = await view.all(auditsSeenByName, { tenant, name: auditName(facilityId) });
      return rows.filter(({ id }) => id > after).slice(0, limit);
    }),
  );
}
