import { contentDigest } from '../../evidence/digest.ts';
import type { WebhookTable } from '../../store/events/tables.ts';

/** What acts say of a webhook instead of where it leads and what it is signed with, each bound to its id. */

type Target = Pick<WebhookTable, 'id' | 'tenant' | 'principal_id' | 'sees_all' | 'scopes' | 'url' | 'types'>;

/** Where it leads, and what of whose events is sent there. */
export function targetDigest(row: Target): string {
  const { id, tenant, principal_id: principalId, sees_all: seesAll, scopes, url, types } = row;
  return contentDigest('webhook-target', { id, tenant, principalId, seesAll, scopes, url, types });
}

/** Of 32 random bytes. */
export function secretDigest({ id, secret }: { readonly id: string; readonly secret: string }): string {
  return contentDigest('webhook-secret', { id, secret });
}
