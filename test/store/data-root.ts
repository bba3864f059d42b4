import { existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const IN_MEMORY = '/dev/shm';
const ROOM = 2 ** 30;

/**
 * Where folders of data lie: in memory where there is room, so that syncing costs nothing. What was synced outlives a killed process
 * there too, and no test cuts the power. On some machines nothing can be executed there.
 */
export const dataRoot: string = roomIn(IN_MEMORY) >= ROOM ? IN_MEMORY : tmpdir();

function roomIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
