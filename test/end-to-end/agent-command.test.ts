import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { memoryCache } from '../../src/collateral/cache/memory.ts';
import { createCollateral } from '../../src/collateral/collateral.ts';
import { collateralSettings } from '../../src/collateral/settings.ts';
import { forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { mountConfigfsTsm } from '../../src/forge/configfs-tsm.ts';
import { collateralAccess } from '../../src/service/collateral/access.ts';
import { temporaryFolder } from '../agent/fixtures.ts';
import { sextant } from '../cli/in-process.ts';
import { startKdsServer } from '../collateral/kds-server.ts';
import { pemOf } from '../http/possession.ts';
import { pem, SNP_MEASUREMENT } from './measured.ts';
import { makeWorld } from './world.ts';

it('takes a confidential guest from its identity to G2-tee on the command line', async () => {
  const platform = forgeSnpPlatform({ at: new Date() });
  const kds = await startKdsServer([platform], () => platform.crl());
  const settings = collateralSettings({ kdsUrl: kds.origin });
  const world = await makeWorld(
    collateralAccess([], (trust) =>
      createCollateral({ cache: memoryCache(), settings, trust, clock: () => new Date(), log: () => {} }),
    ),
  );
  onTestFinished(() => world.close());
  const tsm = mountConfigfsTsm({
    provider: 'sev_guest',
    report: (inblob) => ({ outblob: platform.report(Uint8Array.from(inblob)), auxblob: platform.auxblob() }),
  });
  onTestFinished(tsm.unmount);
  const folder = temporaryFolder().path;
  const agent = (command: string, ...more: readonly string[]) =>
    sextant('agent', command, '--data', join(folder, 'agent'), '--tsm', tsm.path, ...more);

  const identity = await agent('identity');
  expect(identity).toMatchObject({ status: 0, stdout: expect.stringContaining('AMD SEV-SNP guest') });
  const [, sha256 = ''] = /hostKeySha256\s+([0-9a-f]{64})/.exec(identity.stdout) ?? [];
  const row = await agent('identity', '--row', world.facilityId);
  expect(row.stdout).toBe(
    `kind,model,hostKeySha256,facilityId\nhost-tee,"AMD SEV-SNP guest",${sha256},${world.facilityId}\n`,
  );

  const tokenFile = join(folder, 'enrolment.token');
  writeFileSync(tokenFile, await world.enrolmentToken());
  const enrol = () => agent('enrol', '--verifier', world.verifier.url, '--token-file', tokenFile);
  const untrusted = await enrol();
  expect(untrusted).toMatchObject({ status: 2, stderr: expect.stringContaining('snp.chain') });
  const ark = join(folder, 'ark.pem');
  writeFileSync(ark, pem(platform.roots));
  const keyFile = join(folder, 'token.key');
  writeFileSync(keyFile, pemOf(world.tokens.authority));
  vi.stubEnv('SEXTANT_TOKEN_KEY', keyFile);
  vi.stubEnv('SEXTANT_TOKEN', world.tokens.authority);
  vi.stubEnv('SEXTANT_URL', world.verifier.url);
  onTestFinished(() => void vi.unstubAllEnvs());
  const proposed = await sextant(
    'trust',
    'propose-anchors',
    '--purpose',
    'amd-ark',
    '--version',
    '1',
    '--json',
    ark,
  );
  const { id, name, digest } = JSON.parse(proposed.stdout);
  expect(name).toBe('amd-ark');
  const { token } = await world.verifier.principal('authority', 'bureau');
  writeFileSync(keyFile, pemOf(token));
  vi.stubEnv('SEXTANT_TOKEN', token);
  expect(await sextant('trust', 'approve', id, '--digest', digest)).toMatchObject({ status: 0 });
  const enrolled = await enrol();
  expect(enrolled).toMatchObject({ status: 0, stdout: expect.stringContaining('enrolled as hst_') });

  const measured = await agent('measure', '--name', 'guest-image', '--publisher', 'acme');
  const set: object = JSON.parse(measured.stdout);
  expect(set).toMatchObject({ kind: 'snp', measurement: [SNP_MEASUREMENT], sealed: false });
  await world.trustSet(set);
  const attested = await agent('attest');
  expect(attested).toMatchObject({ status: 0, stdout: expect.stringContaining('G2-tee') });
  const otherwise = await agent('attest', '--evidence', 'tpm');
  expect(otherwise).toMatchObject({ status: 2, stderr: expect.stringContaining('enrolled_otherwise') });
});
