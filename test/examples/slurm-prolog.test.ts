import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listening } from '../../examples/license-server/listening.ts';
import type { GrantStatus } from '../../src/protocol/grant.ts';
import { deviceTree } from '../../src/record/grant/index.ts';
import { grantOf, keys, listOf } from '../record/grant/shown.ts';
import { temporaryFolder } from '../store/temporary.ts';

const project = resolve(import.meta.dirname, '../..');
const DEVICES = [
  { id: 'dev_a', kind: 'gpu', model: 'H100' },
  { id: 'dev_b', kind: 'gpu', model: 'H100' },
  { id: 'dev_t', kind: 'host-tpm', model: null },
];

/** Whoever serves the list of statuses; grants and lists are signed by keys that the node has as files. */
let status: GrantStatus = 'valid';
let issuer = '';
const server = createServer((_request, response) => response.end(listNow()));
beforeAll(async () => {
  issuer = `http://${await listening(server, 0)}`;
});
afterAll(async () => {
  server.close();
  await once(server, 'close');
});

const now = () => Math.floor(Date.now() / 1000);

function listNow(): string {
  const sub = `${issuer}/v1/status-lists/1`;
  return listOf(status, { claims: { iss: issuer, sub, iat: now() - 5, exp: now() + 295 } });
}

function grantNow(more: object = {}): string {
  return grantOf({
    iss: issuer,
    iat: now() - 600,
    nbf: now() - 600,
    exp: now() + 600,
    status: { status_list: { idx: 4711, uri: `${issuer}/v1/status-lists/1` } },
    devices: { ...deviceTree(DEVICES), list: DEVICES },
    ...more,
  });
}

/** Runs the prolog on a node that keeps this answer of the verifier, for a job with these GPUs. */
function prolog(answer: object, gpus: string | null): Promise<{ code: number; said: string }> {
  const folder = temporaryFolder();
  const grant = join(folder, 'grant.json');
  writeFileSync(grant, JSON.stringify(answer));
  for (const [name, { jwk, kid }] of [['grant', keys.grant] as const, ['status-list', keys.status] as const])
    writeFileSync(join(folder, `${name}-keys.json`), JSON.stringify({ keys: [{ ...jwk, kid }] }));
  const job = gpus === null ? {} : { SLURM_JOB_GPUS: gpus };
  const env = {
    ...process.env,
    PATH: `${join(process.execPath, '..')}:${process.env['PATH']}`,
    ...{ SLURM_JOB_ID: '4711', SLURM_JOB_UID: '1000', SLURMD_NODENAME: 'node-1', ...job },
    SEXTANT: `${process.execPath} ${join(project, 'src/cli/sextant.mjs')}`,
    SEXTANT_PROLOG_ENV: join(folder, 'none'),
    ...{ SEXTANT_GRANT: grant, SEXTANT_ISSUER: issuer, SEXTANT_TENANT: 'acme', SEXTANT_KEYS: folder },
  };
  const script = join(project, 'examples/slurm-prolog/prolog.sh');
  return new Promise((done) => {
    execFile(script, { env }, (error, _stdout, said) => {
      done({ code: Number(error?.code ?? 0), said });
    });
  });
}

describe('the Slurm prolog of the examples', () => {
  it('lets a job begin whose GPUs the grant covers, and one that has none', async () => {
    const kept = { grant: { grant: grantNow() } };
    expect(await prolog(kept, '0,1')).toEqual({ code: 0, said: '' });
    expect(await prolog({}, null)).toEqual({ code: 0, said: '' });
  });

  it('counts no licensed TPM as a GPU', async () => {
    const { code, said } = await prolog({ grant: { grant: grantNow() } }, '0,1,2');
    expect([code, said]).toEqual([
      1,
      'sextant: job 4711 does not begin on node-1: the grant covers 2 GPUs; the job has 3\n',
    ]);
    const unlisted = await prolog({ grant: { grant: grantNow({ devices: deviceTree(DEVICES) }) } }, '0');
    expect([unlisted.code, unlisted.said]).toEqual([1, expect.stringContaining('--list-devices')]);
    const range = await prolog({ grant: { grant: grantNow() } }, '0-7');
    expect([range.code, range.said]).toEqual([1, expect.stringContaining('cannot be counted: 0-7')]);
  });

  it('holds a job back where the grant has ended, is suspended, denied or of another verifier', async () => {
    const ended = await prolog({ grant: { grant: grantNow({ exp: now() - 1 }) } }, '0');
    expect([ended.code, ended.said]).toEqual([1, expect.stringContaining('refused: grant.expired')]);
    status = 'suspended';
    const suspended = await prolog({ grant: { grant: grantNow() } }, '0');
    status = 'valid';
    expect([suspended.code, suspended.said]).toEqual([1, expect.stringContaining('refused: grant.status')]);
    const denied = await prolog({ outcome: 'denied', grant: null }, '0');
    expect([denied.code, denied.said]).toEqual([1, expect.stringContaining('no grant is kept')]);
    const uri = 'http://elsewhere.example/v1/status-lists/1';
    const other = await prolog(
      { grant: { grant: grantNow({ status: { status_list: { idx: 1, uri } } }) } },
      '0',
    );
    expect([other.code, other.said]).toEqual([1, expect.stringContaining('another verifier')]);
  });
});
