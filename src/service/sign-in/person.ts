import { hash } from 'node:crypto';
import { domain } from '../../bytes/domain.ts';
import { toUtf8 } from '../../bytes/text.ts';
import type { Tx } from '../../store/port.ts';
import type { PrincipalTable } from '../../store/registry/tables.ts';
import { insertIssuerSubject, movePrincipal, principalOfSubject } from '../../store/sign-in/flows.ts';
import { addPrincipal } from '../access/principals.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import type { IssuerSettings } from './issuer-settings.ts';
import type { Claims, Mapped } from './map-claims.ts';

const MAX_NAME_LENGTH = 200;

type Vouched = { readonly claims: Claims; readonly mapped: Exclude<Mapped, { readonly refused: string }> };

/**
 * The principal of a person whom the issuer vouches for: the same one each time, whatever their role becomes, so that nobody
 * approves in one role what they proposed in another. Where role or tenant has changed, sessions under the old ones end by it.
 *
 * The log holds a digest of the subject, or what `nameClaim` names: nothing else of the person.
 *
 * @returns null for somebody who was disabled here
 */
export async function personOf(
  context: Context,
  tx: Tx,
  { issuer, nameClaim }: IssuerSettings,
  { claims, mapped: { role, tenant } }: Vouched,
): Promise<PrincipalTable | null> {
  const by = 'issuer';
  const subject = subjectOf(issuer, claims);
  const known = await tx.first(principalOfSubject, { issuer, subject });
  if (known === undefined) {
    const name = nameOf(claims, nameClaim) ?? `issuer:${subject.slice(0, 16)}`;
    const row = await addPrincipal(context, tx, by, { name, role, tenant });
    await tx.run(insertIssuerSubject, { issuer, subject, principal_id: row.id });
    return row;
  }
  if (known.disabled_at_ms !== null) return null;
  if (known.role === role && known.tenant === tenant) return known;
  await tx.run(movePrincipal, { id: known.id, role, tenant });
  const was = { role: known.role, tenant: known.tenant };
  const body = { principalId: known.id, role, tenant, was, by };
  await recordAct(tx, context, {
    type: 'principal.changed',
    at: context.clock(),
    tenant: VERIFIER_TENANT,
    body,
  });
  return { ...known, role, tenant };
}

/** The library has seen to it that there is a subject. */
function subjectOf(issuer: string, { sub }: Claims): string {
  return hash(
    'sha256',
    domain('issuer-subject', toUtf8(issuer, 'issuer'), toUtf8(String(sub), 'sub')),
    'hex',
  );
}

function nameOf(claims: Claims, nameClaim: string | undefined): string | null {
  const value = nameClaim !== undefined && Object.hasOwn(claims, nameClaim) ? claims[nameClaim] : undefined;
  const name =
    typeof value === 'string' ? value.replaceAll('\u0000', '').trim().slice(0, MAX_NAME_LENGTH) : '';
  return name === '' ? null : name;
}
