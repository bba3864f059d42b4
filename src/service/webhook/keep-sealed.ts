import type { WebhookTable } from '../../store/events/tables.ts';
import { sealWebhookSecrets, webhookById, webhooksAfter } from '../../store/events/webhooks.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { sealedBy } from '../sealing/seal.ts';
import { digestOf, reopened, sealSecret } from './secrets.ts';

const PAGE = 100;

/**
 * Seals the secrets that lie in clear, as versions of before left them, or under another key than the one that seals; then drops keys that
 * were given up. Whatever cannot be opened stays as it is: its webhook is served no more until it gets another secret.
 *
 * @returns how many webhooks were changed
 */
export async function keepSecretsSealed(context: Context): Promise<number> {
  const { store, keys } = context;
  const kid = await store.read((view) => keys.seal.current(view));
  let changed = 0;
  for (let after = ''; ; ) {
    const rows = await store.read((view) => view.all(webhooksAfter, { after, limit: PAGE }));
    const wanting = rows.filter((row) => isWanting(row, kid));
    if (wanting.length > 0) {
      changed += await store.write(async (tx) => {
        let count = 0;
        for (const { id } of wanting) count += await sealAnew(context, tx, id);
        return count;
      });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) break;
    after = last.id;
  }
  await keys.seal.dropRevoked();
  return changed;
}

function isWanting({ secret, previous_secret }: WebhookTable, kid: string): boolean {
  return sealedBy(secret) !== kid || (previous_secret !== null && sealedBy(previous_secret) !== kid);
}

async function sealAnew(context: Context, tx: Tx, id: string): Promise<number> {
  const row = await tx.first(webhookById, { id });
  if (row === undefined) return 0;
  const secret = reopened(context, id, row.secret);
  if (secret === null) {
    context.log.warn({ webhookId: id }, 'webhook.secret-unreadable');
    return 0;
  }
  const { previous_secret } = row;
  const before = previous_secret === null ? null : reopened(context, id, previous_secret);
  return tx.run(sealWebhookSecrets, {
    id,
    before: row.secret,
    secret: await sealSecret(context, tx, id, secret),
    // As it is said, not as it would be: what somebody put in another's place is not made right by sealing it.
    sha256: digestOf(row),
    previous: before === null ? null : await sealSecret(context, tx, id, before),
  });
}
