import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { grantOf, ISSUER, keys, listOf, receiptOf } from '../record/grant/shown.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { sextant } from './in-process.ts';

const at = ['--at', '2026-03-01T12:00:00Z', '--profile', 'basic'];

/** The keys of a verifier as files, and whoever judges by them. */
function reader() {
  const folder = temporaryFolder();
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const set = (name: 'grant' | 'status') =>
    file(`${name}.json`, JSON.stringify({ keys: [{ ...keys[name].jwk, kid: keys[name].kid }] }));
  const keysOf = ['--keys', set('grant'), '--status-keys', set('status')];
  const verify = (path: string, more: readonly string[] = at) =>
    sextant('grant', 'verify', path, '--issuer', ISSUER, '--tenant', 'acme', ...keysOf, ...more);
  return { file, verify };
}

describe('sextant grant verify', () => {
  it('accepts what an agent keeps, refuses it once it has ended, and a token without a list', async () => {
    const { file, verify } = reader();
    const grant = grantOf();
    const kept = { grant: { grant }, statusList: listOf('valid'), receipt: await receiptOf(grant) };
    const path = file('kept.json', JSON.stringify(kept));
    expect(await verify(path)).toMatchObject({ status: 0 });
    const late = await verify(path, ['--at', '2026-03-01T13:00:00Z', '--profile', 'basic', '--json']);
    expect(late.status).toBe(1);
    expect(late.stdout).toContain('grant.expired');
    const bare = await verify(file('token', grant));
    expect([bare.status, bare.stdout.includes('status-list.present')]).toEqual([1, true]);
    const production = await verify(path, ['--at', '2026-03-01T12:00:00Z']);
    expect([production.status, production.stdout.includes('not performed')]).toEqual([1, true]);
  });

  it('says of a denial that it holds no grant', async () => {
    const { file, verify } = reader();
    const { status, stderr } = await verify(file('denied.json', '{"outcome":"denied","grant":null}'));
    expect(status).toBe(2);
    expect(stderr).toContain('holds no grant');
  });
});
