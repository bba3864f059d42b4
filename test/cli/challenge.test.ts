import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { pemOf } from '../http/possession.ts';
import { startTestVerifier } from '../http/verifier.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { sextant } from './in-process.ts';

afterEach(() => vi.unstubAllEnvs());

describe('sextant challenge', () => {
  it('orders, draws, shows, and draws again offline', async () => {
    const verifier = await startTestVerifier();
    onTestFinished(verifier.close);
    const { token: exporter } = await verifier.principal('exporter', 'chips');
    const { token: auditor } = await verifier.principal('auditor', 'court');
    const party = await verifier.call('POST', '/v1/parties', {
      token: exporter,
      body: { legalName: 'Acme', country: 'IS' },
    });
    for (const serial of ['S-1', 'S-2', 'S-3'])
      await verifier.call('POST', '/v1/devices', {
        token: exporter,
        body: { kind: 'gpu', serial, partyId: party.body['id'] },
      });
    const folder = temporaryFolder();
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    vi.stubEnv('SEXTANT_URL', verifier.url);
    vi.stubEnv('SEXTANT_TOKEN', auditor);
    vi.stubEnv('SEXTANT_TOKEN_KEY', file('key.pem', pemOf(auditor)));

    const wish = ['--party', String(party.body['id']), '--percent', '50', '--reason', 'as every quarter'];
    const ordered = await sextant('challenge', 'order', ...wish, '--only', 'id');
    expect([ordered.status, /Drawn, to be answered by .*: dev_\w+, dev_\w+\n$/.test(ordered.stderr)]).toEqual(
      [0, true],
    );
    const id = ordered.stdout.trim();
    const shown = await sextant('challenge', 'show', id, '--json');
    const { devices, state } = JSON.parse(shown.stdout);
    expect([state, devices.map((one: { outcome: string }) => one.outcome)]).toEqual([
      'drawn',
      ['unreachable', 'unreachable'],
    ]);
    const proof = file('proof.json', (await sextant('challenge', 'proof', id, '--json')).stdout);
    const key = ['--log-key', file('log.key', await (await fetch(`${verifier.url}/v1/log/key`)).text())];
    expect((await sextant('challenge', 'verify', proof, ...key)).status).toBe(0);
    const { population, ...rest } = JSON.parse((await sextant('challenge', 'proof', id, '--json')).stdout);
    const fewer = file('fewer.json', JSON.stringify({ ...rest, population: population.slice(1) }));
    const refused = await sextant('challenge', 'verify', fewer, ...key, '--json');
    expect([refused.status, JSON.parse(refused.stdout).accepted]).toEqual([1, false]);
    expect((await sextant('challenge', 'order', '--percent', '5', '--reason', 'of what')).stderr).toContain(
      '--licence',
    );
    expect((await sextant('challenge', 'list')).stdout).toContain(id);
  });
});
