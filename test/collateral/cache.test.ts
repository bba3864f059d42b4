import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openFolderCache } from '../../src/collateral/cache/folder.ts';
import { memoryCache } from '../../src/collateral/cache/memory.ts';
import type {
  CollateralCache,
  CollateralDocument,
  CollateralEvent,
  CollateralKey,
} from '../../src/collateral/port.ts';

const KEY: CollateralKey = { kind: 'intel-tcb-info', name: 'tdx/90c06f000000/standard' };
const CHILD = resolve(import.meta.dirname, 'children/keep-storing.ts');

function documentOf(text: string, key = KEY): CollateralDocument {
  const body = new TextEncoder().encode(text);
  const chain = new TextEncoder().encode('chain');
  return {
    key,
    body,
    chain,
    sha256: createHash('sha256').update(body).digest('hex'),
    chainSha256: createHash('sha256').update(chain).digest('hex'),
    fetchedAt: new Date('2026-01-02T03:04:05.678Z'),
    issuedAt: new Date('2026-01-01T00:00:00Z'),
    nextUpdate: new Date('2026-02-01T00:00:00Z'),
    evaluationNumber: 18,
    source: 'https://api.trustedservices.intel.com/x',
  };
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sextant-collateral-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function folderCache(folder = temporaryFolder()) {
  const events: CollateralEvent[] = [];
  const cache = await openFolderCache(folder, (event) => void events.push(event));
  return { folder, cache, events };
}

const adapters: [name: string, open: () => Promise<CollateralCache>][] = [
  ['in memory', async () => memoryCache()],
  ['in a folder', async () => (await folderCache()).cache],
];

describe.each(adapters)('a cache %s', (_, open) => {
  it('hands out what was put in, whole', async () => {
    const cache = await open();
    expect(await cache.get(KEY)).toBeNull();
    await cache.put(documentOf('one'));
    expect(await cache.get(KEY)).toEqual(documentOf('one'));
    await cache.put(documentOf('two'));
    expect(await cache.get(KEY)).toEqual(documentOf('two'));
  });

  it('keeps documents apart, whatever their names hold', async () => {
    const cache = await open();
    const names = ['a', '../a', 'a/../../b', '', 'ä', 'x'.repeat(500)].map((name) => `${name}.`);
    for (const name of names) await cache.put(documentOf(name, { ...KEY, name }));
    for (const name of names) {
      expect(new TextDecoder().decode((await cache.get({ ...KEY, name }))?.body)).toBe(name);
    }
    expect(await cache.get({ kind: 'amd-vcek', name: 'a.' })).toBeNull();
    expect((await cache.list()).length).toBe(names.length);
    expect((await cache.list('intel-tcb-info')).length).toBe(names.length);
    expect(await cache.list('amd-crl')).toEqual([]);
  });

  it('raises marks and never lowers one', async () => {
    const cache = await open();
    expect(await cache.highWater('line')).toBe(0);
    for (const value of [5, 17, 3, 17, 16]) await cache.raise({ line: 'line', value });
    expect(await cache.highWater('line')).toBe(17);
    expect(await cache.highWater('other')).toBe(0);
    await cache.raise({ line: 'line', value: Number.MAX_SAFE_INTEGER });
    expect(await cache.highWater('line')).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('sweeps nothing that is in use', async () => {
    const cache = await open();
    await cache.put(documentOf('one'));
    await cache.sweep();
    expect(await cache.get(KEY)).toEqual(documentOf('one'));
  });
});

describe('a cache in a folder', () => {
  it('has it all again after a restart, for its owner alone', async () => {
    const { folder, cache } = await folderCache();
    await cache.put(documentOf('one'));
    await cache.raise({ line: 'line', value: 9 });
    const again = (await folderCache(folder)).cache;
    expect(await again.get(KEY)).toEqual(documentOf('one'));
    expect(await again.highWater('line')).toBe(9);
    for (const path of filesBelow(folder)) expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('treats what was damaged as absent, says so, and is mended by the next version', async () => {
    const { folder, cache, events } = await folderCache();
    const damages: ((path: string) => void)[] = [
      (path) => truncateSync(path, 2),
      (path) => writeFileSync(path, ''),
      (path) => writeFileSync(path, Buffer.alloc(9 << 20)),
      (path) => rmSync(path),
      (path) => writeFileSync(path, flipped(readFileSync(path))),
    ];
    for (const part of ['index', 'objects']) {
      for (const damage of damages) {
        await cache.put(documentOf('one'));
        const [first] = filesBelow(join(folder, part));
        damage(first ?? '');
        const before = events.length;
        expect(await cache.get(KEY)).toBeNull();
        const isGone = part === 'index' && !existsSync(first ?? '');
        expect(events.length - before).toBe(isGone ? 0 : 1);
        await cache.put(documentOf('one'));
        expect(await cache.get(KEY)).toEqual(documentOf('one'));
      }
    }
  });

  it('does not take one document’s entry for another’s', async () => {
    const { folder, cache, events } = await folderCache();
    const other = { ...KEY, name: 'tdx/00906ed50000/standard' };
    await cache.put(documentOf('one'));
    const [path = ''] = filesBelow(join(folder, 'index'));
    const entry = readFileSync(path);
    await cache.put(documentOf('two', other));
    const [elsewhere = ''] = filesBelow(join(folder, 'index')).filter((file) => file !== path);
    writeFileSync(elsewhere, entry);
    expect(await cache.get(other)).toBeNull();
    expect(events.at(-1)).toMatchObject({ event: 'collateral.dropped' });
    expect((await cache.list()).map(({ key }) => key.name)).toEqual([KEY.name]);
  });

  it('refuses what is too large to keep', async () => {
    const { cache } = await folderCache();
    const put = cache.put({ ...documentOf('one'), body: new Uint8Array((8 << 20) + 1) });
    await expect(put).rejects.toMatchObject({ code: 'collateral_too_large' });
  });

  it('says that its disk fails', async () => {
    const { folder, cache } = await folderCache();
    rmSync(folder, { recursive: true });
    await expect(cache.put(documentOf('one'))).rejects.toMatchObject({ code: 'collateral_cache_failed' });
    await expect(cache.list()).rejects.toMatchObject({ code: 'collateral_cache_failed' });
  });

  it('sweeps what nobody refers to, once it is old', async () => {
    const { folder, cache } = await folderCache();
    await cache.put(documentOf('one'));
    await cache.put(documentOf('two'));
    writeFileSync(join(folder, 'index', KEY.kind, 'x.1-ab.new'), 'left by a crash');
    await cache.sweep();
    expect(filesBelow(join(folder, 'objects'))).toHaveLength(3);
    for (const path of filesBelow(folder)) utimesSync(path, 1000, 1000);
    await cache.sweep();
    expect(filesBelow(join(folder, 'objects'))).toHaveLength(2);
    expect(filesBelow(join(folder, 'index'))).toHaveLength(1);
    expect(await cache.get(KEY)).toEqual(documentOf('two'));
  });

  it('serves several processes at once', async () => {
    const { folder, cache } = await folderCache();
    const run = promisify(execFile);
    const rounds = 60;
    let [running, reads] = [true, 0];
    const children = Promise.all(
      ['left', 'right'].map((name) => run(process.execPath, [CHILD, folder, name, String(rounds)])),
    ).finally(() => {
      running = false;
    });
    const key: CollateralKey = { kind: 'intel-pck-crl', name: 'platform' };
    let mark = 0;
    while (running) {
      const document = await cache.get(key);
      // Always one version, whole, or none yet.
      if (document !== null)
        expect(new TextDecoder().decode(document.body)).toMatch(/^(?:left|right) \d+ *$/);
      const raised = await cache.highWater('shared');
      expect(raised).toBeGreaterThanOrEqual(mark);
      mark = raised;
      reads++;
    }
    await children;
    expect(reads).toBeGreaterThan(0);
    expect(await cache.highWater('shared')).toBe(rounds);
    expect(new TextDecoder().decode((await cache.get(key))?.body).trim()).toMatch(`${rounds}`);
    expect(filesBelow(folder).filter((path) => path.endsWith('.new'))).toEqual([]);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** One bit in the middle. */
function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.length >> 1;
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
