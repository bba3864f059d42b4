import { evidenceOfSession, sessionRecord } from '../../store/attestation/sessions.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';

/**
 * A session and what came of it: for its host's operator, the authority and its auditors.
 * @throws RequestError `not_found`, also for another tenant's
 */
export async function getSession({ store }: Context, by: Principal, id: string) {
  return requireVisible(by, await store.first(sessionRecord, { id }));
}

/**
 * A submission byte for byte as it was received, so that somebody who does not trust the verifier can judge it again.
 * @throws RequestError `not_found`, also for another tenant's and where nothing was submitted
 */
export async function getSubmission({ store }: Context, by: Principal, id: string) {
  return requireVisible(by, await store.first(evidenceOfSession, { id }));
}

function requireVisible<Row extends { readonly tenant: string }>(by: Principal, row: Row | undefined): Row {
  const tenant = visibleTenant(by);
  if (row !== undefined && (tenant === null || row.tenant === tenant)) return row;
  throw new RequestError('not_found', 'there is no such session, or nothing was submitted in it');
}
