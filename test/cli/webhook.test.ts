import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openIncident } from '../../src/service/incident/open.ts';
import { deliverDue } from '../../src/service/webhook/deliver.ts';
import { pemOf } from '../http/possession.ts';
import { startTestVerifier, type TestVerifier } from '../http/verifier.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { sextant } from './in-process.ts';

let verifier: TestVerifier;
async function start(): Promise<void> {
  verifier = await startTestVerifier({
    webhookTargets: { plaintextToLoopback: true, privateNetworks: false },
  });
  onTestFinished(() => verifier.close());
  vi.stubEnv('SEXTANT_URL', verifier.url);
  vi.stubEnv('COLUMNS', '200');
}

function speakWith(token: string): void {
  const tokenKey = join(temporaryFolder(), 'token.key');
  writeFileSync(tokenKey, pemOf(token), { mode: 0o600 });
  vi.stubEnv('SEXTANT_TOKEN_KEY', tokenKey);
  vi.stubEnv('SEXTANT_TOKEN', token);
}

/** From now on commands are somebody of this role. */
async function speakAs(role: 'exporter' | 'authority' | 'operator', tenant = 'acme'): Promise<string> {
  const { token } = await verifier.principal(role, tenant);
  speakWith(token);
  return token;
}

/** Runs a command that must go well, and reads its answer. */
// biome-ignore lint/suspicious/noExplicitAny: the tests look into answers of every shape
async function answer(...args: readonly string[]): Promise<any> {
  const { status, stdout, stderr } = await sextant(...args, '--json');
  expect({ args, status, stderr }).toMatchObject({ status: 0 });
  return stdout.trim() === '' ? null : JSON.parse(stdout);
}

async function receive() {
  const messages: { readonly headers: IncomingHttpHeaders; readonly type: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      messages.push({ headers: request.headers, type: JSON.parse(body).type });
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return { messages, url: `http://127.0.0.1:${port}/hook` };
}

describe('sextant webhook', () => {
  it('adds, tests, replays, rotates and removes a webhook, and shows a secret to whoever asked for it alone', async () => {
    await start();
    await speakAs('exporter');
    const { messages, url } = await receive();
    const added = await answer('webhook', 'add', url, '--type', 'party.changed');
    expect(added).toMatchObject({ url, types: ['party.changed'], state: 'active' });
    expect(added.secret).toMatch(/^whsec_/);
    const { id } = added;

    expect(await answer('webhook', 'test', id)).toMatchObject({ delivered: true });
    expect(messages.map(({ type }) => type)).toEqual(['webhook.test']);

    const rotated = await answer('webhook', 'rotate', id);
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(rotated.secret).not.toBe(added.secret);
    const listed = await sextant('webhook', 'list');
    expect(listed.stdout).toMatch(new RegExp(`^id +url +state[^\\n]*\\n${id} +${url} +active`));
    expect(listed.stdout).not.toContain('whsec_');

    expect(await answer('webhook', 'replay', id, '--after', '0')).toMatchObject({ id, cursor: 0 });
    const { signal } = new AbortController();
    while (await deliverDue(verifier.context, { signal }));
    expect(messages.slice(1).every(({ type }) => type === 'party.changed')).toBe(true);
    const ahead = await sextant('webhook', 'replay', id, '--after', '1000000');
    expect([ahead.status, ahead.stderr]).toEqual([2, expect.stringContaining('invalid_request')]);

    expect(await answer('webhook', 'remove', id)).toBeNull();
    expect((await sextant('webhook', 'list')).stdout).toContain('No webhooks.');
    const gone = await sextant('webhook', 'test', id);
    expect([gone.status, gone.stderr]).toEqual([2, expect.stringContaining('not_found')]);
  });

  it('refuses an address that nobody may be sent to', async () => {
    await start();
    await speakAs('exporter');
    const { status, stderr } = await sextant('webhook', 'add', 'https://10.0.0.1/hook');
    expect([status, stderr]).toEqual([2, expect.stringContaining('invalid_request')]);
  });
});

describe('sextant incident', () => {
  const open = () =>
    verifier.context.store.write((tx) =>
      openIncident(verifier.context, tx, {
        kind: 'diversion',
        tenant: 'acme',
        subjects: ['host:hst_x'],
        evidence: ['session:ses_1'],
        at: verifier.context.clock(),
      }),
    );

  it('lists, shows, notes, reports and closes an incident, each by whom it is for', async () => {
    await start();
    const id = await open();
    const authority = await speakAs('authority', 'bureau');
    await speakAs('operator');
    expect((await sextant('incident', 'list')).stdout).toMatch(
      new RegExp(`${id} +diversion +open +false .* host:hst_x`),
    );
    await answer('incident', 'note', id, '--text', 'the truck was stolen');
    expect(await answer('incident', 'show', id)).toMatchObject({
      state: 'open',
      notes: [{ note: 'the truck was stolen' }],
    });
    expect(await answer('incident', 'report', id, '--reference', 'BIS-2026-7')).toMatchObject({
      state: 'reported',
      reference: 'BIS-2026-7',
    });
    const forbidden = await sextant('incident', 'close', id, '--reason', 'explained');
    expect([forbidden.status, forbidden.stderr]).toEqual([2, expect.stringContaining('forbidden')]);
    speakWith(authority);
    expect(await answer('incident', 'close', id, '--reason', 'explained')).toMatchObject({ state: 'closed' });
    const missing = await sextant('incident', 'close', id);
    expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining('--reason')]);
  });
});
