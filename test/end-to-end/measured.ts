import { formatPem } from '../../src/bytes/pem.ts';
import { toHex } from '../../src/bytes/text.ts';
import { parseSnpReport } from '../../src/evidence/amd/index.ts';
import { forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { tdReport } from '../../src/forge/intel/defaults.ts';

const NOTHING = new Uint8Array(64);

/** What every forged guest measures unless a test has it otherwise. */
export const MRTD = toHex(tdReport(NOTHING).mrTd);
export const SNP_MEASUREMENT = toHex(
  parseSnpReport(forgeSnpPlatform({ at: new Date() }).report(NOTHING)).measurement,
);

export const pem = (roots: readonly Uint8Array[]): string =>
  roots.map((der) => formatPem('CERTIFICATE', der)).join('');
