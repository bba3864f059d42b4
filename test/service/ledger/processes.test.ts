import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { chipsOfLicence, computeOfLicence } from '../../../src/ledger/index.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import { temporaryFolder } from '../../store/temporary.ts';
import { expectBooksToAgree, HOUR_OF_EIGHT, registerParties, taken } from './books.ts';

const MODULE = resolve(import.meta.dirname, 'children/draw.ts');

type Drawing = {
  readonly child: ChildProcess;
  /** Once the store is open. */
  readonly ready: Promise<void>;
  readonly go: () => void;
  /** What was said up to its end. */
  readonly said: Promise<readonly string[]>;
  /** Once so many requests were answered. */
  readonly answered: (count: number) => Promise<void>;
};

function draw(folder: string, name: string, count: number, cap: number): Drawing {
  const child = spawn(process.execPath, [MODULE, folder, name, String(count), String(cap)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const heard = createInterface({ input: child.stdout });
  heard.on('line', (line) => void lines.push(line));
  const answered = async (atLeast: number): Promise<void> => {
    while (lines.filter((line) => line.startsWith('ack')).length < atLeast) await once(heard, 'line');
  };
  return {
    child,
    ready: once(heard, 'line').then(() => {}),
    go: () => void child.stdin.write('go\n'),
    said: once(heard, 'close').then(() => lines),
    answered,
  };
}

async function found(): Promise<string> {
  const folder = temporaryFolder();
  const store = await openSqliteStore({ folder });
  await registerParties(store);
  await store.close();
  return folder;
}

describe('two processes on one store', () => {
  it('that race for what is left get it once, and count what both drew', async () => {
    const folder = await found();
    const CAP = 7;
    const both = ['one', 'other'].map((name) => draw(folder, name, 12, CAP));
    await Promise.all(both.map(({ ready }) => ready));
    for (const { go } of both) go();
    const said = (await Promise.all(both.map((drawing) => drawing.said))).flat();
    const count = (line: string) => said.filter((other) => other === line).length;
    expect(count('ack ship allow')).toBe(CAP);
    expect(count('ack ship ledger.quantity-exceeded')).toBe(2 * 12 - CAP);
    expect(count('ack use allow')).toBe(2 * 12);
    const store = await openSqliteStore({ folder });
    await expectBooksToAgree(store);
    await store.read(async (view) => {
      expect(await taken(view, chipsOfLicence('lic_1', 'A100').name)).toBe(CAP);
      expect(await taken(view, computeOfLicence('lic_1').name)).toBe(2 * 12 * HOUR_OF_EIGHT);
    });
    await store.close();
  });
});

describe('a process that is killed', () => {
  it('leaves balances and entries in agreement, and everything that it said was done', async () => {
    const folder = await found();
    let shipped = 0;
    let used = 0;
    for (const round of [1, 2]) {
      const drawing = draw(folder, `round-${round}`, 1_000_000, 1_000_000);
      await drawing.ready;
      drawing.go();
      await drawing.answered(40 * round);
      drawing.child.kill('SIGKILL');
      const said = await drawing.said;
      shipped += said.filter((line) => line === 'ack ship allow').length;
      used += said.filter((line) => line === 'ack use allow').length;
      const store = await openSqliteStore({ folder });
      await expectBooksToAgree(store);
      await store.read(async (view) => {
        // What was committed as it died may not have been said any more.
        expect(await taken(view, chipsOfLicence('lic_1', 'A100').name)).toBeGreaterThanOrEqual(shipped);
        const computed = await taken(view, computeOfLicence('lic_1').name);
        expect(computed).toBeGreaterThanOrEqual(used * HOUR_OF_EIGHT);
        expect(computed % HOUR_OF_EIGHT).toBe(0);
      });
      await store.close();
    }
    expect(used).toBeGreaterThan(20);
  });
});
