import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { formatVerifierKey } from '../../../src/record/index.ts';
import { pemOf } from '../../http/possession.ts';
import { startTestVerifier, type TestVerifier } from '../../http/verifier.ts';
import { keys, log, reportOf, signed } from '../../record/report/shown.ts';
import { temporaryFolder } from '../../store/temporary.ts';
import { sextant } from '../in-process.ts';

function reader() {
  const folder = temporaryFolder();
  const path = (name: string): string => join(folder, name);
  const file = (name: string, content: string): string => {
    writeFileSync(path(name), content);
    return path(name);
  };
  const set = file('keys.json', JSON.stringify({ keys: [{ ...keys.report.jwk, kid: keys.report.kid }] }));
  const known = [
    '--keys',
    set,
    '--log-key',
    file('log.key', formatVerifierKey(log)),
    '--at',
    '2026-04-01T00:00:00Z',
  ];
  const verify = (report: string, ...more: readonly string[]) =>
    sextant('report', 'verify', report, '--issuer', 'https://verifier.example', ...known, ...more);
  return { path, file, verify };
}

afterEach(() => vi.unstubAllEnvs());

describe('sextant report', () => {
  it('verifies a report offline, and writes it as a table, a page and a checkpoint', async () => {
    const { path, file, verify } = reader();
    const report = await reportOf();
    const kept = file('report.json', signed(report));
    const outputs = ['--csv', path('r.csv'), '--html', path('r.html'), '--checkpoint', path('c')];
    const judged = await verify(kept, ...outputs);
    expect([judged.status, judged.stderr]).toEqual([0, '']);
    expect(judged.stdout).toContain('1: 1 verified, 0 missing, 0 moved');
    expect(readFileSync(path('r.csv'), 'utf8').split('\r\n')[1]).toContain('dev_a,gpu,H100');
    expect(readFileSync(path('r.html'), 'utf8')).toContain('class="verdict good">Verified 2026-04-01');
    expect(readFileSync(path('c'), 'utf8')).toBe(report.log.checkpoint);
  });

  it('refuses one that another key signed: no table is written, and the page says why', async () => {
    const { path, file, verify } = reader();
    const kept = file('forged.json', signed(await reportOf(), { key: keys.other }));
    const judged = await verify(kept, '--csv', path('r.csv'), '--html', path('r.html'));
    expect([judged.status, judged.stderr.includes('no table was written')]).toEqual([1, true]);
    expect(readFileSync(path('r.html'), 'utf8')).toContain(
      'Not verified: report.key, report.signature was not asked.',
    );
    expect(() => readFileSync(path('r.csv'))).toThrow('ENOENT');
    expect(JSON.parse((await verify(kept, '--json')).stdout)).toMatchObject({ accepted: false });
    expect((await verify(file('none.json', '{}'))).status).toBe(2);
  });

  it('makes one, byte for byte as the verifier signs it', async () => {
    const verifier = await startTestVerifier();
    onTestFinished(verifier.close);
    const { licenceId, auditor } = await grantedBy(verifier);
    const { path, file } = reader();
    vi.stubEnv('SEXTANT_URL', verifier.url);
    vi.stubEnv('SEXTANT_TOKEN', auditor);
    vi.stubEnv('SEXTANT_TOKEN_KEY', file('key.pem', pemOf(auditor)));
    const made = await sextant('report', 'make', licenceId, '--out', path('r.json'));
    expect([made.status, made.stdout]).toEqual([0, '']);
    const none = await sextant('report', 'make', 'lic_none');
    expect([none.status, none.stderr.includes('begins with lic_')]).toEqual([2, true]);
    const get = async (from: string): Promise<string> => (await fetch(verifier.url + from)).text();
    const set = file('set.json', await get('/.well-known/report-keys.json'));
    const known = [
      '--issuer',
      verifier.url,
      '--keys',
      set,
      '--log-key',
      file('key', await get('/v1/log/key')),
    ];
    const judged = await sextant('report', 'verify', path('r.json'), ...known);
    expect([judged.status, judged.stdout.includes('1: 0 verified')]).toEqual([0, true]);
    const printed = await sextant('report', 'make', licenceId);
    const copy = file('copy.json', printed.stdout);
    expect((await sextant('report', 'verify', copy, ...known)).status).toBe(0);
  });
});

/** A licence for a device that nobody has proven. */
async function grantedBy(verifier: TestVerifier): Promise<{ licenceId: string; auditor: string }> {
  const { token: exporter } = await verifier.principal('exporter', 'chips');
  const { token: authority } = await verifier.principal('authority', 'bureau');
  const { token: auditor } = await verifier.principal('auditor', 'court');
  const make = async (token: string, to: string, body: object): Promise<string> =>
    String((await verifier.call('POST', to, { token, body })).body['id']);
  const area = { type: 'Point', coordinates: [-21.9, 64.1], radiusMeters: 500 };
  const conditions = {
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2999-01-01T00:00:00Z',
    parties: [await make(exporter, '/v1/parties', { legalName: '<b>Acme</b>', country: 'IS' })],
    facilities: [
      await make(exporter, '/v1/facilities', { name: 'Hall', country: 'IS', operatorTenant: 'acme', area }),
    ],
    devices: [await make(exporter, '/v1/devices', { kind: 'gpu', serial: '=1+1' })],
    minimumLevel: 'G2',
    evidenceMaxAgeSeconds: 3600,
    rulePacks: 'none',
    referenceSets: 'any-approved',
  };
  return { licenceId: await make(authority, '/v1/licences', { tenant: 'chips', conditions }), auditor };
}
