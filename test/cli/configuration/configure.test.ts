import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PCRS } from '../../../src/agent/tpm/selection.ts';
import { AGENT } from '../../../src/cli/agent/settings.ts';
import { configure, type Given } from '../../../src/cli/configuration/configure.ts';
import { nearest } from '../../../src/cli/configuration/nearest.ts';
import { describeConfiguration } from '../../../src/cli/configuration/print.ts';
import type { Environment } from '../../../src/cli/configuration/variables.ts';
import { UsageError } from '../../../src/cli/failure.ts';
import { LANDMARK } from '../../../src/cli/landmark/settings.ts';
import { ratesOf } from '../../../src/cli/serve/rates.ts';
import { VERIFIER } from '../../../src/cli/serve/settings.ts';
import { REQUEST_RATES } from '../../../src/http/middleware/request-rates.ts';
import { sextant } from '../in-process.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sextant-configuration-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: unknown): string {
  const path = join(folder, 'settings.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const verifier = (given: Given, environment: Environment = {}) => configure(VERIFIER, given, environment);

function refusal(work: () => unknown): UsageError {
  try {
    work();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a setting', () => {
  it('counts by option, else by variable, else by file, else by default, each by itself', () => {
    const config = file({ port: 1, host: 'a.example', logOrigin: 'file', workers: 3 });
    const environment = { SEXTANT_PORT: '2', SEXTANT_HOST: 'b.example' };
    const { values, sources } = verifier({ config, port: '3' }, environment);
    expect(values).toMatchObject({
      port: 3,
      host: 'b.example',
      logOrigin: 'file',
      workers: 3,
      logLevel: 'info',
    });
    expect(sources).toMatchObject({
      port: '--port',
      host: 'SEXTANT_HOST',
      logOrigin: config,
      logLevel: 'default',
    });
  });

  it('is absent where its variable is blank', () => {
    const { values, sources } = verifier({}, { SEXTANT_DATABASE_URL: ' ', SEXTANT_PORT: '' });
    expect(values).toMatchObject({ database: undefined, port: 8080 });
    expect(sources).toMatchObject({ database: 'default', port: 'default' });
  });

  it('names its file by variable as well, which an option overrides', () => {
    const config = file({ port: 4 });
    expect(verifier({}, { SEXTANT_CONFIG: config }).values.port).toBe(4);
    expect(refusal(() => verifier({ config: `${folder}/none` }, { SEXTANT_CONFIG: config })).code).toBe(
      'unreadable',
    );
  });

  it('that is a switch is off unless it is told true: the word false turns nothing on', () => {
    const plaintext = (text: string) =>
      verifier({}, { SEXTANT_DANGEROUSLY_PLAINTEXT: text }).values.dangerouslyPlaintext;
    expect([plaintext('true'), plaintext('1'), plaintext('false'), plaintext('0')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(verifier({}).values.dangerouslyPlaintext).toBe(false);
    expect(refusal(() => plaintext('no')).code).toBe('bad_setting');
    expect(verifier({ dangerouslyPlaintext: true }).values.dangerouslyPlaintext).toBe(true);
  });

  it('that is a list takes words, an array, or an option again and again', () => {
    const due = { diversion: 3, tampering: 4 };
    for (const found of [
      verifier({}, { SEXTANT_INCIDENT_DUE: 'diversion=3  tampering=4' }),
      verifier({ config: file({ incidentDue: ['diversion=3', 'tampering=4'] }) }),
      verifier({ incidentDue: ['diversion=3', 'tampering=4'] }),
    ])
      expect(found.values.incidentDue).toEqual(due);
  });

  it('that limits a rate has what the server holds to without it', () => {
    expect(ratesOf(verifier({}).values)).toEqual(REQUEST_RATES);
  });

  it('that chooses registers has the default of whoever quotes them', () => {
    expect(AGENT.settings.pcrs.otherwise).toBe(DEFAULT_PCRS);
  });

  it('that must be given is asked for once everything given was read', () => {
    const run = (given: Given) => refusal(() => configure(LANDMARK, given, {}));
    expect(run({ place: '91,0' }).code).toBe('bad_setting');
    const { code, message, mend } = run({ place: '52,13', id: 'x' });
    expect({ code, message }).toEqual({
      code: 'missing_setting',
      message: '--key, --uncertainty, --verifier must be given',
    });
    expect(mend).toContain('SEXTANT_LANDMARK_KEY');
  });
});

describe('what nobody knows', () => {
  it.each([
    [{ prot: 1 }, 'Did you mean port?'],
    [{ tlscert: 'x' }, 'Did you mean tlsCert?'],
    [{ Port: 1 }, 'Did you mean port?'],
    [{ place: '52,13' }, ''],
    [{ toString: 'x' }, ''],
    [{ config: 'x' }, ''],
  ])('in a file is refused: %j', (content, says) => {
    const { code, mend } = refusal(() => verifier({ config: file(content) }));
    expect(code).toBe('unknown_setting');
    expect(mend).toContain(says);
  });

  it.each([
    ['SEXTANT_PROT', 'Did you mean SEXTANT_PORT?'],
    ['SEXTANT_VERIFIER_SERVICE_HOST', 'enableServiceLinks'],
    ['SEXTANT_PORT_8080_TCP', 'enableServiceLinks'],
    ['SEXTANT_QUITE_SOMETHING_ELSE', 'docs/configuration.md'],
  ])('among variables is refused: %s', (name, says) => {
    const { code, mend } = refusal(() => verifier({}, { [name]: '' }));
    expect(code).toBe('unknown_setting');
    expect(mend).toContain(says);
  });

  it('but variables of other programs are none of it', () => {
    const environment = { SEXTANT_LANDMARK_ID: 'x', SEXTANT_TOKEN: 'x', PATH: '/bin', MY_SEXTANT_X: '1' };
    expect(verifier({}, environment).values.port).toBe(8080);
  });
});

describe('a file', () => {
  it.each([
    ['{"port": 1, "port": 2}', 'twice'],
    ['{"port": "8080"}', 'a number as text'],
    ['{"host": 1}', 'a text as number'],
    ['{"port": 8080.5}', 'no port'],
    ['{"dangerouslyPlaintext": "true"}', 'a switch as text'],
    ['{"witness": "https://w.example"}', 'a list as text'],
    ['{"witness": ["https://w.example", 1]}', 'a list of other things'],
    ['{"host": null}', 'nothing'],
    ['["port"]', 'no object'],
    ['port: 8080', 'no JSON'],
    ['', 'empty'],
  ])('of %s is refused: %s', (content) => {
    expect(refusal(() => verifier({ config: file(content) })).code).toBe('bad_setting');
  });

  it('is read or refused, whatever it holds, and never half', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.dictionary(fc.constantFrom('port', 'host', 'witness', 'x'), fc.jsonValue()),
        ),
        (content) => {
          const config = file(content);
          try {
            expect(Object.keys(verifier({ config }).values)).toEqual(Object.keys(VERIFIER.settings));
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('--print-config', () => {
  it('says what counts and where it came from, and starts nothing', async () => {
    const config = file({ port: 4, witness: ['https://w.example/', 'w+1+key'] });
    const words = ['serve', '--config', config, '--host', '0.0.0.0', '--print-config'];
    const { status, stdout, stderr } = await sextant.with({ SEXTANT_LOG_LEVEL: 'warn' }, ...words);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^host +0\.0\.0\.0 +--host$/m);
    expect(stdout).toContain(config);
    expect(stdout).toMatch(/^port +4 +\//m);
    expect(stdout).toMatch(/^logLevel +warn +SEXTANT_LOG_LEVEL$/m);
    expect(stdout).toMatch(/^keys +<data>\/keys +default$/m);
  });

  it.each([
    'postgres://me:pass-word@db.example/sextant',
    'postgres://me:pass-word/x@db.example/sextant',
    'postgres:me:pass-word@db',
    'postgres://pass-word:123/x@db.example/sextant',
    'postgres://pass-word:123?x@db.example/sextant',
    'me:pass-word',
    'postgres://db.example/sextant?password=pass-word',
  ])('withholds the password in %s', (database) => {
    const found = verifier({}, { SEXTANT_DATABASE_URL: database });
    expect(describeConfiguration(VERIFIER, found)).not.toContain('pass-word');
  });

  it('withholds who logs in to any other address', () => {
    const found = verifier({ pcsUrl: 'https://me:pass-word@pccs.example/x' });
    expect(describeConfiguration(VERIFIER, found)).toContain('https://withheld@pccs.example/x');
  });
});

describe('the nearest name', () => {
  it('is found by typing errors, and not where there is none', () => {
    expect(nearest('pubilcUrl', ['publicUrl', 'pcsUrl'])).toBe('publicUrl');
    expect(nearest('colour', ['port', 'host'])).toBeUndefined();
  });
});
