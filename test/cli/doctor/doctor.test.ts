import { generateKeyPairSync, hash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Given } from '../../../src/cli/configuration/configure.ts';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import { openFolderCache } from '../../../src/collateral/cache/folder.ts';
import { formatWitnessKey } from '../../../src/record/cosignature.ts';
import { generateSigningKeyPem } from '../../../src/service/keys/signing-key.ts';
import { sextant } from '../in-process.ts';

import { DAY_MS, listen, look, useMachine, wants } from './machine.ts';

const machine = useMachine();

describe('of a machine that is well', () => {
  it('nothing is to be mended, and what was not looked at is no ok', async () => {
    const found = await look(machine);
    expect(found.filter(({ mend }) => mend !== null)).toEqual([]);
    const ids = (status: Finding['status']): string[] =>
      found.filter((one) => one.status === status).map(({ id }) => id);
    expect(ids('ok')).toEqual(
      expect.arrayContaining([
        'node',
        'data.folder',
        'data.fsync',
        'database.schema',
        'clock.log',
        'keys.log',
        'keys.mode',
        'keys.seal',
        'port',
        'vendor.intel',
        'clock.vendor',
      ]),
    );
    expect(ids('skipped')).toEqual(
      expect.arrayContaining(['landmarks', 'tls', 'ready', 'public-url', 'witness']),
    );
  });

  it('before the first start as well, and looking makes nothing', async () => {
    const none = join(machine.folder, 'none');
    expect(await wants(machine, { data: none })).toEqual([]);
    expect(existsSync(none)).toBe(false);
  });

  it('no vendor is asked where none is to be', async () => {
    const found = await look(machine, { collateral: 'offline', pcsUrl: 'http://127.0.0.1:9' });
    expect(found.find(({ id }) => id === 'vendors')).toMatchObject({ status: 'skipped' });
  });
});

describe('what is to be mended is told, and that alone:', () => {
  it('a data folder that others write to, or look into', async () => {
    chmodSync(machine.data, 0o770);
    expect(await wants(machine)).toEqual(['data.folder problem']);
    chmodSync(machine.data, 0o750);
    expect(await wants(machine)).toEqual(['data.folder warning']);
  });

  it('a file in its place', async () => {
    writeFileSync(join(machine.folder, 'file'), '');
    expect(await wants(machine, { data: join(machine.folder, 'file') })).toContain('data.folder problem');
  });

  const alter = (sql: string): void => {
    const db = new DatabaseSync(join(machine.data, 'sextant.db'));
    db.exec(sql);
    db.close();
  };
  const webhookWith = (secret: string): string =>
    `insert into webhook (id, tenant, principal_id, sees_all, scopes, url, secret, state, version, cursor, failures, next_attempt_ms, lease_until_ms, created_at_ms)
     values ('whk_1', 'acme', 'prn_1', 0, '', 'https://hooks.example/', '${secret}', 'disabled', 1, 0, 0, 0, 0, 0)`;
  it.each([
    [
      'a database of a newer version',
      `insert into schemaMigration values (9999, '9999-newer', '00')`,
      'database.schema problem',
    ],
    [
      'one that is behind',
      'delete from schemaMigration where position = (select max(position) from schemaMigration)',
      'database.schema warning',
    ],
    [
      'a clock behind the log',
      `update log_head set high_water_ms = ${Date.now() + DAY_MS}`,
      'clock.log problem',
    ],
    ['another log’s key', `update log_key set kid = 'another'`, 'keys.log problem'],
    [
      'a secret that nobody can open',
      webhookWith(`sealed.${'A'.repeat(43)}.${'A'.repeat(120)}`),
      'keys.seal problem',
    ],
    ['a secret in clear', webhookWith('whsec_AAAA'), 'keys.seal warning'],
  ])('%s', async (_, sql, expected) => {
    alter(sql);
    expect(await wants(machine)).toEqual([expected]);
  });

  it('a file that is no database', async () => {
    for (const name of ['sextant.db', 'sextant.db-wal', 'sextant.db-shm'])
      rmSync(join(machine.data, name), { force: true });
    writeFileSync(
      join(machine.data, 'sextant.db'),
      'not a database, but long enough to be taken for the header of one '.repeat(20),
    );
    const found = (await look(machine)).filter(({ mend }) => mend !== null);
    expect(found.map(({ id }) => id.split('.')[0])).toEqual(['database']);
  });

  it('landmarks that nobody measures', async () => {
    const landmark = (name: string): string =>
      `insert into trust_input (id, kind, name, version, digest, content, state, proposed_by, proposed_at_ms, self_approved, leaf_index)
       values ('${name}', 'landmark', '${name}', '1', '${name}', '{}', 'effective', 'p', 0, 0, 0)`;
    const pair = (from: string, to: string, atMs: number): string =>
      `insert into mesh_pair values ('${from}', '${to}', 'least', 'd', 'd', 1, 1, ${atMs}, x'00')`;
    alter(
      `pragma foreign_keys = off; ${['a', 'b', 'c'].map(landmark).join(';')}; ${pair('a', 'b', Date.now())}; ${pair('a', 'c', Date.now() - DAY_MS)}`,
    );
    const found = (await look(machine)).find(({ id }) => id === 'landmarks');
    expect(found).toMatchObject({ status: 'warning', says: expect.stringMatching(/^1 of 3 .*: c$/) });
  });

  it('keys that are lost, others may read, are no keys, or are old', async () => {
    const keys = join(machine.data, 'keys');
    chmodSync(join(keys, 'log.pem'), 0o644);
    expect(await wants(machine)).toEqual(['keys.mode problem']);
    chmodSync(join(keys, 'log.pem'), 0o600);
    const old = new Date(Date.now() - 60 * DAY_MS);
    for (const name of pemsIn(join(keys, 'ear'))) utimesSync(name, old, old);
    expect(await wants(machine)).toEqual(['keys.age warning']);
    expect(await wants(machine, { rotateEarAfter: '90' })).toEqual([]);
    for (const name of pemsIn(join(keys, 'ear'))) utimesSync(name, new Date(), new Date());
    writeFileSync(join(keys, 'log.pem'), generateSigningKeyPem('ES256'));
    expect(await wants(machine)).toEqual(['keys.log problem']);
    renameSync(keys, join(machine.folder, 'elsewhere'));
    expect(await wants(machine)).toEqual(['keys.log problem']);
    rmSync(join(machine.folder, 'elsewhere'), { recursive: true });
  });

  it('vendors that are not reached, and a clock that differs from theirs', async () => {
    expect(await wants(machine, { kdsUrl: 'http://127.0.0.1:9' })).toEqual(['vendor.amd warning']);
    machine.dateOffMs = 5 * 60_000;
    expect(await wants(machine)).toEqual(['clock.vendor problem']);
  });

  it('witnesses that do not answer, or only that they failed', async () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const key = formatWitnessKey({ name: 'w.example', publicKey });
    const given = (url: string): Given => ({ witness: [url, key] });
    expect(await wants(machine, given(machine.vendorUrl))).toEqual([]);
    expect((await look(machine, given(machine.vendorUrl))).find(({ id }) => id === 'witness')).toMatchObject({
      status: 'ok',
    });
    expect(await wants(machine, given('http://127.0.0.1:9'))).toEqual(['witness warning']);
    const failing = createServer((_, response) => response.writeHead(502).end());
    onTestFinished(() => void failing.close());
    expect(await wants(machine, given(await listen(failing)))).toEqual(['witness warning']);
    alter(
      `insert into log_cosignature (origin, witness, size, root, at_ms, line) values ('o', '${key}', 1, x'00', 0, 'l')`,
    );
    expect(await wants(machine)).toEqual(['witness.cosigned warning']);
  });

  it('documents that have ended, or end soon where nobody renews them', async () => {
    const document = async (nextUpdate: Date): Promise<void> => {
      const cache = await openFolderCache(join(machine.data, 'collateral'), () => {});
      const key = { kind: 'intel-root-crl', name: 'root' } as const;
      const fetchedAt = new Date(nextUpdate.getTime() - 30 * DAY_MS);
      const about = {
        key,
        fetchedAt,
        issuedAt: fetchedAt,
        nextUpdate,
        source: 'https://vendor.example',
        evaluationNumber: null,
      };
      const body = Uint8Array.of(1);
      await cache.put({ ...about, sha256: hash('sha256', body), chainSha256: null, body, chain: null });
    };
    await document(new Date(Date.now() + 3 * DAY_MS));
    expect(await wants(machine)).toEqual([]);
    expect(await wants(machine, { collateral: 'offline' })).toEqual(['collateral warning']);
    await document(new Date(Date.now() - DAY_MS));
    expect(await wants(machine)).toEqual(['collateral warning']);
    expect(await wants(machine, { collateral: 'offline' })).toEqual(['collateral problem']);
  });

  it('an address of another machine, and a port that somebody else holds', async () => {
    expect(await wants(machine, { host: '192.0.2.1', dangerouslyPlaintext: true })).toEqual([
      'tls warning',
      'port problem',
    ]);
    const stranger = createTcpServer((socket) => socket.end('SSH-2.0\r\n'));
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void stranger.close());
    const { port } = stranger.address() as AddressInfo; // TCP
    expect(await wants(machine, { port: String(port) })).toEqual(['port problem']);
  });

  it('plain HTTP beyond this machine', async () => {
    expect(await wants(machine, { host: '0.0.0.0' })).toEqual(['tls problem']);
  });
});

function pemsIn(place: string): string[] {
  return readdirSync(place).map((name) => join(place, name));
}

describe('sextant doctor', () => {
  const words = (...more: readonly string[]): string[] => [
    'doctor',
    '--data',
    machine.data,
    '--port',
    '0',
    '--collateral',
    'offline',
    ...more,
  ];

  it('prints a line for each thing with what to do, and ends with 1 where there is a problem', async () => {
    const well = await sextant(...words());
    expect(well).toMatchObject({ status: 0, stderr: '' });
    expect(well.stdout).toContain('0 problems');
    chmodSync(machine.data, 0o770);
    const { status, stdout } = await sextant(...words());
    expect(status).toBe(1);
    expect(stdout).toMatch(/✗ data\.folder.*\n {4}chmod 0700/);
  });

  it('prints JSON', async () => {
    const { stdout } = await sextant(...words('--json'));
    const { problems, findings } = JSON.parse(stdout);
    expect({ problems, ids: findings.map(({ id }: Finding) => id) }).toMatchObject({
      problems: 0,
      ids: expect.arrayContaining(['data.fsync']),
    });
  });
});
