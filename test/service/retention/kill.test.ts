import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openTestStore } from '../../postgres/choice.ts';
import { temporaryFolder } from '../../store/temporary.ts';
import { auditStore } from '../audit/replay-all.ts';
import { rowsLeft } from './years.ts';

const CHILD = join(import.meta.dirname, 'children/delete.ts');
const TOLD = 150;

it.each([
  ['between two batches', 'between', 2],
  ['in the midst of one', 'within', 1],
] as const)(
  'a verifier that is killed %s has said of all that is gone that it is',
  async (_, where, batches) => {
    const folder = temporaryFolder();
    const child = spawn(process.execPath, [CHILD, folder, String(TOLD), String(batches), where], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    expect((await once(child, 'exit'))[1]).toBe('SIGKILL');
    const store = await openTestStore({ folder });
    onTestFinished(() => store.close());
    const { event, deletion } = await rowsLeft(store);
    expect([event, deletion]).toEqual([TOLD - batches * 40, batches]);
    const { findings, holds } = await auditStore(store);
    expect(findings).toEqual([]);
    expect(holds['deletions.by-rule']).toBe(batches);
  },
);
