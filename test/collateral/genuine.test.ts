import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPins } from '../../src/cli/verify/pins.ts';
import { memoryCache } from '../../src/collateral/cache/memory.ts';
import { createCollateral } from '../../src/collateral/collateral.ts';
import { importCollateral } from '../../src/collateral/exchange/import.ts';
import type { ImportFolder } from '../../src/collateral/exchange/import-item.ts';
import { collateralSettings } from '../../src/collateral/settings.ts';
import { parseSnpReport, snpCertificateNeeds } from '../../src/evidence/amd/index.ts';
import { describeWithVectors } from '../vectors.ts';
import { readFolder } from './read-folder.ts';

type Case = { readonly name: string; readonly verifyAt: string; readonly authentic: boolean };

/** Real documents of Intel's and AMD's, under the pinned roots alone, at an instant at which they counted. */
describeWithVectors('genuine collateral', (folder) => {
  const { cases }: { readonly cases: readonly Case[] } = JSON.parse(
    readFileSync(join(folder, 'intel/expected.json'), 'utf8'),
  );

  const offline = (at: Date) =>
    createCollateral({
      cache: memoryCache(),
      settings: collateralSettings({ mode: 'offline' }),
      trust: { pins: readPins(), anchors: [] },
      clock: () => at,
      log: () => {},
    });
  const intel = cases.filter(({ name }) => !/EXPIRED/.test(name));

  it.each(intel)('of Intel ($name) is taken, and serves its platform', async ({ name, verifyAt }) => {
    const files = readFolder(join(folder, 'intel/cases', name));
    const collateral = offline(new Date(verifyAt));
    const rows = await importCollateral(documents(files), collateral, 'standard');
    expect(rows.map(({ file, outcome, reason }) => [file, outcome, reason])).toEqual(
      ['rootcrl.hex', 'pckcrl.hex', 'tcbInfo.json', 'qeIdentity.json'].map((file) => [
        file,
        'accepted',
        null,
      ]),
    );
    const keys = Object.fromEntries(rows.map(({ file, key }) => [file, key ?? '']));
    const [, tee, fmspc = ''] = (keys['tcbInfo.json'] ?? '').split('/');
    const ca = keys['pckcrl.hex']?.endsWith('processor') ? 'processor' : 'platform';
    const set = await collateral.intel({ tee: tee === 'tdx' ? 'tdx' : 'sgx', fmspc, ca });
    expect(set.tcbInfo).toEqual(files.get('tcbInfo.json'));
    expect(set.validUntil.getTime()).toBeGreaterThan(Date.parse(verifyAt));
  });

  it('of Intel is refused when it has ended', async () => {
    const files = readFolder(join(folder, 'intel/cases/phala_tdx_quote'));
    const rows = await importCollateral(
      documents(files),
      offline(new Date('2026-06-01T00:00:00Z')),
      'standard',
    );
    expect(rows.find(({ file }) => file === 'rootcrl.hex')?.code).toBe('collateral_not_current');
    expect(rows.every(({ outcome }) => outcome === 'refused')).toBe(true);
  });

  it.each([
    ['genoa-vcek-v3', '2026-06-01T00:00:00Z', 3],
    ['turin-vcek-v5', '2026-06-01T00:00:00Z', 3],
    ['milan-vcek-v3', '2026-06-01T00:00:00Z', 3],
    ['milan-vlek-v3', '2025-06-01T00:00:00Z', 2],
  ])('of AMD (%s) is taken, and serves its chip', async (name, at, certificates) => {
    const files = readFolder(join(folder, 'snp', name));
    const collateral = offline(new Date(at));
    const rows = await importCollateral(documents(files), collateral, 'standard');
    expect(rows.filter(({ outcome }) => outcome === 'refused')).toEqual([]);
    const need = snpCertificateNeeds(parseSnpReport(files.get('report.bin') ?? new Uint8Array()));
    if (need === null) throw new TypeError('these reports name their processor');
    expect((await collateral.snpCertificates(need)).certificates).toHaveLength(certificates);
  });

  it('of AMD is refused from somebody else', async () => {
    const files = readFolder(join(folder, 'snp/lookalike-vcek'));
    const rows = await importCollateral(
      documents(files),
      offline(new Date('2026-06-01T00:00:00Z')),
      'standard',
    );
    expect(rows.find(({ file }) => file === 'vcek.der')).toMatchObject({ outcome: 'refused' });
  });
});

/** Without the evidence, and what our names are not for. */
function documents(files: ImportFolder): ImportFolder {
  return new Map([...files].filter(([name]) => !/^(?:quote\.bin|report\.bin|collateral\.json)$/.test(name)));
}
