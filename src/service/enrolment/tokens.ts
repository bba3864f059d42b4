import {
  allTokensAfter,
  insertToken,
  revokeToken,
  tokenById,
  tokensAfter,
} from '../../store/attestation/enrolment-tokens.ts';
import type { EnrolmentTokenTable } from '../../store/attestation/tables.ts';
import { visibleTenant } from '../access/visibility.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';
import { requireFacility } from './facility.ts';
import { hashEnrolmentSecret, newEnrolmentSecret } from './token-secret.ts';

/** A device that the operator says the host holds: its own word, and shown as such wherever it counts. */
export type Claim = { readonly kind: 'host-tpm' | 'host-tee' | 'gpu' | 'switch'; readonly serial: string };

export type TokenWish = {
  readonly facilityId: string;
  readonly expiresInSeconds: number;
  readonly devices: readonly Claim[];
};

/** Refused enrolments count, so that a stolen token is not good for ever; an agent that retries for a day stays below. */
const ATTEMPTS = 100;

/**
 * Mints a token with which one host can be enrolled at one facility.
 * @throws RequestError `not_found`, `conflict` as of the facility
 */
export async function mintEnrolmentToken(
  context: Context,
  by: Principal,
  wish: TokenWish,
): Promise<{ readonly row: EnrolmentTokenTable; readonly token: string }> {
  const at = context.clock();
  const token = newEnrolmentSecret(context);
  const row: EnrolmentTokenTable = {
    id: newIdentifier('ent', context),
    tenant: by.tenant,
    facility_id: wish.facilityId,
    secret_hash: hashEnrolmentSecret(token),
    claims: JSON.stringify(wish.devices),
    created_by: by.id,
    created_at_ms: at.getTime(),
    expires_at_ms: at.getTime() + wish.expiresInSeconds * 1000,
    attempts_left: ATTEMPTS,
    consumed_at_ms: null,
    host_id: null,
    revoked_at_ms: null,
  };
  return context.store.write(async (tx) => {
    await requireFacility(tx, by.tenant, wish.facilityId, at);
    await tx.run(insertToken, row);
    const { id: tokenId, facility_id: facilityId, tenant } = row;
    const body = { tokenId, facilityId, devices: wish.devices.map((claim) => ({ ...claim })), by: by.id };
    await recordAct(tx, context, { type: 'enrolment-token.minted', at, tenant, body });
    return { row, token };
  });
}

export async function listEnrolmentTokens(
  { store }: Context,
  principal: Principal,
  page: PageRequest,
): Promise<Page<EnrolmentTokenTable>> {
  const tenant = visibleTenant(principal);
  return pageFrom(page, (range) =>
    store.read((view) =>
      tenant === null ? view.all(allTokensAfter, range) : view.all(tokensAfter, { ...range, tenant }),
    ),
  );
}

/**
 * Ends a token; ending it again changes nothing.
 * @throws RequestError `not_found`; `conflict` where it has enrolled its host
 */
export async function revokeEnrolmentToken(
  context: Context,
  by: Principal,
  id: string,
): Promise<EnrolmentTokenTable> {
  const at = context.clock();
  return context.store.write(async (tx) => {
    const row = await tx.first(tokenById, { id });
    if (row?.tenant !== by.tenant) throw new RequestError('not_found', 'there is no such enrolment token');
    if (row.consumed_at_ms !== null) {
      throw new RequestError('conflict', `the token has enrolled the host ${row.host_id}: suspend that`);
    }
    if (row.revoked_at_ms !== null) return row;
    await tx.run(revokeToken, { id, nowMs: at.getTime() });
    const { tenant } = row;
    await recordAct(tx, context, {
      type: 'enrolment-token.revoked',
      at,
      tenant,
      body: { tokenId: id, by: by.id },
    });
    return { ...row, revoked_at_ms: at.getTime() };
  });
}
