import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWithVectors } from '../vectors.ts';
import { sextant } from './in-process.ts';
import { sextant as apart } from './run.ts';

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
  const ours = cases.filter((item) => /^tpm\/(?:cases\/|gce\/|generic-evidence)/.test(item.arguments[0]));

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

describeWithVectors('sextant verify on Intel evidence', (folder) => {
  const cases = join(folder, 'intel/cases');

  it('judges a quote alone, with the rest from the collateral, by the roots that are pinned', async () => {
    const evidence = join(cases, 'phala_tdx_quote/quote.bin');
    const collateral = ['--collateral', join(cases, 'phala_tdx_quote')];
    const { status, stdout } = await sextant(
      'verify',
      evidence,
      ...collateral,
      '--at',
      '2025-06-21T00:00:00Z',
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      authentic: true,
      accepted: true,
      tcbStatus: 'UpToDate',
      verdict: { status: 'UpToDate', evaluationNumbers: { tcbInfo: 17, qeIdentity: 17 } },
      tee: { kind: 'tdx', measured: { mrServiceTd: null } },
    });
    expect(status).toBe(0);
  });

  it('judges a changed file over the rest of the collateral', async () => {
    const [changed, baseline] = ['col_pckcrl_is_rootcrl', '00_baseline'].map((name) =>
      join(folder, 'intel/mutations', name),
    );
    const at = ['--at', '2025-06-21T00:00:00Z'];
    const { status, stdout } = await sextant(
      'verify',
      `${changed}`,
      '--collateral',
      `${baseline}`,
      ...at,
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({ authentic: false, accepted: false, tcbStatus: null });
    expect(status).toBe(1);
  });

  it('tells the operator of a platform that is out of date what to update, and until when it was in order', async () => {
    const evidence = join(cases, 'automata_quotev4');
    const at = ['--at', '2025-10-20T00:00:00Z'];
    const { status, stdout } = await sextant('verify', evidence, ...at, '--policy', 'gate');
    expect(status).toBe(1);
    expect(stdout).toContain(
      '✗ sgxtcbcomponents[0] needs 7, has 6 (BIOS: Early Microcode Update)  update the BIOS',
    );
    expect(stdout).toContain("at Intel's level of 2023-08-09; superseded by the level of 2024-03-13");
    expect(stdout).toContain('• update the microcode that the host loads');
    expect(stdout).toContain('INTEL-SA-00960');
    expect(stdout).toContain('Collateral  evaluation 17');
    expect(stdout).toMatch(/Not performed:\n.*intel\.quote\.report-data/);
  });
});

describe('sextant verify', () => {
  it('says with status 2 that it cannot judge what no format recognises', async () => {
    const { status, stdout } = await apart('verify', import.meta.filename, '--json');
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
    ['a nonce of nothing', '--nonce', ' '],
    ['a policy that does not exist', '--policy', 'lenient'],
    ['a policy that is a folder', '--policy', import.meta.dirname],
  ])('refuses %s as wrong usage', async (_what, option, value) => {
    const { status, stderr } = await sextant('verify', import.meta.filename, option, value);
    expect(status).toBe(2);
    expect(stderr).not.toBe('');
  });
});
