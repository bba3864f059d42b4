import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { DATABASE_FILE } from '../../src/store/sqlite/open.ts';
import { growLog } from './long-log.ts';
import { type Row, row } from './row.ts';
import { inTemporaryFolder } from './temporary.ts';

/** A million, where somebody has ten minutes. */
const LEAVES = Number(process.env['SEXTANT_AUDIT_LEAVES'] ?? 200_000);
/** Of which one session in so many is answered. */
const ANSWERED_EACH = 2;

const COMMAND = resolve(import.meta.dirname, '../../src/cli/sextant.mjs');
const TELL_PEAK = `data:text/javascript,process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + ' KiB'))`;

/**
 * What the command line's audit of a database takes of memory at its peak, against an audit of a log of a tenth of the leaves: what grows with the log shows
 * here. And leaves a second of its time, against the same.
 */
export async function audit(): Promise<Row[]> {
  return inTemporaryFolder(async (folder) => {
    await growLog(folder, { leaves: LEAVES / 10, answeredEach: ANSWERED_EACH });
    const small = await auditOf(folder);
    await growLog(folder, { leaves: LEAVES, answeredEach: ANSWERED_EACH });
    const large = await auditOf(folder);
    return [
      row(`audit: peak memory, ${LEAVES} leaves`, large.peakMiB, 'MiB', small.peakMiB),
      row('audit: leaves', LEAVES / large.seconds, 'per second', LEAVES / 10 / small.seconds),
    ];
  });
}

async function auditOf(folder: string): Promise<{ readonly peakMiB: number; readonly seconds: number }> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', TELL_PEAK, COMMAND, 'audit', join(folder, DATABASE_FILE), '--json'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [report, said, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>, // as it is documented
  ]);
  const peak = /peak (\d+) KiB/.exec(said)?.[1];
  if (status !== 0 || peak === undefined)
    throw new Error(`not audited: ${status} ${said} ${report.slice(0, 500)}`);
  return { peakMiB: Number(peak) / 1024, seconds: (performance.now() - started) / 1000 };
}
