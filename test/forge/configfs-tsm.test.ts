import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type MountedTsm, mountConfigfsTsm } from '../../src/forge/configfs-tsm.ts';
import type { TsmOptions } from '../../src/forge/tsm-reports.ts';

const NONCE = new Uint8Array(64).fill(7);
let mounted: MountedTsm | null = null;
let made = 0;

function mount(options: Partial<TsmOptions> = {}): MountedTsm {
  made = 0;
  mounted = mountConfigfsTsm({
    provider: 'tdx_guest',
    report: (inblob) => ({ outblob: Uint8Array.of(++made, ...inblob.subarray(0, 2)) }),
    ...options,
  });
  return mounted;
}

afterEach(() => mounted?.unmount());

/** What a collector does. */
async function collect(path: string, nonce = NONCE): Promise<{ generations: string[]; outblob: Uint8Array }> {
  const entry = join(path, 'host');
  await mkdir(entry);
  try {
    const first = await readFile(join(entry, 'generation'), 'utf8');
    await writeFile(join(entry, 'inblob'), nonce);
    const outblob = new Uint8Array(await readFile(join(entry, 'outblob')));
    const second = await readFile(join(entry, 'generation'), 'utf8');
    return { generations: [first, second], outblob };
  } finally {
    await rmdir(entry);
  }
}

describe('a directory like configfs-tsm', () => {
  it('makes the files of an entry appear with it, and goes with them in it', async () => {
    const { path, entries } = mount();
    const entry = join(path, 'host');
    await mkdir(entry);
    expect(readdirSync(entry).toSorted()).toEqual(['generation', 'inblob', 'outblob', 'provider']);
    expect(await readFile(join(entry, 'provider'), 'utf8')).toBe('tdx_guest\n');
    expect(entries()).toEqual(['host']);
    await rmdir(entry);
    expect(entries()).toEqual([]);
    await expect(rmdir(entry)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('quotes what was written, and counts writes', async () => {
    const { path } = mount();
    expect(await collect(path)).toEqual({ generations: ['0\n', '1\n'], outblob: Uint8Array.of(1, 7, 7) });
  });

  it('makes a fresh report after each write, and only then', async () => {
    const { path } = mount();
    const at = (file: string): string => join(path, 'host', file);
    await mkdir(join(path, 'host'));
    await writeFile(at('inblob'), NONCE);
    const once = await readFile(at('outblob'));
    expect(await readFile(at('outblob'))).toEqual(once);
    await writeFile(at('inblob'), NONCE);
    expect(await readFile(at('outblob'))).not.toEqual(once);
    expect(await readFile(at('generation'), 'utf8')).toBe('2\n');
  });

  it('works alike through handles, through the synchronous form, and in a temporary entry', async () => {
    const { path } = mount();
    const entry = await mkdtemp(join(path, 'host-'));
    const handle = await open(join(entry, 'inblob'), 'w');
    await handle.write(NONCE);
    expect(readFileSync(join(entry, 'generation'), 'utf8')).toBe('0\n');
    await handle.close();
    expect(readFileSync(join(entry, 'generation'), 'utf8')).toBe('1\n');
    const reading = await open(join(entry, 'outblob'), 'r');
    expect([...(await reading.readFile())]).toEqual([1, 7, 7]);
    await reading.close();
    rmdirSync(entry);
    mkdirSync(entry);
    writeFileSync(join(entry, 'inblob'), NONCE);
    expect(readFileSync(join(entry, 'outblob'))).toHaveLength(3);
  });

  it.each([
    ['a report of nothing', 'read', 'outblob', 'EINVAL'],
    ['what is only written', 'read', 'inblob', 'EACCES'],
    ['what is only read', 'write', 'outblob', 'EACCES'],
    ['too much', 'write too much', 'inblob', 'EFBIG'],
    ['certificates of Intel', 'read', 'auxblob', 'ENOENT'],
  ])('refuses %s', async (_, what, file, code) => {
    const { path } = mount();
    await mkdir(join(path, 'host'));
    const target = join(path, 'host', file);
    const act =
      what === 'read' ? readFile(target) : writeFile(target, new Uint8Array(what === 'write' ? 64 : 65));
    await expect(act).rejects.toMatchObject({ code });
  });

  it('refuses a report over fewer bytes than 64, a second entry of a name, and removal by other means', async () => {
    const { path } = mount();
    const entry = join(path, 'host');
    await mkdir(entry);
    await writeFile(join(entry, 'inblob'), NONCE.subarray(1));
    await expect(readFile(join(entry, 'outblob'))).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(mkdir(entry)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(mkdir(join(entry, 'deeper'))).rejects.toMatchObject({ code: 'EPERM' });
    await expect(rm(entry, { recursive: true })).rejects.toMatchObject({ code: 'EPERM' });
  });

  it('has certificates and privilege levels under SEV-SNP', async () => {
    const auxblob = Uint8Array.of(9);
    const { path } = mount({ provider: 'sev_guest', report: (outblob) => ({ outblob, auxblob }) });
    const entry = join(path, 'host');
    await mkdir(entry);
    await writeFile(join(entry, 'inblob'), NONCE);
    await writeFile(join(entry, 'privlevel'), '1');
    await expect(writeFile(join(entry, 'privlevel'), '4')).rejects.toMatchObject({ code: 'EINVAL' });
    expect(await readFile(join(entry, 'generation'), 'utf8')).toBe('2\n');
    expect([...(await readFile(join(entry, 'auxblob')))]).toEqual([9]);
    expect(await readFile(join(entry, 'privlevel_floor'), 'utf8')).toBe('0\n');
  });

  it('gives no entry on a machine without a TEE', async () => {
    const { path } = mount({ provider: null });
    await expect(mkdir(join(path, 'host'))).rejects.toMatchObject({ code: 'ENXIO' });
  });

  it('lets another writer in between', async () => {
    const before = mount({ faults: [{ kind: 'other-writer', after: 'inblob' }] });
    expect(await collect(before.path)).toMatchObject({ generations: ['0\n', '2\n'] });
    before.unmount();
    const { path } = mount({ faults: [{ kind: 'other-writer', after: 'outblob' }] });
    const { generations, outblob } = await collect(path);
    expect(generations).toEqual(['0\n', '2\n']);
    expect([...outblob]).toEqual([1, 7, 7]);
    expect(await collect(path)).toMatchObject({ generations: ['0\n', '1\n'] });
  });

  it('fails as often as it is told, and reads as nothing', async () => {
    const { path, entries } = mount({
      faults: [
        { kind: 'error', attribute: 'outblob', code: 'EBUSY', times: 2 },
        { kind: 'empty', attribute: 'outblob' },
      ],
    });
    await expect(collect(path)).rejects.toMatchObject({ code: 'EBUSY' });
    await expect(collect(path)).rejects.toMatchObject({ code: 'EBUSY' });
    expect((await collect(path)).outblob).toHaveLength(0);
    expect((await collect(path)).outblob).toHaveLength(3);
    expect(entries()).toEqual([]);
  });

  it('leaves the rest of the file system alone, and everything once it is unmounted', async () => {
    const tsm = mount();
    const elsewhere = await mkdtemp(`${tsm.path}-beside-`);
    await writeFile(join(elsewhere, 'inblob'), 'text');
    expect(await readFile(join(elsewhere, 'inblob'), 'utf8')).toBe('text');
    tsm.unmount();
    tsm.unmount();
    await rm(elsewhere, { recursive: true });
    await expect(mkdir(join(tsm.path, 'host'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
