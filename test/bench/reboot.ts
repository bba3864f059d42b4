import { join } from 'node:path';
import { DEFAULT_WORKERS } from '../../src/cli/serve/defaults.ts';
import { rebootFleet } from '../fleet/reboot.ts';
import { type Row, row } from './row.ts';
import { inTemporaryFolder } from './temporary.ts';

const HOSTS = 2_500;
/** Within which all of them are to hold grants again. */
const AIM_SECONDS = 300;
const AIM_MIB = 400;

/** A hall of hosts that boots at once: until the last of them holds a grant again, on one verifier over real HTTP. */
export async function reboot(): Promise<Row[]> {
  return inTemporaryFolder(async (folder) => {
    const found = performance.now();
    process.stderr.write(`reboot: ${HOSTS} hosts are enrolled …\n`);
    const { seconds, medianSeconds, retries, cpuSeconds, peakKibibytes } = await rebootFleet(
      join(folder, 'data'),
      HOSTS,
      DEFAULT_WORKERS,
    );
    const all = ((performance.now() - found) / 1000).toFixed(0);
    process.stderr.write(`reboot: ${all} s in all, ${retries} requests were sent again\n`);
    return [
      row(`reboot: until ${HOSTS} hosts hold grants again, of 300 s`, seconds, 's', AIM_SECONDS),
      row('reboot: until half of them do', medianSeconds, 's', seconds),
      row('reboot: processor time of the verifier, of that time', cpuSeconds, 's', seconds),
      row('reboot: processor time for each host', (cpuSeconds / HOSTS) * 1e3, 'ms', 1e3),
      row('reboot: memory at most, of 400 MiB', peakKibibytes / 1024, 'MiB', AIM_MIB),
    ];
  });
}
