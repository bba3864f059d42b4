import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AgentError } from '../errors.ts';
import { readLogFile } from '../log-file.ts';
import type { ConfidentialGuest, TsmProvider, TsmReport } from './port.ts';
import { absent, busy, explainTsmFailure, isBusy, isSystemError, unknownProvider } from './tsm-failure.ts';

/** Linux 6.7 and later: Documentation/ABI/testing/configfs-tsm-report. */
export const TSM_REPORTS_PATH = '/sys/kernel/config/tsm/report';
/** The area that the ACPI table CCEL points to, as the kernel shows it; only root may read it. */
export const CCEL_PATH = '/sys/firmware/acpi/tables/data/CCEL';

const INBLOB_BYTES = 64;
/** `generation` begins at 0 and counts every write of whoever writes; of this agent's there is one in each entry. */
const OWN_WRITES = 1;
const ATTEMPTS = 4;
/** What items of bundles carry: tdx-item.ts, snp-item.ts. */
const MAX_OUTBLOB_BYTES = 1 << 15;
const MAX_AUXBLOB_BYTES = 1 << 16;

export type ConfigfsTsmOptions = {
  /** Default: {@link TSM_REPORTS_PATH}. */
  readonly reports?: string;
  /** Default: {@link CCEL_PATH}. */
  readonly ccel?: string;
  /** Waits between attempts; default: as long as it is told. */
  readonly wait?: (milliseconds: number) => Promise<void>;
};

/**
 * A guest under Intel TDX or AMD SEV-SNP through Linux's configfs-tsm. Each report is made in an entry of its own with a
 * random name, which is gone afterwards whatever happened. Nothing else is changed.
 */
export function configfsTsm(options: ConfigfsTsmOptions = {}): ConfidentialGuest {
  const { reports = TSM_REPORTS_PATH, ccel = CCEL_PATH } = options;
  const wait = options.wait ?? ((milliseconds) => pause(milliseconds));
  return {
    provider: async () => {
      try {
        return await inEntry(reports, readProvider);
      } catch (error) {
        if (error instanceof AgentError && error.code === 'tee_absent') return null;
        throw error;
      }
    },
    report: async (reportData) => {
      if (reportData.length !== INBLOB_BYTES)
        throw new RangeError(`report data of ${reportData.length} bytes`);
      for (let attempt = 1; ; attempt++) {
        const made = await inEntry(reports, (entry) => makeReport(entry, reportData));
        if (typeof made !== 'string') return made;
        if (attempt === ATTEMPTS) throw busy(made, ATTEMPTS);
        await wait(250 * 2 ** attempt);
      }
    },
    readEventLog: () => readLogFile(ccel),
  };
}

/** Does `work` in an entry of its own. @throws AgentError */
async function inEntry<T>(reports: string, work: (entry: string) => Promise<T>): Promise<T> {
  const entry = join(reports, `sextant-${randomUUID()}`);
  try {
    await mkdir(entry);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // ENOENT: no driver made the folder. ENXIO: the driver that made it has gone.
    throw ['ENOENT', 'ENXIO'].includes(error.code)
      ? absent(reports, error)
      : explainTsmFailure(error, reports);
  }
  try {
    return await work(entry);
  } catch (error) {
    throw isSystemError(error) ? explainTsmFailure(error, reports) : error;
  } finally {
    await removeEntry(entry);
  }
}

/** What was reported, or failed, stands; an entry that stays costs the kernel some bytes and bears a name nobody uses again. */
async function removeEntry(entry: string): Promise<void> {
  try {
    await rmdir(entry);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

async function readProvider(entry: string): Promise<TsmProvider> {
  const name = await readText(entry, 'provider');
  if (name === 'tdx_guest' || name === 'sev_guest') return name;
  throw unknownProvider(name);
}

/** The report; or why another attempt may succeed. */
async function makeReport(
  entry: string,
  reportData: Uint8Array,
): Promise<TsmReport | 'tee_busy' | 'tee_other_writer'> {
  try {
    const provider = await readProvider(entry);
    const before = await readGeneration(entry);
    await writeFile(join(entry, 'inblob'), reportData);
    const outblob = await readBlob(entry, 'outblob', MAX_OUTBLOB_BYTES);
    const auxblob = provider === 'sev_guest' ? await readBlob(entry, 'auxblob', MAX_AUXBLOB_BYTES) : null;
    const after = await readGeneration(entry);
    // Also where the kernel dropped our write: it hears of errors in a configfs attribute's close alone, and passes none on.
    if (before !== 0 || after !== OWN_WRITES) return 'tee_other_writer';
    if (outblob.length === 0) {
      throw new AgentError(
        'tee_failed',
        `${provider} made an empty report`,
        'See dmesg for what the driver said.',
      );
    }
    // Linux leaves it empty where the host gave no certificates.
    return { provider, outblob, auxblob: auxblob === null || auxblob.length === 0 ? null : auxblob };
  } catch (error) {
    if (isBusy(error)) return 'tee_busy';
    throw error;
  }
}

async function readGeneration(entry: string): Promise<number> {
  const text = await readText(entry, 'generation');
  return /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
}

async function readText(entry: string, attribute: string): Promise<string> {
  return (await readFile(join(entry, attribute), 'utf8')).trim();
}

async function readBlob(entry: string, attribute: string, ceiling: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(await readFile(join(entry, attribute)));
  if (bytes.length <= ceiling) return bytes;
  throw new AgentError(
    'tee_failed',
    `the driver's ${attribute} has ${bytes.length} bytes`,
    'See that agent and kernel are of versions that go together.',
    { expected: `at most ${ceiling} bytes`, actual: `${bytes.length} bytes` },
  );
}
