import { closeSync, fsyncSync, openSync, rmSync, type Stats, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Finding, ok, problem, skipped, warning, wordsOf } from './finding.ts';

const GIB = 2 ** 30;
const SYNCS = 8;
const BLOCK = new Uint8Array(4096);
/** A disk that takes longer holds every acknowledgement up. */
const SLOW_MS = 50;

/** The data folder: whose it is, who may write to it, what room is left, how long its disk takes to make a write durable. */
export function examineFolder(folder: string): Finding[] {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) {
    return [
      ok('data.folder', `${folder} is made by the first start`),
      room(existingAbove(folder)),
      skipped('data.fsync', 'there is no data folder yet'),
    ];
  }
  return [...access(folder, stats), room(folder), syncing(folder)];
}

function access(folder: string, stats: Stats): Finding[] {
  const id = 'data.folder';
  if (!stats.isDirectory())
    return [problem(id, `${folder} is no folder`, 'Name another with --data, or move that file away.')];
  const uid = process.getuid?.();
  if (uid !== undefined && uid !== 0 && stats.uid !== uid) {
    const mend = `Run this, and the verifier, as its owner; or chown -R it to the verifier's user.`;
    return [problem(id, `${folder} belongs to user ${stats.uid}, and this runs as ${uid}`, mend)];
  }
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
  if ((stats.mode & 0o022) !== 0)
    return [problem(id, `others may write to ${folder} (mode ${mode})`, `chmod 0700 ${folder}`)];
  if ((stats.mode & 0o055) !== 0)
    return [warning(id, `others may look into ${folder} (mode ${mode})`, `chmod 0700 ${folder}`)];
  return [ok(id, `${folder}, mode ${mode}`)];
}

function room(folder: string): Finding {
  const { bavail, bsize, blocks } = statfsSync(folder);
  const free = bavail * bsize;
  const says = `${(free / GIB).toFixed(1)} GiB free of ${((blocks * bsize) / GIB).toFixed(1)}`;
  const mend = 'Make room: a verifier that cannot write acknowledges nothing.';
  if (free < GIB / 4) return problem('data.space', says, mend);
  return free < 2 * GIB ? warning('data.space', says, mend) : ok('data.space', says);
}

/** As the database commits: written, and synced to the disk before anything is answered. */
function syncing(folder: string): Finding {
  const path = join(folder, `.doctor-${process.pid}`);
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      const times = Array.from({ length: SYNCS }, () => timed(file)).sort((a, b) => a - b);
      const median = times[SYNCS >> 1] ?? Number.NaN;
      const says = `a write is durable after ${median.toFixed(1)} ms (median of ${SYNCS}; slowest ${times.at(-1)?.toFixed(1)})`;
      if (median <= SLOW_MS) return ok('data.fsync', says);
      return warning(
        'data.fsync',
        says,
        'Put the data folder on a disk of its own, or one with a protected cache.',
      );
    } finally {
      closeSync(file);
      rmSync(path, { force: true });
    }
  } catch (error) {
    return problem('data.fsync', wordsOf(error), 'Let the verifier’s user write to the data folder.');
  }
}

function timed(file: number): number {
  const startedMs = performance.now();
  writeSync(file, BLOCK);
  fsyncSync(file);
  return performance.now() - startedMs;
}

/** The folder itself, or what there is of the path to it. */
export function existingAbove(folder: string): string {
  return statSync(folder, { throwIfNoEntry: false }) === undefined ? existingAbove(dirname(folder)) : folder;
}
