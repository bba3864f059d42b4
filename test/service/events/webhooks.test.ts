import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Event } from '../../../src/protocol/event.ts';
import { isPublicAddress } from '../../../src/service/webhook/address.ts';
import { deliverDue } from '../../../src/service/webhook/deliver.ts';
import { postJson } from '../../../src/service/webhook/post.ts';
import { DISABLED_AFTER_MS, pauseAfter } from '../../../src/service/webhook/retry.ts';
import { readTarget } from '../../../src/service/webhook/target.ts';
import { webhookById } from '../../../src/store/events/webhooks.ts';
import { movePrincipal } from '../../../src/store/sign-in/flows.ts';
import { ask } from '../attestation/agent.ts';
import { makeWorld, type World } from '../attestation/world.ts';

type Message = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly event: Event };

/** A receiver on this machine: keeps what it is sent, and answers with what it is told to. */
async function listen() {
  const messages: Message[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      messages.push({ headers: request.headers, body, event: JSON.parse(body) });
      response.writeHead(answers.shift() ?? 204, { location: 'http://127.0.0.1:1/elsewhere' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { messages, answers, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

/** The Standard Webhooks scheme as its specification words it, written without looking at ours. */
function verifies({ headers, body }: Message, secret: string, now: Date): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': sentAt, 'webhook-signature': signatures } = headers;
  if (Math.abs(now.getTime() / 1000 - Number(sentAt)) > 300) return false;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${sentAt}.${body}`).digest();
  return String(signatures)
    .split(' ')
    .map((signature) => signature.split(','))
    .some(([version, mac = '']) => {
      const found = Buffer.from(mac, 'base64');
      return version === 'v1' && found.length === expected.length && timingSafeEqual(found, expected);
    });
}

const ALLOWED = { webhookTargets: { plaintextToLoopback: true, privateNetworks: false } };
const signal = new AbortController().signal;

const deliver = async ({ context }: World): Promise<void> => {
  while (await deliverDue(context, { signal }));
};

async function makeHook(more: object = {}) {
  const world = await makeWorld(ALLOWED);
  const receiver = await listen();
  const { exporter } = world.people;
  const post = (path: string, json: object, bearer = exporter.token) => ask(world, path, { bearer, json });
  const added = await post('/v1/webhooks', { url: receiver.url, ...more });
  if (added.status !== 201) throw new Error(JSON.stringify(added.body));
  const { id, secret } = added.body;
  return {
    world,
    receiver,
    id: String(id),
    secret: String(secret),
    post,
    party: () => post('/v1/parties', { legalName: 'Acme', country: 'IS' }),
    read: async () =>
      (await ask(world, '/v1/webhooks', { method: 'GET', bearer: exporter.token })).body.items[0],
  };
}

describe('a webhook', () => {
  it('is told what its token may read, from its registration on, in order, each message signed', async () => {
    const { world, receiver, secret, party, read } = await makeHook();
    await party();
    await party();
    // Of another tenant.
    await ask(world, '/v1/enrolment-tokens', {
      bearer: world.people.operator.token,
      json: { facilityId: world.facilityId },
    });
    await deliver(world);
    expect(receiver.messages.map(({ event }) => event.type)).toEqual([
      'party.registered',
      'party.registered',
    ]);
    const [first, second] = receiver.messages;
    expect(second?.event.sequence).toBe((first?.event.sequence ?? 0) + 1);
    const now = world.context.clock();
    for (const message of receiver.messages) {
      expect(message.headers['webhook-id']).toBe(message.event.id);
      expect(verifies(message, secret, now)).toBe(true);
      expect(verifies({ ...message, body: `${message.body} ` }, secret, now)).toBe(false);
      expect(verifies(message, `whsec_${Buffer.alloc(32).toString('base64')}`, now)).toBe(false);
    }
    const shown = await read();
    expect(shown).toMatchObject({ state: 'active', cursor: second?.event.sequence, lastResult: '204' });
    expect(JSON.stringify(shown)).not.toContain(secret);
    await deliver(world);
    expect(receiver.messages).toHaveLength(2);
  });

  it('is told only of the types that were asked for', async () => {
    const { world, receiver, party, post, read } = await makeHook({ types: ['device.registered'] });
    await party();
    await post('/v1/devices', { kind: 'gpu', serial: '1' });
    await party();
    await deliver(world);
    expect(receiver.messages.map(({ event }) => event.type)).toEqual(['device.registered']);
    expect((await read()).cursor).toBe((receiver.messages[0]?.event.sequence ?? 0) + 1);
  });

  it('gets the same message again, later each time, until it answers with success; none overtakes it', async () => {
    const { world, receiver, party, read } = await makeHook();
    receiver.answers.push(500, 302, 404);
    await party();
    await party();
    for (const failures of [1, 2, 3]) {
      await deliver(world);
      expect(await read()).toMatchObject({ failures, lastResult: ['500', '302', '404'][failures - 1] });
      await deliver(world);
      expect(receiver.messages).toHaveLength(failures);
      world.pass(5_000 * 2 ** (failures - 1));
    }
    await deliver(world);
    const ids = receiver.messages.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids.slice(0, 4)).size).toBe(1);
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(2);
    expect(await read()).toMatchObject({ failures: 0, failingSince: null, state: 'active' });
  });

  it('is disabled after three days of failures, which is told, and taken up by a replay', async () => {
    const { world, receiver, id, party, post, read } = await makeHook();
    receiver.answers.push(...Array.from({ length: 100 }, () => 503));
    await party();
    const beganMs = world.context.clock().getTime();
    for (let attempt = 0; attempt < 100 && (await read()).state === 'active'; attempt++) {
      await deliver(world);
      world.pass(3_600_000);
    }
    const tookMs = Date.parse((await read()).disabledAt) - beganMs;
    expect(tookMs).toBeGreaterThanOrEqual(DISABLED_AFTER_MS);
    expect(tookMs).toBeLessThan(DISABLED_AFTER_MS + 2 * 3_600_000);
    const sent = receiver.messages.length;
    await deliver(world);
    expect(receiver.messages).toHaveLength(sent);
    receiver.answers.length = 0;
    const failed = receiver.messages[0]?.event.sequence ?? 0;
    expect((await post(`/v1/webhooks/${id}/replay`, { after: failed - 1 })).body).toMatchObject({
      state: 'active',
    });
    await deliver(world);
    expect(receiver.messages.slice(sent).map(({ event }) => [event.type, event.subject])).toEqual([
      ['party.registered', receiver.messages[0]?.event.subject],
      ['webhook.disabled', `webhook:${id}`],
    ]);
  });

  it('that answers 410 is disabled at once', async () => {
    const { world, receiver, party, read } = await makeHook();
    receiver.answers.push(410);
    await party();
    await deliver(world);
    expect(await read()).toMatchObject({ state: 'disabled', lastResult: '410' });
  });

  it('is replayed from any sequence number that there is', async () => {
    const { world, receiver, id, party, post } = await makeHook();
    await party();
    await deliver(world);
    const all = (await ask(world, '/v1/events', { method: 'GET', bearer: world.people.exporter.token })).body;
    await post(`/v1/webhooks/${id}/replay`, { after: 0 });
    await deliver(world);
    expect(receiver.messages.slice(1).map(({ event }) => event)).toEqual(all.items);
    const beyond = await post(`/v1/webhooks/${id}/replay`, { after: all.cursor + 1 });
    expect(beyond.body).toMatchObject({ code: 'invalid_request', errors: [{ path: 'body.after' }] });
  });

  it('signs by both secrets for a day after the first gave way', async () => {
    const { world, receiver, id, secret, party, post } = await makeHook();
    const { body } = await post(`/v1/webhooks/${id}/secret`, {});
    await party();
    await deliver(world);
    world.pass(86_400_000);
    await party();
    await deliver(world);
    const [during, after] = receiver.messages as [Message, Message];
    const now = world.context.clock();
    const then = new Date(now.getTime() - 86_400_000);
    expect([secret, body.secret].map((one) => verifies(during, one, then))).toEqual([true, true]);
    expect([secret, body.secret].map((one) => verifies(after, one, now))).toEqual([false, true]);
  });

  it('is tried out, removed, and nobody else’s', async () => {
    const { world, receiver, id, secret, party, post } = await makeHook();
    expect((await post(`/v1/webhooks/${id}/test`, {})).body).toEqual({ delivered: true, result: '204' });
    expect(receiver.messages[0]?.event).toMatchObject({ type: 'webhook.test', sequence: 0 });
    expect(verifies(receiver.messages[0] as Message, secret, world.context.clock())).toBe(true);
    const stranger = world.people.operator.token;
    expect((await post(`/v1/webhooks/${id}/replay`, { after: 0 }, stranger)).body.code).toBe('not_found');
    const gone = await ask(world, `/v1/webhooks/${id}`, {
      method: 'DELETE',
      bearer: world.people.exporter.token,
    });
    expect(gone.status).toBe(204);
    await party();
    await deliver(world);
    expect(receiver.messages).toHaveLength(1);
  });

  it('of somebody who was disabled is told nothing more', async () => {
    const { world, receiver, party, read } = await makeHook();
    const { endPrincipal } = await import('../../../src/service/access/principals.ts');
    await party();
    const { exporter, authority } = world.people;
    await endPrincipal(world.context, authority.principal, exporter.principal.id);
    await deliver(world);
    expect(receiver.messages).toEqual([]);
    await expect(read()).rejects.toThrow();
  });

  it.each([
    ['another role, which sees its own tenant alone', { role: 'exporter', tenant: 'bureau' }],
    ['another tenant', { role: 'authority', tenant: 'elsewhere' }],
    ['a role that nobody knows', { role: 'emperor', tenant: 'bureau' }],
  ])('of somebody who came to have %s is told nothing more', async (_, moved) => {
    const world = await makeWorld(ALLOWED);
    const receiver = await listen();
    const { authority, exporter } = world.people;
    const added = await ask(world, '/v1/webhooks', { bearer: authority.token, json: { url: receiver.url } });
    const party = () =>
      ask(world, '/v1/parties', { bearer: exporter.token, json: { legalName: 'Acme', country: 'IS' } });
    await party();
    await deliver(world);
    expect(receiver.messages.map(({ event }) => event.tenant)).toEqual(['chips']);
    const { id } = authority.principal;
    await world.context.store.write((tx) => tx.run(movePrincipal, { id, ...moved }));
    await party();
    await deliver(world);
    expect(receiver.messages).toHaveLength(1);
    const row = await world.context.store.first(webhookById, { id: String(added.body.id) });
    expect(row?.state).toBe('disabled');
  });

  it('hears only what its principal’s role still shows', async () => {
    const { world, receiver, party } = await makeHook();
    const { id } = world.people.exporter.principal;
    await world.context.store.write((tx) => tx.run(movePrincipal, { id, role: 'operator', tenant: 'chips' }));
    await party();
    await deliver(world);
    expect(receiver.messages).toEqual([]);
  });
});

describe('the pause after failures', () => {
  it('doubles up to an hour, and lies between half and all of that', () => {
    expect([1, 2, 3, 10, 11, 500].map((failures) => pauseAfter(failures, 1))).toEqual([
      5_000, 10_000, 20_000, 2_560_000, 3_600_000, 3_600_000,
    ]);
    expect(pauseAfter(2, 0)).toBe(5_000);
  });
});

const STRICT = { plaintextToLoopback: false, privateNetworks: false };
const PLAIN = { plaintextToLoopback: true, privateNetworks: false };
const PRIVATE = { plaintextToLoopback: false, privateNetworks: true };
const inBody = (json: string): boolean => json.startsWith('{');

describe('where a webhook may go', () => {
  it.each([
    ['https://hooks.example/x', STRICT],
    ['https://93.184.216.34/', STRICT],
    ['https://[2606:4700::1111]/', STRICT],
    ['http://127.0.0.1:9000/', PLAIN],
    ['http://localhost:9000/', PLAIN],
    ['http://[::1]/', PLAIN],
    ['https://10.0.0.1/', PRIVATE],
  ])('takes %s', (url, rules) => {
    expect(readTarget(url, rules).protocol).toMatch(/^https?:$/);
  });

  it.each([
    ['http://hooks.example/', PLAIN],
    ['http://93.184.216.34/', PLAIN],
    ['http://127.0.0.1/', STRICT],
    ['http://10.0.0.1/', PRIVATE],
    ['https://127.0.0.1/', STRICT],
    ['https://127.0.0.1/', PLAIN],
    ['https://2130706433/', STRICT],
    ['https://0x7f.1/', STRICT],
    ['https://169.254.169.254/latest/meta-data', STRICT],
    ['https://[::ffff:127.0.0.1]/', STRICT],
    ['https://[fe80::1]/', STRICT],
    ['https://user:word@hooks.example/', STRICT],
    ['https://hooks.example/#fragment', STRICT],
    ['file:///etc/passwd', PRIVATE],
    ['hooks.example', STRICT],
  ])('refuses %s', (url, rules) => {
    expect(() => readTarget(url, rules)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.1.1',
    '198.19.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    'fc00::1',
    'fe80::1%eth0',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2001::1',
  ])('counts %s as nobody’s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])(
    'counts %s as public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it('is judged again at each delivery, by what a name stands for then', async () => {
    const receiver = await listen();
    const port = new URL(receiver.url).port;
    const send = (url: string, rules = STRICT) => postJson(new URL(url), '{}', {}, { rules, signal });
    // The name of this machine, under rules that let nothing private be reached.
    expect(await send(`https://localhost:${port}/`)).toMatchObject({
      delivered: false,
      result: 'address_refused',
    });
    expect(await send(`http://127.0.0.1:${port}/`)).toMatchObject({
      delivered: false,
      result: 'address_refused',
    });
    expect(receiver.messages).toEqual([]);
    expect(await send(`http://localhost:${port}/`, PLAIN)).toMatchObject({ delivered: true });
    expect(receiver.messages.map(({ body }) => inBody(body))).toEqual([true]);
  });

  it('is asked for no more of its answer than it takes to know its status', async () => {
    let closed = false;
    const server = createServer((request, response) => {
      request.resume();
      response.on('close', () => {
        closed = true;
      });
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await postJson(url, '{}', {}, { rules: PLAIN, signal })).toMatchObject({
      delivered: true,
      result: '200',
    });
    await expect.poll(() => closed).toBe(true);
  });
});
