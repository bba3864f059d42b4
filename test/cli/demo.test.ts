import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataRoot } from '../store/data-root.ts';
import { describeWithSwtpm } from '../swtpm.ts';
import { type Run, sextant } from './run.ts';

/** The codes that the story must show, in its order. */
const REFUSALS = [
  'binding.nonce',
  'session_already_submitted',
  'tpm.quote.pcr-selection',
  'tpm.ek.chain',
  'tpm.ak.enrolled',
  'tee.report-data',
  'evidence.stale',
];

/** What becomes of licences, in its order: of the host's device, of its GPUs, and of the guest's GPUs as they move. */
const LICENCE_STORY = [
  'proven-inside',
  'ALLOW',
  'DENY',
  'ALLOW',
  'proven-outside',
  'DENY',
  'suspended',
  'diversion',
  'proven-inside',
  'active',
  'ALLOW',
];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(dataRoot, 'sextant-demo-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function demo(...more: readonly string[]): readonly string[] {
  return ['demo', '--once', '--port', '0', '--data', join(folder, 'demo'), ...more];
}

function told({ stdout }: Run): string[] {
  const words = /✓ .*? {2}.*?\b(proven-inside|proven-outside|ALLOW|DENY|suspended|active|diversion)\b/g;
  return [...stdout.matchAll(words)].map((match) => match[1] ?? '');
}

function refusals({ stdout }: Run): string[] {
  return [...stdout.matchAll(/refused: (\S+)/g)].map((match) => match[1] ?? '');
}

/** A PATH on which nothing but Node is found: a machine without swtpm and tpm2-tools. */
function pathWithNodeAlone(): string {
  const path = join(folder, 'bin');
  mkdirSync(path);
  symlinkSync(process.execPath, join(path, 'node'));
  return path;
}

describe('the demonstration without swtpm', () => {
  it('tells its story on a TPM of its own, and goes on from it', async () => {
    const environment = { PATH: pathWithNodeAlone() };
    const first = await sextant.with(environment, ...demo());
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toContain('made in this process under a throwaway root');
    expect(first.stdout).toContain('host-tpm G2-tpm');
    expect(first.stdout).toContain('host-tee G2-tee');
    expect(told(first)).toEqual(LICENCE_STORY);
    expect(refusals(first)).toEqual(REFUSALS);

    const second = await sextant.with(environment, ...demo());
    expect(second).toMatchObject({ status: 0, stderr: '' });
    expect(second.stdout).toContain('kept from an earlier start');
    expect(told(second)).toEqual(LICENCE_STORY);
    expect(refusals(second)).toEqual(REFUSALS);
  }, 180_000);

  it('throws away no folder that is not a demonstration’s', async () => {
    const stranger = join(folder, 'demo');
    mkdirSync(join(stranger, 'precious'), { recursive: true });
    const { status, stderr } = await sextant(...demo('--fresh'));
    expect(status).toBe(2);
    expect(stderr).toContain('usage');
    expect(existsSync(join(stranger, 'precious'))).toBe(true);
  });
});

describeWithSwtpm('the demonstration on a real software TPM', () => {
  it('tells the same story', async () => {
    // What an earlier demonstration left is thrown away: nothing of it would open.
    mkdirSync(join(folder, 'demo'));
    writeFileSync(join(folder, 'demo', 'scenery.json'), 'not ours');
    const run = await sextant(...demo('--fresh'));
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).not.toContain('kept from an earlier start');
    expect(run.stdout).toContain('a real software TPM 2.0');
    expect(refusals(run)).toEqual(REFUSALS);
  }, 180_000);
});
