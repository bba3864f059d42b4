import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Files } from '../../../src/cli/audit/files.ts';
import { runAudit } from '../../../src/cli/audit/run.ts';
import { signCheckpoint } from '../../../src/record/checkpoint.ts';
import { formatVerifierKey } from '../../../src/record/note.ts';
import { tiledLog } from '../../record/tiled-log.ts';
import { temporaryFolder } from '../../store/temporary.ts';

const log = { name: 'log.example/mirrored', ...generateKeyPairSync('ed25519') };

/** A log that grows, as files; `fails` ends it after so many reads. */
function served(size: number, fails = Number.POSITIVE_INFINITY): Files & { readonly reads: () => number } {
  const tiled = tiledLog(size);
  let reads = 0;
  return {
    name: 'served',
    hasActs: false,
    reads: () => reads,
    get: async (path) => {
      if (path === 'checkpoint') return Buffer.from(signCheckpoint(size, tiled.root, log));
      if (path === 'origins') return undefined;
      if (path === 'key') return Buffer.from(formatVerifierKey(log));
      if (++reads > fails) throw new Error('the line went dead');
      return tiled.get(path);
    },
  };
}

const run = (files: Files, mirror: string | null, whole = false) =>
  runAudit({
    source: { files },
    mirror,
    keys: { log, served: null, witnesses: null },
    known: [],
    replays: true,
    whole,
    at: new Date(),
    onProgress: () => {},
  });

describe('a mirror', () => {
  const size = 70 * 256 + 17;

  it('goes on after an end in between, and reads nothing twice that was sound', async () => {
    const folder = temporaryFolder();
    await expect(run(served(size, 140), folder)).rejects.toThrow('the line went dead');
    const { readBefore } = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as {
      readBefore?: number;
    };
    expect(readBefore).toBeUndefined();
    const second = served(size);
    const report = await run(second, folder);
    expect(report).toMatchObject({ verdict: 'holds', readBefore: 64 * 256, checkpoint: { size } });
    expect(report.holds['leaves']).toBeGreaterThanOrEqual(size);
    expect(second.reads()).toBeLessThan(40);
    const grown = served(size + 300);
    const third = await run(grown, folder);
    expect(third).toMatchObject({ verdict: 'holds', readBefore: 70 * 256 });
    expect(grown.reads()).toBeLessThan(30);
  });

  it('is audited whole on demand, and what was changed in it is found', async () => {
    const folder = temporaryFolder();
    const files = served(600);
    expect(await run(files, folder)).toMatchObject({ verdict: 'holds' });
    const path = join(folder, 'tile/entries/001');
    const bytes = readFileSync(path);
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(await run(files, folder)).toMatchObject({ verdict: 'holds', readBefore: 512 });
    expect(await run(files, folder, true)).toMatchObject({ found: { 'log.leaf-altered': 1 } });
    // What was wrong is set aside, and had anew.
    expect(await run(files, folder, true)).toMatchObject({ verdict: 'holds' });
  });
});
