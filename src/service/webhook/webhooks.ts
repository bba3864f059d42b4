import type { ActBody } from '../../record/leaf.ts';
import type { WebhookTable } from '../../store/events/tables.ts';
import {
  deleteWebhook,
  insertWebhook,
  replayWebhook,
  rotateWebhookSecret,
  webhookById,
  webhooksOfTenantAfter,
} from '../../store/events/webhooks.ts';
import type { Tx, View } from '../../store/port.ts';
import { visibleTenant } from '../access/visibility.ts';
import { type ActType, recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { lastSequence } from '../events/read.ts';
import { newIdentifier } from '../identifier.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';
import { send } from './deliver.ts';
import { secretDigest, targetDigest } from './digests.ts';
import type { Delivery } from './post.ts';
import { reopened, sealSecret } from './secrets.ts';
import { SECRET_BYTES, SECRET_PREFIX } from './sign.ts';
import { readTarget, STRICT } from './target.ts';

/** Each is looked at whenever an event is told. */
const MAX_OF_TENANT = 20;
/** How long the secret before signs besides the present one. */
export const SECRET_OVERLAP_MS = 86_400_000;

export type WebhookWish = { readonly url: string; readonly types?: readonly string[] | undefined };

/** With the secret, which is shown this once. */
export type WebhookWithSecret = {
  readonly webhook: WebhookTable;
  readonly secret: string;
  readonly leafIndex: number;
};

/**
 * Registers where somebody wants to be told, from now on, of what their token's scopes show.
 * @throws RequestError `invalid_request` for an address that deliveries may not reach, `conflict` for one too many
 */
export async function addWebhook(
  context: Context,
  by: Principal,
  { url, types }: WebhookWish,
): Promise<WebhookWithSecret> {
  const target = readTarget(url, context.config.webhookTargets ?? STRICT);
  const at = context.clock();
  const id = newIdentifier('whk', context);
  const row = {
    id,
    tenant: by.tenant,
    principal_id: by.id,
    sees_all: visibleTenant(by) === null ? 1 : 0,
    scopes: [...by.scopes].join(' '),
    url: target.href,
    types: types === undefined ? null : JSON.stringify(types),
    created_at_ms: at.getTime(),
  };
  const secret = newSecret(context);
  const sha256 = secretDigest({ id, secret });
  return context.store.write(async (tx) => {
    const others = await tx.all(webhooksOfTenantAfter, {
      tenant: by.tenant,
      after: '',
      limit: MAX_OF_TENANT,
    });
    if (others.length >= MAX_OF_TENANT)
      throw new RequestError('conflict', `a tenant has at most ${MAX_OF_TENANT} webhooks: remove one`);
    const said = { targetSha256: targetDigest(row), secretSha256: sha256 };
    const leafIndex = await recordChange(context, tx, by, { type: 'webhook.added', webhookId: id, at, said });
    const sealed = { secret: await sealSecret(context, tx, id, secret), secret_sha256: sha256 };
    await tx.run(insertWebhook, { ...row, ...sealed, cursor: await lastSequence(tx) });
    return { webhook: await readWebhook(tx, by, id), secret, leafIndex };
  });
}

export async function listWebhooks(
  { store }: Context,
  { tenant }: Principal,
  page: PageRequest,
): Promise<Page<WebhookTable>> {
  return pageFrom(page, (range) =>
    store.read((view) => view.all(webhooksOfTenantAfter, { ...range, tenant })),
  );
}

/** @returns what is gone @throws RequestError `not_found` */
export async function removeWebhook(context: Context, by: Principal, id: string): Promise<string> {
  const at = context.clock();
  return context.store.write(async (tx) => {
    await readWebhook(tx, by, id);
    await recordChange(context, tx, by, { type: 'webhook.removed', webhookId: id, at });
    await tx.run(deleteWebhook, { id });
    return id;
  });
}

/** Gives a webhook another secret; the one before signs too for a day. @throws RequestError `not_found` */
export async function rotateSecret(context: Context, by: Principal, id: string): Promise<WebhookWithSecret> {
  const at = context.clock();
  return context.store.write(async (tx) => {
    const row = await readWebhook(tx, by, id);
    const before = reopened(context, id, row.secret);
    const secret = newSecret(context);
    const sha256 = secretDigest({ id, secret });
    const said = { secretSha256: sha256 };
    const change = { type: 'webhook.secret-rotated', webhookId: id, at, said } as const;
    const leafIndex = await recordChange(context, tx, by, change);
    const untilMs = at.getTime() + SECRET_OVERLAP_MS;
    const sealed = await sealSecret(context, tx, id, secret);
    // One that nobody can read any more signs nothing either.
    const previous = before === null ? null : await sealSecret(context, tx, id, before);
    await tx.run(rotateWebhookSecret, { id, secret: sealed, sha256, previous, untilMs });
    return { webhook: await readWebhook(tx, by, id), secret, leafIndex };
  });
}

/**
 * Delivers every event behind a sequence number again, and takes up a webhook that was disabled.
 * @throws RequestError `not_found`; `invalid_request` for a number that is yet to come
 */
export async function replayEvents(
  context: Context,
  by: Principal,
  id: string,
  after: number,
): Promise<WebhookTable> {
  const at = context.clock();
  return context.store.write(async (tx) => {
    await readWebhook(tx, by, id);
    const last = await lastSequence(tx);
    if (after > last) {
      throw new RequestError('invalid_request', 'there is no such event yet', {
        path: 'body.after',
        expected: `at most ${last}`,
        actual: String(after),
      });
    }
    await recordChange(context, tx, by, { type: 'webhook.replayed', webhookId: id, at, said: { after } });
    await tx.run(replayWebhook, { id, cursor: after, nowMs: at.getTime() });
    return readWebhook(tx, by, id);
  });
}

/** Sends one message that tells of nothing, now, and answers what came of it. @throws RequestError `not_found` */
export async function testWebhook(
  context: Context,
  by: Principal,
  id: string,
  signal: AbortSignal,
): Promise<Delivery> {
  const row = await context.store.read((view) => readWebhook(view, by, id));
  const event = {
    id: newIdentifier('evt', context),
    sequence: 0,
    type: 'webhook.test',
    timestamp: context.clock().toISOString(),
    tenant: row.tenant,
    subject: `webhook:${id}`,
    data: {},
  };
  return send(context, row, event, signal);
}

async function readWebhook(view: View, by: Principal, id: string): Promise<WebhookTable> {
  const row = await view.first(webhookById, { id });
  if (row?.tenant === by.tenant) return row;
  throw new RequestError('not_found', 'there is no such webhook');
}

function newSecret({ random }: Pick<Context, 'random'>): string {
  return SECRET_PREFIX + Buffer.from(random(SECRET_BYTES)).toString('base64');
}

type Change = {
  readonly type: Extract<ActType, `webhook.${string}`>;
  readonly webhookId: string;
  readonly at: Date;
  readonly said?: ActBody;
};

/** Neither address nor secret is in the leaf, for an address may be a secret too: their digests are. */
function recordChange(
  context: Context,
  tx: Tx,
  { id: by, tenant }: Principal,
  { type, webhookId, at, said = {} }: Change,
): Promise<number> {
  const body = { webhookId, by, ...said };
  return recordAct(tx, context, { type, at, tenant, body });
}
