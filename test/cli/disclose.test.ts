import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ISSUER, issued, keys } from '../record/disclosure/shown.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { sextant } from './in-process.ts';

describe('sextant disclose', () => {
  it('shows part of what was issued, and judges what is shown', async () => {
    const folder = temporaryFolder();
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const now = Math.floor(Date.now() / 1000);
    const whole = file('whole', issued({ always: { iat: now - 60, exp: now + 600 } }));
    const pem = keys.holder.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const to = ['--audience', 'reader', '--nonce', 'n-1'];
    const show = (names: string, key: string) =>
      sextant('disclose', 'present', whole, '--show', names, ...to, '--key', file('key.pem', key));
    const shown = await show('level, date', pem);
    expect(shown.status).toBe(0);
    const set = JSON.stringify({ keys: [{ ...keys.issuer.jwk, kid: keys.issuer.kid }] });
    const known = ['--issuer', `${ISSUER}/`, '--keys', file('keys.json', set)];
    const judged = await sextant('disclose', 'verify', file('shown', shown.stdout), ...known, ...to);
    expect([judged.status, /G2-tpm/.test(judged.stdout), /place-unproven/.test(judged.stdout)]).toEqual([
      0,
      true,
      true,
    ]);
    expect(judged.stdout).not.toMatch(/S-1|hst_1/);
    const other = ['--audience', 'another', '--nonce', 'n-1'];
    const refused = await sextant(
      'disclose',
      'verify',
      file('shown', shown.stdout),
      ...known,
      ...other,
      '--json',
    );
    expect([refused.status, JSON.parse(refused.stdout).accepted]).toEqual([1, false]);
    expect((await show('serial', pem)).stderr).toContain('there is no serial to show');
    expect((await show('level', 'no key')).stderr).toContain('no private key');
  });
});
