import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWithVectors } from '../vectors.ts';
import { sextant } from './run.ts';

type Case = {
  readonly arguments: readonly [string, ...string[]];
  readonly format: string;
  readonly authentic: boolean;
  readonly why?: string;
};

describeWithVectors('sextant verify on genuine evidence', (folder) => {
  const { cases }: { cases: readonly Case[] } = JSON.parse(
    readFileSync(join(folder, 'expected.json'), 'utf8'),
  );
  const ours = cases.filter((item) => item.arguments[0].startsWith('tpm/cases/'));

  it.each(ours)(
    'gives the verdict of $arguments ($why)',
    async ({ arguments: [path, ...rest], format, authentic }) => {
      const { status, stdout } = await sextant('verify', join(folder, path), ...rest, '--json');
      const judgement = JSON.parse(stdout);
      expect(judgement).toMatchObject({ format, authentic, accepted: authentic, policy: 'authenticity' });
      expect(status).toBe(authentic ? 0 : 1);
      expect(judgement.checks.some((check: { status: string }) => check.status === 'fail')).toBe(!authentic);
    },
  );

  it('refuses under the gate what it could not perform', async () => {
    const path = join(folder, 'tpm/cases/swtpm-rsa');
    const nonce = readFileSync(join(folder, 'tpm/nonce.hex'), 'utf8').trim();
    const { status, stdout } = await sextant('verify', path, '--nonce', nonce, '--policy', 'gate', '--json');
    const judgement = JSON.parse(stdout);
    expect(judgement).toMatchObject({ authentic: true, accepted: false, policy: 'gate' });
    expect(judgement.notPerformed.map(({ id }: { id: string }) => id)).toEqual(['tpm.ak.name']);
    expect(status).toBe(1);
  });
});

describe('sextant verify', () => {
  it('says with status 2 that it cannot judge what no format recognises', async () => {
    const { status, stdout } = await sextant('verify', import.meta.filename, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      format: null,
      authentic: null,
      error: { code: 'unknown_format' },
    });
    expect(status).toBe(2);
  });

  it('judges the other paths when one cannot be read', async () => {
    const { status, stdout } = await sextant(
      'verify',
      '/nonexistent/evidence',
      import.meta.filename,
      '--json',
    );
    const codes = JSON.parse(stdout).map(({ error }: { error: { code: string } }) => error.code);
    expect(codes).toEqual(['unreadable', 'unknown_format']);
    expect(status).toBe(2);
  });

  it.each([
    ['an offset instead of Z', '--at', '2026-06-01T00:00:00+00:00'],
    ['half a byte', '--nonce', 'abc'],
    ['a policy that does not exist', '--policy', 'lenient'],
  ])('refuses %s as wrong usage', async (_what, option, value) => {
    const { status, stderr } = await sextant('verify', import.meta.filename, option, value);
    expect(status).toBe(2);
    expect(stderr).not.toBe('');
  });
});
