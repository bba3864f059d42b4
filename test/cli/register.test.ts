import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bootstrap } from '../../src/cli/serve/bootstrap.ts';
import { startVerifier, type Verifier } from '../../src/cli/serve/verifier.ts';
import { sextant } from './in-process.ts';

let verifier: Verifier;
let data = '';
/** Runs a command and reads its answer. */
// biome-ignore lint/suspicious/noExplicitAny: the test looks into answers of every shape
async function answer(...args: readonly string[]): Promise<any> {
  const { status, stdout, stderr } = await sextant(...args, '--json');
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return JSON.parse(stdout);
}

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'sextant-register-'));
  verifier = await startVerifier({ data, host: '127.0.0.1', port: 0, log: pino({ level: 'silent' }) });
  await bootstrap(verifier.context, data);
  vi.stubEnv('SEXTANT_DATA', data);
  vi.stubEnv('SEXTANT_URL', verifier.url);
  vi.stubEnv('SEXTANT_TOKEN', '');
  for (const role of ['exporter', 'operator', 'authority']) {
    await answer('principal', 'add', '--name', role, '--role', role, '--tenant', role, '--save', role);
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await verifier.close();
  rmSync(data, { recursive: true, force: true });
});

it('the register is kept with commands alone', async () => {
  const exporter = ['--as', 'exporter'];
  const authority = ['--as', 'authority'];
  const why = ['--reason', 'for a test'];
  const parties = join(data, 'parties.csv');
  writeFileSync(
    parties,
    'reference,legalName,country,headquarters,parentReference,ownUltimateParent,source,dated\nR1,Top,CH,CH,,true,register,2026-01-02\nR2,Buyer,DE,DE,R1,,,\n',
  );
  const { results } = await answer('party', 'import', parties, ...exporter);
  const id: string = results[1].partyId;
  expect(await answer('party', 'show', id, ...exporter)).toMatchObject({
    ownership: { chainComplete: true },
  });
  await answer('party', 'change', id, '--headquarters', 'FR', ...why, ...authority);
  expect((await answer('party', 'versions', id, ...exporter)).items).toHaveLength(2);
  await answer(
    ...['party', 'examine', id, '--reference', 'K1', '--dated', '2026-01-02', '--reviewer', 'X', ...exporter],
  );

  await answer('screening', 'declare', '2026-01', ...why, ...authority);
  const runs = join(data, 'runs.csv');
  writeFileSync(runs, `partyId,listVersion,outcome,reviewer,date\n${id},2026-01,clear,X,2026-02-01\n`);
  expect(await answer('screening', 'import', runs, ...authority)).toMatchObject({ recorded: 1 });
  expect((await answer('screening', 'show', id, ...exporter)).items).toMatchObject([{ outcome: 'clear' }]);

  const place = ['--operator', 'operator', '--point', '50.1,8.6', '--radius', '400'];
  const facility = await answer(
    ...['facility', 'propose', '--name', 'F', '--country', 'DE', ...place, ...exporter],
  );
  await answer(
    ...['facility', 'authorise', facility.id, '--digest', facility.digest, '--tier', 'tier-1', ...why],
    ...['--government-agreement', '--until', '2999-01-01T00:00:00Z', ...authority],
  );
  expect((await answer('facility', 'authorisations', facility.id, ...exporter)).items).toMatchObject([
    { tier: 'tier-1', governmentAgreement: true },
  ]);
  const access = await answer('access', 'start', id, '--facility', facility.id, '--as', 'operator');
  await answer('access', 'end', access.id, ...why, '--as', 'operator');

  const devices = join(data, 'devices.csv');
  writeFileSync(devices, `kind,serial,partyId\ngpu,S1,${id}\ngpu,S2,${id}\n`);
  const [one, two] = (await answer('device', 'import', devices, ...exporter)).results;
  await answer('device', 'ship', one.deviceId, '--due-after', '10', ...why, ...exporter);
  const refused = await sextant('device', 'ship', one.deviceId, ...why, ...exporter);
  expect(refused).toMatchObject({ status: 2 });
  expect(refused.stderr).toContain('you may not ship a device that is shipped');
  const offer = await answer(
    'device',
    'transfer',
    'offer',
    two.deviceId,
    '--to',
    'others',
    ...why,
    ...exporter,
  );
  await answer('device', 'transfer', 'withdraw', offer.id, ...why, ...exporter);
  expect(await answer('party', 'deliveries', id, ...exporter)).toMatchObject({
    devices: 0,
    missingSharePercent: 0,
  });
});
