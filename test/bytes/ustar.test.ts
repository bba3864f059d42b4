import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ArchivedFile, ustar } from '../../src/bytes/ustar.ts';

const long = `${'a'.repeat(90)}/${'b'.repeat(60)}/${'c'.repeat(80)}`;
const files: readonly ArchivedFile[] = [
  { path: 'b.txt', bytes: Buffer.from('b\n') },
  { path: 'a/run.sh', bytes: Buffer.from('#!/bin/sh\n'), isProgram: true },
  { path: 'a/empty', bytes: new Uint8Array() },
  { path: 'a/block', bytes: new Uint8Array(512).fill(1) },
  { path: 'a/more', bytes: new Uint8Array(513).fill(2) },
  { path: long, bytes: Buffer.from('far down') },
];
const archive = (of: readonly ArchivedFile[]): Buffer => Buffer.concat([...ustar(of)]);

describe('a tar archive', () => {
  it('is unpacked by tar as it was packed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sextant-tar-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'files.tar'), archive(files));
    const { status, stderr } = spawnSync('tar', ['-xpf', 'files.tar'], { cwd: folder, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    for (const { path, bytes, isProgram = false } of files) {
      expect(readFileSync(join(folder, path)).equals(bytes)).toBe(true);
      expect(statSync(join(folder, path)).mode & 0o777).toBe(isProgram ? 0o755 : 0o644);
    }
  });

  it('is the same whatever order the files come in', () => {
    expect(archive(files.toReversed()).equals(archive(files))).toBe(true);
    expect(archive([]).equals(Buffer.alloc(1024))).toBe(true);
  });

  it.each([
    ['goes up', 'a/../b', 'bad_value'],
    ['is absolute', '/a', 'bad_value'],
    ['is empty', '', 'bad_value'],
    ['ends with a slash', 'a/', 'bad_value'],
    ['is not ASCII', 'ä', 'bad_value'],
    ['holds a NUL', 'a\0b', 'bad_value'],
    ['has a name of 101 bytes', 'a'.repeat(101), 'too_long'],
    ['is longer than both its fields', `${'a/'.repeat(130)}b`, 'too_long'],
  ])('holds no path that %s', (_, path, code) => {
    expect(() => archive([{ path, bytes: new Uint8Array() }])).toThrow(expect.objectContaining({ code }));
  });

  it('holds no path twice', () => {
    const twice = { path: 'a', bytes: new Uint8Array() };
    expect(() => archive([twice, twice])).toThrow(expect.objectContaining({ code: 'duplicate' }));
  });
});
