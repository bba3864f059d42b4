import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { bootstrap } from '../../src/cli/serve/bootstrap.ts';
import { startVerifier } from '../../src/cli/serve/verifier.ts';
import { databaseOf } from '../postgres/choice.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { sextant } from './in-process.ts';

it('rules are proposed and approved, plans read, holds placed and lifted, by commands alone', async () => {
  const data = temporaryFolder();
  const verifier = await startVerifier({
    data,
    ...(await databaseOf(data)),
    host: '127.0.0.1',
    port: 0,
    log: pino({ level: 'silent' }),
  });
  onTestFinished(() => verifier.close());
  vi.stubEnv('SEXTANT_DATA', data);
  vi.stubEnv('SEXTANT_URL', verifier.url);
  vi.stubEnv('COLUMNS', '120');
  onTestFinished(() => void vi.unstubAllEnvs());
  await bootstrap(verifier.context, data);
  const run = async (...args: string[]): Promise<string> => {
    const { status, stdout } = await sextant(...args);
    expect(status).toBe(0);
    return stdout.trim();
  };
  for (const [name, role] of [
    ['one', 'authority'],
    ['two', 'authority'],
    ['auditor', 'auditor'],
    ['exporter', 'exporter'],
  ] as const) {
    const person = ['--name', name, '--role', role, '--tenant', 'bureau', '--save', name];
    await run('principal', 'add', ...person);
  }
  const rule = join(data, 'rule.json');
  const content = { name: 'records', version: '1', basis: 'agreement', keepDays: { evidence: 3650 } };
  writeFileSync(rule, JSON.stringify({ kind: 'retention-rule', content }));
  const proposed = JSON.parse(await run('trust', 'propose', rule, '--as', 'one', '--json'));
  await run('trust', 'approve', proposed.id, '--digest', proposed.digest, '--as', 'two');
  const plan = JSON.parse(await run('retention', 'plan', '--json'));
  expect(plan.rules).toEqual([proposed.digest]);
  expect(await run('retention', 'plan', '--as', 'auditor')).toMatch(/evidence +3650 +20\d\d-/);
  expect(await run('retention', 'deletions', '--as', 'auditor')).toBe('Nothing was deleted by rule.');

  const party = ['--name', 'Acme', '--country', 'IS', '--as', 'exporter', '--only', 'id'];
  const subject = `party:${await run('party', 'add', ...party)}`;
  const why = ['--reason', 'inquiry 26-114', '--as', 'auditor'];
  const hold = await run('legal-hold', 'place', subject, ...why, '--only', 'id');
  expect(await run('legal-hold', 'list', '--as', 'auditor')).toContain(subject);
  await run('legal-hold', 'lift', hold, ...why);
  const again = await sextant('legal-hold', 'lift', hold, ...why);
  expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('lifted before')]);
});
