import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { privateKeyFolder } from '../../../src/service/keys/private-keys.ts';
import { rotateKeys } from '../../../src/service/keys/rotate.ts';
import { openSealingKeys } from '../../../src/service/sealing/sealing-keys.ts';
import { deliverDue } from '../../../src/service/webhook/deliver.ts';
import { secretDigest } from '../../../src/service/webhook/digests.ts';
import { keepSecretsSealed } from '../../../src/service/webhook/keep-sealed.ts';
import { secretsAt } from '../../../src/service/webhook/secrets.ts';
import { webhookById } from '../../../src/store/events/webhooks.ts';
import type { Hole } from '../../../src/store/port.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import { rawSqlite } from '../../../src/store/sqlite/raw.ts';
import { statement } from '../../../src/store/statement.ts';
import { exportDatabase } from '../../../src/store/transfer/export.ts';
import { importDatabase } from '../../../src/store/transfer/import.ts';
import { onPostgres } from '../../postgres/choice.ts';
import { temporaryFolder } from '../../store/temporary.ts';
import { ask } from '../attestation/agent.ts';
import { makeWorld, type World } from '../attestation/world.ts';
import { auditStore } from '../audit/replay-all.ts';

type Message = { readonly headers: IncomingHttpHeaders; readonly body: string };

/** As somebody with the database alone writes. */
const setSecret = statement((db, hole: Hole<{ id: string; secret: string; sha256: string | null }>) =>
  db
    .updateTable('webhook')
    .set({ secret: hole('secret'), secret_sha256: hole('sha256') })
    .where('id', '=', hole('id')),
);
const eventsSoFar = statement((db, _hole: Hole<Record<never, never>>) =>
  db.selectFrom('event').select('body').orderBy('sequence'),
);
const leavesSoFar = statement((db, _hole: Hole<Record<never, never>>) =>
  db.selectFrom('log_leaf').select('body').orderBy('leaf_index'),
);

async function listen() {
  const messages: Message[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      messages.push({ headers: request.headers, body });
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { messages, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

function signed(
  { headers, body }: Message | { headers: Record<string, string>; body: string },
  secret: string,
) {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const mac = createHmac('sha256', key).update(
    `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`,
  );
  return String(headers['webhook-signature'])
    .split(' ')
    .includes(`v1,${mac.digest('base64')}`);
}

async function makeHook() {
  const world = await makeWorld({ webhookTargets: { plaintextToLoopback: true, privateNetworks: false } });
  const receiver = await listen();
  let now: World = world;
  const bearer = world.people.exporter.token;
  const post = (path: string, json: object) => ask(now, path, { bearer, json });
  const { body } = await post('/v1/webhooks', { url: receiver.url });
  const id = String(body.id);
  return {
    world,
    id,
    secret: String(body.secret),
    receiver,
    post,
    context: () => now.context,
    row: async () => {
      const row = await now.context.store.first(webhookById, { id });
      if (row === undefined) throw new Error('the webhook is gone');
      return row;
    },
    set: (secret: string, sha256: string | null) =>
      now.context.store.write((tx) => tx.run(setSecret, { id, secret, sha256 })),
    /** Tells an event, delivers what is due, and answers the last message that came. */
    deliver: async () => {
      receiver.messages.length = 0;
      await post('/v1/parties', { legalName: 'Acme', country: 'IS' });
      world.pass(7_200_000);
      while (await deliverDue(now.context, { signal: new AbortController().signal }));
      return receiver.messages.at(-1);
    },
    shown: async () => (await ask(now, '/v1/webhooks', { method: 'GET', bearer })).body.items[0],
    restart: async () => {
      now = { ...world, ...(await now.restart()) };
    },
    sealingKeys: () => readdirSync(join(world.folder, 'keys', 'seal')),
  };
}

const rotate = (world: World, compromised: boolean) =>
  rotateKeys(world.context, world.people.authority.principal, 'seal', { reason: 'a test', compromised });

describe('what a webhook signs with', () => {
  it('lies sealed, is shown once, and stands in no row, act, event or answer', async () => {
    const hook = await makeHook();
    expect(hook.secret).toMatch(/^whsec_/);
    const rotated = String((await hook.post(`/v1/webhooks/${hook.id}/secret`, {})).body.secret);
    const message = await hook.deliver();
    if (message === undefined) throw new Error('nothing was delivered');
    expect([signed(message, hook.secret), signed(message, rotated)]).toEqual([true, true]);
    const row = await hook.row();
    expect([row.secret, row.previous_secret]).toEqual([
      expect.stringMatching(/^sealed\./),
      expect.stringMatching(/^sealed\./),
    ]);
    const { store } = hook.context();
    const shown = [
      row,
      await hook.shown(),
      await store.read((view) => view.all(leavesSoFar, {})),
      await store.read((view) => view.all(eventsSoFar, {})),
      (await hook.post(`/v1/webhooks/${hook.id}/replay`, { after: 0 })).body,
      (await hook.post(`/v1/webhooks/${hook.id}/test`, {})).body,
      (await hook.post(`/v1/webhooks/${hook.id}/replay`, { after: 1e9 })).body,
    ];
    const text = JSON.stringify(shown);
    for (const secret of [hook.secret, rotated]) expect(text).not.toContain(secret.slice('whsec_'.length));
    expect(JSON.stringify(await hook.shown())).not.toContain('sealed.');
  });

  it.skipIf(onPostgres)(
    'of a version of before is sealed, and does not stay behind in the file',
    async () => {
      const hook = await makeHook();
      const clear = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
      const inFiles = (): boolean =>
        readdirSync(hook.world.folder)
          .filter((name) => name.startsWith('sextant.db'))
          .some((name) => readFileSync(join(hook.world.folder, name)).includes(clear));
      await hook.set(clear, null);
      expect(inFiles()).toBe(true);
      expect(signed((await hook.deliver()) as Message, clear)).toBe(true);
      expect(await keepSecretsSealed(hook.context())).toBe(1);
      expect(await keepSecretsSealed(hook.context())).toBe(0);
      const row = await hook.row();
      expect(row.secret).toMatch(/^sealed\./);
      expect(row.secret_sha256).toBe(secretDigest({ id: hook.id, secret: clear }));
      expect(signed((await hook.deliver()) as Message, clear)).toBe(true);
      await hook.restart();
      expect(inFiles()).toBe(false);
      // Sealing makes nothing right: acts speak of another secret.
      const { findings } = await auditStore(hook.context().store);
      expect(findings.map(({ code, subject }) => [code, subject])).toEqual([
        ['state.unrecorded', `webhook-secret ${hook.id}, how it stands`],
      ]);
    },
  );

  it('opens after a restart, and after another key seals; the one before is kept for backups', async () => {
    const hook = await makeHook();
    const before = await hook.row();
    await hook.restart();
    expect(signed((await hook.deliver()) as Message, hook.secret)).toBe(true);
    const [first] = hook.sealingKeys();
    await rotate({ ...hook.world, context: hook.context() }, false);
    expect((await hook.row()).secret).not.toBe(before.secret);
    expect(hook.sealingKeys()).toHaveLength(2);
    expect(hook.sealingKeys()).toContain(first);
    expect(signed((await hook.deliver()) as Message, hook.secret)).toBe(true);
    // As a backup of before brings it back.
    await hook.set(before.secret, before.secret_sha256);
    expect(signed((await hook.deliver()) as Message, hook.secret)).toBe(true);
    expect((await auditStore(hook.context().store)).findings).toEqual([]);
  });

  it('is sealed anew where keys are given up, whose files go; what they had sealed opens for nobody', async () => {
    const hook = await makeHook();
    const before = await hook.row();
    const [first] = hook.sealingKeys();
    await rotate(hook.world, true);
    expect(hook.sealingKeys()).toHaveLength(1);
    expect(hook.sealingKeys()).not.toContain(first);
    expect(signed((await hook.deliver()) as Message, hook.secret)).toBe(true);
    await hook.set(before.secret, before.secret_sha256);
    expect(await hook.deliver()).toBeUndefined();
    expect(await hook.shown()).toMatchObject({ lastResult: 'secret_unreadable' });
  });

  it('of another webhook, or of before, does not sign in its place', async () => {
    const hook = await makeHook();
    const own = await hook.row();
    const other = (await hook.post('/v1/webhooks', { url: hook.receiver.url })).body;
    const theirs = await hook.context().store.first(webhookById, { id: String(other.id) });
    for (const [secret, sha256] of [
      [theirs?.secret ?? '', own.secret_sha256],
      [theirs?.secret ?? '', theirs?.secret_sha256 ?? null],
      [own.secret, theirs?.secret_sha256 ?? null],
      [own.secret, null],
      // In a letter whose six bits all count.
      [
        own.secret.slice(0, -4) + (own.secret.at(-4) === 'A' ? 'B' : 'A') + own.secret.slice(-3),
        own.secret_sha256,
      ],
    ] as const) {
      await hook.set(secret, sha256);
      const { body } = await hook.post(`/v1/webhooks/${hook.id}/test`, {});
      expect(body).toEqual({ delivered: false, result: 'secret_unreadable' });
    }
    await hook.set(own.secret, own.secret_sha256);
    expect((await hook.post(`/v1/webhooks/${hook.id}/test`, {})).body).toMatchObject({ delivered: true });
  });

  it.skipIf(onPostgres)('leaves in an export as it lies, and opens where the keys went along', async () => {
    const hook = await makeHook();
    const from = rawSqlite(hook.world.folder);
    const lines: string[] = [];
    for await (const line of exportDatabase(from)) lines.push(line.trimEnd());
    await from.close();
    expect(lines.join('\n')).not.toContain(hook.secret.slice('whsec_'.length));

    const folder = temporaryFolder();
    await (await openSqliteStore({ folder })).close();
    const to = rawSqlite(folder);
    await importDatabase(to, Readable.from(lines));
    await to.close();
    const store = await openSqliteStore({ folder });
    onTestFinished(() => store.close());
    const { clock, random } = hook.context();
    const opening = async (keys: string) => {
      const seal = await openSealingKeys({ store, clock, random, privateKeys: privateKeyFolder(keys) });
      const row = await store.first(webhookById, { id: hook.id });
      if (row === undefined) throw new Error('the webhook was not imported');
      return secretsAt({ ...hook.context(), keys: { ...hook.context().keys, seal } }, row, 0);
    };
    expect(await opening(join(hook.world.folder, 'keys', 'seal'))).toEqual([hook.secret]);
    expect(await opening(join(folder, 'other-keys'))).toBeNull();
  });

  it('is told as unreadable once its key is lost; another secret mends it', async () => {
    const hook = await makeHook();
    rmSync(join(hook.world.folder, 'keys', 'seal'), { recursive: true });
    await hook.restart();
    expect(await hook.deliver()).toBeUndefined();
    expect(await hook.shown()).toMatchObject({ lastResult: 'secret_unreadable', state: 'active' });
    expect(await keepSecretsSealed(hook.context())).toBe(0);
    const { secret } = (await hook.post(`/v1/webhooks/${hook.id}/secret`, {})).body;
    expect(signed((await hook.deliver()) as Message, String(secret))).toBe(true);
    expect((await auditStore(hook.context().store)).findings).toEqual([]);
  });
});
