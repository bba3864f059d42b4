import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { akRecord, recordedAkHandle } from '../../src/agent/ak-record.ts';
import { openDataFolder, unusable } from '../../src/agent/folder.ts';
import { createOrLoadHostKey, loadHostKey } from '../../src/agent/host-key.ts';
import { bindingKeys, currentSessionKeys } from '../../src/agent/session-keys.ts';
import { temporaryFolder } from './fixtures.ts';

const noon = new Date('2026-06-01T12:00:00Z');
const later = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);

describe("the agent's folder", () => {
  it('is closed to others, and so is each file', () => {
    const folder = temporaryFolder();
    createOrLoadHostKey(folder);
    currentSessionKeys(folder, noon);
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder.path)) {
      expect(statSync(join(folder.path, name)).mode & 0o777).toBe(0o600);
    }
    expect(readdirSync(folder.path)).toHaveLength(2);
  });

  it('is refused when others may enter it, and so is a key that others may read', () => {
    const folder = temporaryFolder();
    createOrLoadHostKey(folder);
    chmodSync(join(folder.path, 'host-key.pem'), 0o640);
    expect(() => loadHostKey(folder)).toThrowError(expect.objectContaining({ code: 'data_exposed' }));
    chmodSync(folder.path, 0o755);
    expect(() => openDataFolder(folder.path)).toThrowError(expect.objectContaining({ code: 'data_exposed' }));
  });

  it('is not hurt by what a crash left half written', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder.path, 'a.new'), 'half of something longer', { mode: 0o644 });
    folder.write('a', 'whole');
    expect(folder.read('a')).toBe('whole');
    expect(statSync(join(folder.path, 'a')).mode & 0o777).toBe(0o600);
  });

  it('says where it cannot be', () => {
    const folder = temporaryFolder();
    folder.write('file', '');
    expect(() => openDataFolder(join(folder.path, 'file', 'below'))).toThrowError(
      expect.objectContaining({ code: 'data_unwritable' }),
    );
  });

  it('asks for room where the disk is full, and not for another folder', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(unusable('data_unwritable', '/a/host-key.pem', full).mend).toContain('Make room');
    const another = Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' });
    expect(unusable('data_unwritable', '/a/host-key.pem', another).mend).toContain('--data');
  });
});

describe('the host key', () => {
  it.each(['ES256', 'Ed25519'] as const)('of %s is made once', (algorithm) => {
    const folder = temporaryFolder();
    const { jkt } = createOrLoadHostKey(folder, algorithm);
    expect(createOrLoadHostKey(folder, 'ES256')).toMatchObject({ jkt, algorithm });
  });

  it('is not silently replaced when it is damaged', () => {
    const folder = temporaryFolder();
    folder.write('host-key.pem', 'not a key');
    expect(() => createOrLoadHostKey(folder)).toThrowError(
      expect.objectContaining({ code: 'data_unreadable' }),
    );
  });
});

describe('session keys', () => {
  it('live for most of a day and no longer', () => {
    const folder = temporaryFolder();
    const first = bindingKeys(currentSessionKeys(folder, noon));
    expect(bindingKeys(currentSessionKeys(folder, later(22)))).toEqual(first);
    const second = bindingKeys(currentSessionKeys(folder, later(23)));
    expect(second.signingKey.x).not.toBe(first.signingKey.x);
    expect(second.exchangeKey.x).not.toBe(first.exchangeKey.x);
  });

  it('are made anew when they come from the future or are damaged', () => {
    const folder = temporaryFolder();
    const first = bindingKeys(currentSessionKeys(folder, noon));
    expect(bindingKeys(currentSessionKeys(folder, later(-1)))).not.toEqual(first);
    folder.write('session-keys.json', '{');
    expect(currentSessionKeys(folder, noon).signing.asymmetricKeyType).toBe('ed25519');
  });
});

describe('the record of the attestation key', () => {
  it('speaks of one handle', async () => {
    const folder = temporaryFolder();
    expect(recordedAkHandle(folder)).toBeNull();
    const memory = akRecord(folder);
    expect(await memory.recall(1)).toBeNull();
    await memory.remember(1, Uint8Array.of(0, 11, 7));
    expect(await memory.recall(1)).toEqual(Uint8Array.of(0, 11, 7));
    expect(await memory.recall(2)).toBeNull();
    expect(recordedAkHandle(folder)).toBe(1);
  });

  it('is not guessed at when it is damaged', async () => {
    const folder = temporaryFolder();
    folder.write('attestation-key.json', '{"handle":1');
    await expect(akRecord(folder).recall(1)).rejects.toMatchObject({ code: 'data_unreadable' });
  });
});
