import { hash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootstrap } from '../../src/cli/serve/bootstrap.ts';
import { startVerifier, type Verifier } from '../../src/cli/serve/verifier.ts';
import { statement } from '../../src/store/statement.ts';
import { certificatePem } from '../http/secure.ts';
import { issueRoot } from '../pki/issue.ts';
import { databaseOf } from '../postgres/choice.ts';
import { dataRoot } from '../store/data-root.ts';
import { sextant } from './in-process.ts';
import type { Run } from './run.ts';

/** What a person does at the register with commands alone, against a verifier that runs. */
describe('the commands that speak to a verifier', () => {
  let verifier: Verifier;
  let data = '';
  const run = (...args: readonly string[]): Promise<Run> =>
    sextant.with(
      { SEXTANT_DATA: data, SEXTANT_URL: verifier.url, SEXTANT_TOKEN: '', COLUMNS: '100' },
      ...args,
    );
  const idOf = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await run(...args, '--only', 'id');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout.trim();
  };

  beforeAll(async () => {
    data = mkdtempSync(join(dataRoot, 'sextant-cli-'));
    verifier = await startVerifier({
      data,
      ...(await databaseOf(data)),
      host: '127.0.0.1',
      port: 0,
      log: pino({ level: 'silent' }),
    });
    await bootstrap(verifier.context, data);
    for (const role of ['exporter', 'operator', 'authority']) {
      const added = await run(
        ...['principal', 'add', '--name', role, '--role', role, '--tenant', role, '--save', role],
      );
      expect(added.status).toBe(0);
    }
  });

  afterAll(async () => {
    await verifier.close();
    rmSync(data, { recursive: true, force: true });
  });

  it('saves the token of a new principal for its owner alone, and prints it nowhere', async () => {
    const { stdout, stderr } = await run(
      ...[
        'principal',
        'add',
        '--name',
        'auditor',
        '--role',
        'auditor',
        '--tenant',
        'audit',
        '--save',
        'auditor',
      ],
    );
    const path = join(data, 'tokens/auditor.token');
    const token = readFileSync(path, 'utf8').trim();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(token).not.toBe('');
    expect(stdout + stderr).not.toContain(token);
    expect((await run('host', 'list', '--as', 'auditor')).status).toBe(0);
  });

  it('hands a token over to whoever makes a key for it', async () => {
    const listed = await run('principal', 'list', '--json');
    const items: readonly { id: string; role: string }[] = JSON.parse(listed.stdout).items;
    const id = items.find(({ role }) => role === 'exporter')?.id ?? '';
    const minted = await run('token', 'mint', id, '--only', 'token');
    const file = join(data, 'handed-over');
    writeFileSync(file, minted.stdout);
    const elsewhere = mkdtempSync(join(dataRoot, 'sextant-cli-'));
    const login = await run('login', 'mine', '--token-file', file, '--data', elsewhere);
    expect({ status: login.status, stderr: login.stderr }).toEqual({ status: 0, stderr: '' });
    expect(statSync(join(elsewhere, 'tokens/mine.key')).mode & 0o777).toBe(0o600);
    const party = ['party', 'add', '--as', 'mine', '--name', 'Mine', '--country', 'DE'];
    expect((await run(...party, '--data', elsewhere)).status).toBe(0);
    // Who only found the token comes too late.
    const thief = await run('login', 'stolen', '--token-file', file);
    expect(thief).toMatchObject({ status: 2, stderr: expect.stringContaining('bound to another key') });
    rmSync(elsewhere, { recursive: true, force: true });
  });

  it('binds a token to a client certificate, and says with what each is used', async () => {
    const listed = await run('principal', 'list', '--json');
    const items: readonly { id: string; role: string }[] = JSON.parse(listed.stdout).items;
    const id = items.find(({ role }) => role === 'exporter')?.id ?? '';
    const machine = issueRoot();
    const pem = join(data, 'machine.pem');
    writeFileSync(pem, certificatePem(machine));
    const digest = hash('sha256', machine.der, 'base64url');
    for (const certificate of [pem, digest]) {
      const minted = await run('token', 'mint', id, '--certificate', certificate, '--json');
      expect(JSON.parse(minted.stdout)).toMatchObject({ x5tS256: digest, jkt: null, bindUntil: null });
    }
    const hint = async (...more: readonly string[]): Promise<string> => {
      const { stdout, stderr } = await run('token', 'mint', id, ...more);
      return /Next, (.*)/.exec(stdout + stderr)?.[1] ?? '';
    };
    expect(await hint('--certificate', pem)).toMatch(/^as Bearer, .* curl --cert FILE/);
    expect(await hint('--reads-only')).toMatch(/^as Bearer, to read/);
    expect(await hint('--key', 'A'.repeat(43))).toContain('sextant login');
    expect(await hint()).toMatch(/^within a day/);
    const several = await run('token', 'mint', id, '--certificate', pem, '--reads-only');
    expect(several).toMatchObject({ status: 2, stderr: expect.stringContaining('cannot be used with') });
    const none = await run('token', 'mint', id, '--certificate', join(data, 'absent.pem'));
    expect(none.status).not.toBe(0);
  });

  it('binds the token of an older verifier the first time that it matters', async () => {
    const path = join(data, 'admin.key');
    const key = readFileSync(path, 'utf8');
    rmSync(path);
    const unbind = statement((db) =>
      db
        .updateTable('bearer_token')
        .set({ jkt: null, bind_until_ms: 8e12 })
        .where('label', '=', 'admin.token'),
    );
    await verifier.context.store.write((tx) => tx.run(unbind, {}));
    expect((await run('principal', 'list')).status).toBe(0);
    expect(existsSync(path)).toBe(false);
    const added = ['principal', 'add', '--name', 'late', '--role', 'auditor', '--tenant', 'late'];
    expect((await run(...added)).status).toBe(0);
    expect(readFileSync(path, 'utf8')).not.toBe(key);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('prints the headers of one request for other tools', async () => {
    const { stdout } = await run('dpop', 'post', '/v1/parties', '--as', 'exporter');
    const headers = new Headers(
      stdout
        .trim()
        .split('\n')
        .map((line): [string, string] => [
          line.slice(0, line.indexOf(':')),
          line.slice(line.indexOf(':') + 2),
        ]),
    );
    headers.set('content-type', 'application/json');
    const body = JSON.stringify({ legalName: 'By hand', country: 'DE' });
    const response = await fetch(`${verifier.url}/v1/parties`, { method: 'POST', headers, body });
    expect(response.status).toBe(201);
  });

  it('goes from a party to a denied licence, the word and every reason before anything else', async () => {
    const party = await idOf('party', 'add', '--as', 'exporter', '--name', 'Example', '--country', 'DE');
    const facility = await idOf(
      ...['facility', 'propose', '--as', 'exporter', '--name', 'Frankfurt 1', '--country', 'DE'],
      ...['--operator', 'operator', '--point', '50.1109,8.6821', '--radius', '400'],
    );
    const csv = join(data, 'devices.csv');
    writeFileSync(csv, `kind,model,serial,facilityId\ngpu,H100,SERIAL-1,${facility}\n`);
    const imported = await run('device', 'import', csv, '--as', 'exporter', '--json');
    const device: string = JSON.parse(imported.stdout).results[0].deviceId;
    const licence = await idOf(
      ...['licence', 'grant', '--as', 'authority', '--tenant', 'exporter', '--party', party],
      ...['--facility', facility, '--device', device, '--level', 'G1', '--until', '2999-01-01T00:00:00Z'],
      ...['--pack', 'none'],
    );

    const decided = await run('decide', licence, '--as', 'authority');
    expect(decided.status).toBe(1);
    const [first = '', ...rest] = decided.stdout.split('\n');
    expect(first).toMatch(/^DENY /);
    for (const code of ['party.unscreened', 'facility.not-authorised', 'device.no-host', 'evidence.absent'])
      expect(rest.join('\n')).toContain(code);
    expect(decided.stdout).not.toContain('inclusionProof');

    const whole = await run('decide', licence, '--as', 'authority', '--json');
    expect(JSON.parse(whole.stdout)).toMatchObject({
      outcome: 'deny',
      receipt: { act: { type: 'decision' } },
    });
    expect(whole.status).toBe(1);

    expect((await run('status', 'licence', licence, '--as', 'authority')).stdout).toMatch(/^DENY /);
    expect((await run('status', 'device', device, '--as', 'exporter')).stdout).toMatch(/^G0 /);
  });

  it('names the command that comes next, to people and not to programs', async () => {
    const add = ['party', 'add', '--as', 'exporter', '--name', 'Another', '--country', 'FR'];
    expect((await run(...add)).stderr).toMatch(/sextant party screen pty_\w+ /);
    expect((await run(...add, '--json')).stderr).toBe('');
  });

  it('prints every fault of a request once', async () => {
    const { status, stderr } = await run(
      'facility',
      'authorise',
      'fac_0',
      '--as',
      'authority',
      '--digest',
      '00',
      '--reason',
      'x',
    );
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error invalid_request/);
    const faults = stderr.split('\n').filter((line) => line.startsWith('  - '));
    expect(new Set(faults).size).toBe(faults.length);
  });

  it('says which token was refused, and who would be heard', async () => {
    const { status, stderr } = await run('party', 'list');
    expect(status).toBe(2);
    expect(stderr).toContain('forbidden');
    expect(stderr).toContain(join(data, 'admin.token'));
    expect(stderr).toContain('exporter, authority, auditor');
  });

  it('proposes a reference set of any kind by itself', async () => {
    const path = join(data, 'guest.json');
    const set = {
      kind: 'tdx',
      name: 'guest',
      version: '1',
      publisher: 'Example',
      mrTd: ['ab'.repeat(48)],
      sealed: false,
    };
    writeFileSync(path, JSON.stringify(set));
    const { status, stdout } = await run('trust', 'propose', path, '--as', 'operator', '--json');
    expect({ status, said: JSON.parse(stdout) }).toMatchObject({
      status: 0,
      said: { kind: 'reference-set', name: 'guest', state: 'proposed' },
    });
  });

  it('names the file that is not what was asked for', async () => {
    const path = join(data, 'set.json');
    writeFileSync(path, 'no JSON');
    const { status, stderr } = await run('trust', 'propose', path, '--as', 'operator');
    expect(status).toBe(2);
    expect(stderr).toContain('unreadable');
    expect(stderr).toContain(path);
  });

  it('says what there is in place of a member that is not', async () => {
    const { status, stderr } = await run('party', 'list', '--as', 'exporter', '--only', 'nothing');
    expect(status).toBe(2);
    expect(stderr).toContain('items');
  });
});
