import { domain } from '../../bytes/domain.ts';
import { toUtf8 } from '../../bytes/text.ts';
import type { WebhookTable } from '../../store/events/tables.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { sealedBy } from '../sealing/seal.ts';
import { secretDigest } from './digests.ts';

/*
 * A webhook's secrets as its row has them. The row has the digest that acts name beside the present one: whoever has the store alone puts
 * neither another secret in its place, nor one that the webhook had before, without its being noticed here or by an audit.
 */

type Secrets = Pick<
  WebhookTable,
  'id' | 'secret' | 'secret_sha256' | 'previous_secret' | 'previous_until_ms'
>;

export function sealSecret({ keys }: Context, tx: Tx, id: string, secret: string): Promise<string> {
  return keys.seal.seal(tx, about(id), secret);
}

/** What signs at an instant, the present secret first; null where that cannot be read: nothing is sent without its signature. */
export function secretsAt(context: Context, row: Secrets, atMs: number): readonly string[] | null {
  const { id, secret: kept, previous_secret, previous_until_ms } = row;
  const secret = reopened(context, id, kept);
  if (secret === null || digestOf(row) !== secretDigest({ id, secret })) return null;
  if (previous_secret === null || previous_until_ms === null || atMs >= previous_until_ms) return [secret];
  const previous = reopened(context, id, previous_secret);
  return previous === null ? [secret] : [secret, previous];
}

/** As acts name the present secret. */
export function digestOf({
  id,
  secret,
  secret_sha256,
}: Pick<Secrets, 'id' | 'secret' | 'secret_sha256'>): string {
  // A digest that somebody wrote beside a secret in clear says nothing of it.
  return sealedBy(secret) === null ? secretDigest({ id, secret }) : (secret_sha256 ?? 'none');
}

/** A secret as it is, sealed or not; null where it cannot be read any more. */
export function reopened({ keys }: Context, id: string, kept: string): string | null {
  return sealedBy(kept) === null ? kept : keys.seal.open(about(id), kept);
}

function about(id: string): Uint8Array {
  return domain('webhook-secret-of', toUtf8(id, 'webhook.id'));
}
