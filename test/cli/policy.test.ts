import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sextant } from './in-process.ts';

const base = resolve(import.meta.dirname, '../../packs/base');
const work = mkdtempSync(join(tmpdir(), 'sextant-policy-'));
afterAll(() => rmSync(work, { recursive: true }));
const policy = (...args: string[]) => sextant('policy', ...args);

/** The base pack with one file changed. */
function variant(name: string, file: string, from: string, to: string): string {
  const folder = join(work, name);
  cpSync(base, folder, { recursive: true });
  const text = readFileSync(join(folder, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(folder, file), text.replace(from, to));
  return folder;
}

const input = join(work, 'input.json');
const { input: request } = JSON.parse(readFileSync(join(base, 'tests.json'), 'utf8'));

describe('sextant policy', () => {
  it('check: says that a pack is sound, by digest, and what it leaves out', async () => {
    const { status, stdout } = await policy('check', base);
    expect(status).toBe(0);
    expect(stdout).toMatch(/sha256 [0-9a-f]{64}/);
    expect(stdout).toContain('left out: ');
    expect(stdout).toContain('sound: 15 rules');
  });

  it('check: names every fault, in JSON too', async () => {
    const folder = variant('faulty', 'policies.cedar', '@id("fresh")', '');
    const { status, stdout } = await policy('check', folder, '--json');
    expect(status).toBe(1);
    const { sound, findings } = JSON.parse(stdout);
    expect(sound).toBe(false);
    expect(findings.map(({ code }: { code: string }) => code)).toEqual(['pack.annotation']);
  });

  it('check: refuses a file that no pack has', async () => {
    const folder = variant('crowded', 'data.json', '{', '{');
    writeFileSync(join(folder, 'notes.txt'), 'x');
    const { status, stderr } = await policy('check', folder);
    expect(status).toBe(2);
    expect(stderr).toContain('unsupported');
    expect(stderr).toContain('notes.txt');
  });

  it('test: runs them and counts what they decide', async () => {
    const { status, stdout } = await policy('test', base, '--json');
    expect(status).toBe(0);
    const { tests, rules } = JSON.parse(stdout);
    expect(tests.every(({ passed }: { passed: boolean }) => passed)).toBe(true);
    expect(rules.find(({ id }: { id: string }) => id === 'fresh')).toMatchObject({ applies: 1 });
  });

  it('test: fails for a failed test, and names a rule that no test decides', async () => {
    const failing = variant('failing', 'data.json', '86400', '90000');
    const { status, stdout } = await policy('test', failing);
    expect(status).toBe(1);
    expect(stdout).toContain('fail  a second too old: expected deny for base.evidence-stale, got allow');
    expect(stdout).toMatch(/fresh +0 +\d+ +no test decides it/);
  });

  it('test: asks no rule of a pack that is faulty otherwise', async () => {
    const { status, stderr } = await policy('test', join(work, 'faulty'));
    expect(status).toBe(2);
    expect(stderr).toContain('bad_pack');
    expect(stderr).toContain('sextant policy check');
  });

  it('explain: says why, rule by rule', async () => {
    const stale = { ...request, evidence: { ...request.evidence, oldestAgeSeconds: 90_000 } };
    writeFileSync(input, JSON.stringify(stale));
    const { status, stdout } = await policy('explain', base, '--input', input);
    expect(status).toBe(1);
    expect(stdout).toContain('base.evidence-stale unproven');
    expect(stdout).toContain('fails  fresh  forbid applies: base.evidence-stale');
    expect(stdout).toContain('holds  screened  permit applies');
  });

  it('explain: allows with status 0, and says what is missing where something is', async () => {
    writeFileSync(input, JSON.stringify(request));
    const allowed = await policy('explain', base, '--input', input, '--json');
    expect([allowed.status, JSON.parse(allowed.stdout).outcome]).toEqual([0, 'allow']);
    writeFileSync(input, JSON.stringify({ action: 'use' }));
    const denied = await policy('explain', base, '--input', input);
    expect(denied.status).toBe(1);
    expect(denied.stdout).toContain('No rule was asked');
  });

  it('diff: says which figures, rules and outcomes differ', async () => {
    const { status, stdout } = await policy('diff', base, join(work, 'failing'), '--json');
    expect(status).toBe(1);
    const { members, rules, schema, tests, outcomes } = JSON.parse(stdout);
    expect(members).toEqual([{ where: 'data.limits.evidenceAgeSeconds', before: 86_400, after: 90_000 }]);
    expect([rules, schema, tests]).toEqual([[], false, false]);
    expect(outcomes).toEqual([
      {
        test: 'a second too old',
        before: { outcome: 'deny', codes: ['base.evidence-stale'] },
        after: { outcome: 'allow', codes: [] },
      },
    ]);
    const text = await policy('diff', base, join(work, 'failing'));
    expect(text.stdout).toContain('a second too old: deny for base.evidence-stale -> allow');
  });

  it('diff: a pack is itself', async () => {
    const { status, stdout } = await policy('diff', base, base);
    expect([status, stdout.startsWith('the same pack')]).toEqual([0, true]);
  });

  it('teaches what a pack is', async () => {
    const { stdout } = await policy('--help');
    for (const file of ['manifest.json', 'schema.cedarschema', 'policies.cedar', 'data.json', 'tests.json']) {
      expect(stdout).toContain(file);
    }
  });
});
