import { formatInstant } from '../../bytes/instant.ts';
import type { FacilityAuditContent, FacilityAuditRequest } from '../../protocol/facility-audit.ts';
import { licenceNaming } from '../../store/events/licence-subjects.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { proposeAudit } from '../trust/propose.ts';

/**
 * Files an audit of a facility: a trust input that counts once the authority has approved it. A signal of tampering counts at
 * once, for it only takes trust away; it stays until a later audit without one is approved.
 *
 * @throws RequestError `not_found`; `forbidden` for an auditor of the house that proposed it, that
 *   operates it, or that holds a licence which names it; `invalid_request`
 *   for an audit of the future
 */
export async function fileAudit(
  context: Context,
  by: Principal,
  facilityId: string,
  request: FacilityAuditRequest,
): Promise<TrustInputTable> {
  const facility = await context.store.first(facilityById, { id: facilityId });
  if (facility === undefined) throw new RequestError('not_found', 'no such facility');
  const named = { subject: `facility:${facilityId}`, tenant: by.tenant };
  const licence = await context.store.first(licenceNaming, named);
  if (by.tenant === facility.tenant || by.tenant === facility.operator_tenant || licence !== undefined) {
    throw new RequestError('forbidden', 'an audit is by neither exporter nor operator nor licensee', {
      path: 'facility.operatorTenant',
      expected: 'an auditor of another organisation',
      actual: by.tenant,
    });
  }
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
    name: `audit.${facilityId.replace('_', '.')}`,
    version: formatInstant(at),
    facilityId,
    auditor: by.id,
  };
  return proposeAudit(context, by, content);
}
