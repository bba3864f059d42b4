import { expect, it, onTestFinished } from 'vitest';
import { parsePcrChoice } from '../../src/agent/tpm/selection.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { sextant } from '../cli/in-process.ts';
import { codesOf, licenceFor, makeFleet } from './composite.ts';
import { NEVER } from './world.ts';

it('an agent reports what its host used, from the command line, under a licence that lets it', async () => {
  const { world } = await makeFleet([]);
  onTestFinished(() => world.close());
  const ca = makeEkCa(new Date());
  await world.trustRoots('tpms', ca.rootPem);
  const model = { model: 'H100', tpp: 15_824, format: 'fp8', source: 'data sheet', peakE12PerSecond: 1_979 };
  await world.trust('chip-table', { name: 'chips', version: '1', ruleVersion: '1', models: [model] });
  const gpu = { kind: 'gpu', serial: 'GPU-1' };
  const declared = await world.verifier.call('POST', '/v1/devices', {
    token: world.tokens.exporter,
    body: { ...gpu, model: 'H100', facilityId: world.facilityId },
  });
  const device = new SoftwareTpm({ ca, clock: world.pace.clock, ek: 'ecc256' });
  const choice = parsePcrChoice('sha256:0-9,14');
  const { pcrs } = await device.quote({ extraData: new Uint8Array(32), choice });
  const value = Buffer.from(pcrs.get('sha256')?.get(7) ?? []).toString('hex');
  await world.trustSet({ kind: 'tpm-pcrs', name: 'boot', bank: 'sha256', pcrs: { 7: [value] } });
  const host = world.host({ device });
  await host.enrol(await world.enrolmentToken({ devices: [gpu] }));
  await host.agent.attest(NEVER);
  const decide = await licenceFor(world, [String(declared.body['id'])], {
    minimumLevel: undefined,
    minimumFacts: { host: 'tpm' },
    referenceSets: 'not-required',
    waivers: ['operator-claimed-serial'],
    purpose: 'inference',
    metering: { sources: ['dcgm'], leastPercent: 0, reportWithinSeconds: 3600 },
  });
  const decided = (await decide()) as unknown as { licenceId: string; at: string; reasons: [] };
  expect(codesOf(decided as never)).toEqual([]);

  const report = (from: number, until: number, ...more: string[]) => {
    const at = (ms: number): string => new Date(Date.parse(decided.at) + ms).toISOString();
    const window = ['--from', at(from), '--until', at(until), '--unit', 'chip-seconds', '--amount', '0'];
    const who = ['--data', host.agent.folder.path, '--verifier', world.verifier.url];
    const what = ['--licence', decided.licenceId, '--source', 'dcgm', '--purpose', 'inference'];
    return sextant('agent', 'usage', ...who, ...what, ...window, ...more);
  };
  const counted = await report(0, 1);
  expect([counted.status, counted.stdout]).toEqual([0, expect.stringContaining('0 of 1 x 10^12')]);
  const refused = await report(0, 1, '--source', 'guess');
  expect([refused.status, refused.stdout]).toEqual([1, expect.stringContaining('usage.source-not-named')]);
  const wrong = await report(1, 0);
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('until')]);
});
