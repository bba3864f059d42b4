import { join } from 'node:path';
import { placeOnPostgres } from '../../postgres/choice.ts';
import { removeServer, serverAbsent, serverFolder } from '../../postgres/server.ts';
import { SHARED_FOLDER } from '../../postgres/shared.ts';
import { median, type Row, row } from '../row.ts';
import { inTemporaryFolder } from '../temporary.ts';
import { coldStart } from './cold-start.ts';
import { foundGpuFleet, type GpuFleet } from './gpu-fleet.ts';
import { type Load, underLoad } from './load.ts';

const HOSTS = 100;
/** What a small machine can spare for it. */
const MOST_MEBIBYTES = 400;

/**
 * Sessions and evidence with a TPM's quote and a GPU's report over HTTP, durable, by the server's CPU time; against the CPU time
 * of the same work in one thread without HTTP and store: two DPoP proofs, the bundle, its appraisal, the EAR. Verifiers on either store
 * and that work take turns, so that all see the same machine.
 */
export async function service(): Promise<Row[]> {
  return inTemporaryFolder(async (folder) => {
    const embedded = await foundGpuFleet(join(folder, 'embedded'), HOSTS);
    const postgres = await onPostgres(join(folder, 'postgres'));
    try {
      const fleets = postgres === null ? [embedded] : [embedded, postgres.fleet];
      const [first, second] = await underLoad(fleets);
      return [
        ...(first === undefined ? [] : [...rowsOf('embedded', first), memoryOf('embedded', first)]),
        ...(second === undefined ? [] : [...rowsOf('PostgreSQL', second), memoryOf('PostgreSQL', second)]),
        await coldStart(),
      ];
    } finally {
      embedded.vendor.close();
      postgres?.close();
    }
  });
}

/** On a server of its own, whose CPU time is not the verifier's and is not counted. */
async function onPostgres(
  folder: string,
): Promise<{ readonly fleet: GpuFleet; readonly close: () => void } | null> {
  if (serverAbsent !== null) {
    process.stderr.write(`service on PostgreSQL: not measured: ${serverAbsent}\n`);
    return null;
  }
  const server = serverFolder();
  process.env[SHARED_FOLDER] = server;
  try {
    await placeOnPostgres(folder);
    const fleet = await foundGpuFleet(folder, HOSTS);
    const close = (): void => {
      fleet.vendor.close();
      removeServer(server);
    };
    return { fleet, close };
  } catch (error) {
    removeServer(server);
    throw error;
  }
}

function rowsOf(store: string, { slices }: Load): Row[] {
  const rate = median(slices.map(({ seconds }) => 1 / seconds));
  const perSecondOfCpu = median(slices.map(({ serverMicros }) => 1e6 / serverMicros));
  const baseline = median(slices.map(({ baselineMicros }) => 1e6 / baselineMicros));
  return [
    row(`service: attestations with a GPU, ${store}, by CPU`, perSecondOfCpu, 'per CPU second', baseline),
    // For orientation: the load generator works on the same machine and is counted against it.
    row(`service: attestations with a GPU, ${store}, by the clock`, rate, 'per second', baseline),
  ];
}

function memoryOf(store: string, { peakKibibytes }: Load): Row {
  return row(
    `service: memory under that load, ${store}, of 400 MiB`,
    peakKibibytes / 1024,
    'MiB',
    MOST_MEBIBYTES,
  );
}
