import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readHead } from '../../src/store/log/statements.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { countNotes, NOTE_MIGRATIONS, readNote } from './notes.ts';
import { temporaryFolder } from './temporary.ts';
import { acksBeforeSync } from './trace.ts';

const child = (name: string) => resolve(import.meta.dirname, 'children', name);

/** Why a program that this test needs cannot run here, or null. */
function absent(program: string, ...trial: string[]): string | null {
  if (spawnSync(program, trial).status === 0) return null;
  const reason = `${program} is absent or may not run`;
  if (process.env['SEXTANT_REQUIRE_ALL'] === '1') throw new Error(`required here: ${reason}`);
  return reason;
}

const straceAbsent = absent('strace', '-f', '-o', '/dev/null', 'true');
const prlimitAbsent = absent('prlimit', '--version');

async function linesOf(process: ChildProcess): Promise<string[]> {
  const lines: string[] = [];
  if (process.stdout === null) throw new TypeError('the child has no standard output');
  for await (const line of createInterface({ input: process.stdout })) lines.push(line);
  return lines;
}

describe('the embedded store, killed', () => {
  it('opens each time and has lost nothing that it acknowledged', async () => {
    const folder = temporaryFolder();
    const acknowledged = new Map<number, number>();
    for (let round = 0; round < 5; round++) {
      const args = [child('write.ts'), folder, String(round * 1_000_000), '1000000', '16'];
      const writing = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const reading = linesOf(writing);
      // Somewhere in the middle of its work: the first acknowledgement says that it has begun.
      await new Promise((begun) => writing.stdout.once('data', begun));
      await delay(30 + round * 37);
      writing.kill('SIGKILL');
      // The last line may be cut: it was never said.
      for (const line of await reading) {
        const [, id, leaf] = /^ack (\d+) (\d+)$/.exec(line) ?? [];
        if (leaf !== undefined) acknowledged.set(Number(id), Number(leaf));
      }
      // Opening verifies that the log's nodes yield the root of its head.
      const store = await openSqliteStore({ folder, migrations: NOTE_MIGRATIONS });
      await store.read(async (view) => {
        const lost = [];
        for (const id of acknowledged.keys()) {
          if ((await view.first(readNote, { id })) === undefined) lost.push(id);
        }
        expect(lost).toEqual([]);
        const head = await view.first(readHead, {});
        // Each unit wrote a note and a leaf: neither is there without the other.
        expect(head?.size).toBe((await view.first(countNotes, {}))?.count);
        expect(Math.max(...acknowledged.values())).toBeLessThan(head?.size ?? 0);
      });
      await store.close();
    }
    expect(acknowledged.size).toBeGreaterThan(5);
    expect(new Set(acknowledged.values()).size).toBe(acknowledged.size);
  });
});

describe.skipIf(straceAbsent !== null)(
  `the embedded store, traced${straceAbsent === null ? '' : ` (skipped: ${straceAbsent})`}`,
  () => {
    function trace(...mode: string[]): string {
      const folder = temporaryFolder();
      const output = join(folder, 'trace');
      const traced = [
        '-f',
        '-y',
        '-s',
        '8',
        '-o',
        output,
        '-e',
        'trace=fdatasync,fsync,write,pwrite64,writev,pwritev',
      ];
      const work = [process.execPath, child('write.ts'), join(folder, 'data'), '0', '60', '6', ...mode];
      const { status, stderr } = spawnSync('strace', [...traced, ...work], { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return readFileSync(output, 'utf8');
    }

    it('acknowledges nothing between a write to its log and the sync of it', () => {
      const { acks, syncs, early } = acksBeforeSync(trace());
      expect(acks).toBe(60);
      // Six at a time write: no commit holds more.
      expect(syncs).toBeGreaterThanOrEqual(10);
      expect(early).toEqual([]);
    });

    it('is caught when it does not sync', () => {
      const { acks, syncs, early } = acksBeforeSync(trace('unsynced'));
      expect(acks).toBe(60);
      expect(syncs).toBe(0);
      expect(early.length).toBe(60);
    });
  },
);

describe.skipIf(prlimitAbsent !== null)(
  `the embedded store, on a full disk${prlimitAbsent === null ? '' : ` (skipped: ${prlimitAbsent})`}`,
  () => {
    it('refuses writes, says so, reads on, and recovers when there is room', async () => {
      const folder = temporaryFolder();
      const limit = '--fsize=16000000:unlimited';
      const filling = spawn('prlimit', [limit, process.execPath, child('fill.ts'), folder], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      onTestFinished(() => {
        filling.kill('SIGKILL');
      });
      const said = new Map<string, unknown>();
      for await (const line of createInterface({ input: filling.stdout })) {
        const [word, value] = JSON.parse(line);
        said.set(word, value);
        if (word !== 'lift') continue;
        spawnSync('prlimit', ['--fsize=unlimited', '--pid', String(value)]);
        filling.stdin.write('lifted\n');
      }
      const acknowledged = said.get('acknowledged');
      expect(acknowledged).toBeGreaterThan(50);
      said.delete('lift');
      expect(Object.fromEntries(said)).toEqual({
        failure: 'store_unavailable',
        acknowledged,
        'ping while full': 'store_unavailable',
        'read while full': acknowledged,
        'ping after': 'ok',
        'write after': 'ok',
      });
    });
  },
);
