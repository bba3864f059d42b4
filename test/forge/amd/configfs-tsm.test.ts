import { mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/text.ts';
import { parseCertificateTable, verifySnpReport } from '../../../src/evidence/amd/index.ts';
import { forgeSnpPlatform } from '../../../src/forge/amd/platform.ts';
import { type MountedTsm, mountConfigfsTsm } from '../../../src/forge/configfs-tsm.ts';
import { anchorFromCertificate, parseCertificate } from '../../../src/pki/index.ts';

const at = new Date('2026-06-01T00:00:00Z');
let mounted: MountedTsm | null = null;
afterEach(() => mounted?.unmount());

it.each(['vcek', 'vlek'] as const)('a guest under a %s gets by configfs-tsm what verifies', (signingKey) => {
  const platform = forgeSnpPlatform({ at, product: 'Turin', signingKey });
  mounted = mountConfigfsTsm({
    provider: 'sev_guest',
    report: (inblob) => ({ outblob: platform.report(inblob), auxblob: platform.auxblob() }),
  });
  const entry = mkdtempSync(join(mounted.path, 'guest-'));
  const inblob = new Uint8Array(64).map((_, index) => 255 - index);
  writeFileSync(join(entry, 'inblob'), inblob);
  const report = new Uint8Array(readFileSync(join(entry, 'outblob')));
  const certificates = parseCertificateTable(new Uint8Array(readFileSync(join(entry, 'auxblob'))));
  rmdirSync(entry);

  const anchors = platform.roots.map((root) => anchorFromCertificate(parseCertificate(root)));
  const { verified } = verifySnpReport({ report, certificates, crl: platform.crl(), anchors, at });
  expect(toHex(verified?.report.reportData ?? new Uint8Array())).toBe(toHex(inblob));
});
