import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootstrap } from '../../src/cli/serve/bootstrap.ts';
import { startVerifier, type Verifier } from '../../src/cli/serve/verifier.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { databaseOf } from '../postgres/choice.ts';
import { sextant } from './in-process.ts';

const AT = new Date('2026-01-01T00:00:00Z');

describe('sextant trust import', () => {
  let data = '';
  let bundle = '';
  let verifier: Verifier;
  const first = makeEkCa(AT, 'first');
  const second = makeEkCa(AT, 'second');
  const run = (...args: readonly string[]) =>
    sextant('trust', 'import', ...args, '--json', '--as', 'authority', '--data', data, '--url', verifier.url);

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'sextant-import-'));
    bundle = join(data, 'bundle');
    for (const folder of ['One/RootCA', 'Two/IntermediateCA'])
      mkdirSync(join(bundle, folder), { recursive: true });
    writeFileSync(join(bundle, 'One/RootCA/first.cer'), first.root);
    writeFileSync(join(bundle, 'Two/IntermediateCA/second.crt'), second.rootPem);
    writeFileSync(join(bundle, 'Two/IntermediateCA/again.der'), first.root);
    writeFileSync(join(bundle, 'setup.ps1'), 'a script');
    verifier = await startVerifier({
      data,
      ...(await databaseOf(data)),
      host: '127.0.0.1',
      port: 0,
      log: pino({ level: 'silent' }),
    });
    await bootstrap(verifier.context, data);
    const authority = [
      '--name',
      'authority',
      '--role',
      'authority',
      '--tenant',
      'authority',
      '--save',
      'authority',
    ];
    const added = await sextant('principal', 'add', ...authority, '--data', data, '--url', verifier.url);
    expect(added).toMatchObject({ status: 0 });
  });

  afterAll(async () => {
    await verifier.close();
    rmSync(data, { recursive: true, force: true });
  });

  it('says what it would propose, and proposes nothing', async () => {
    const { status, stdout } = await run(bundle, '--dry-run');
    expect(status).toBe(0);
    const answer = JSON.parse(stdout);
    expect(answer.authorities).toMatchObject([
      { maker: 'One', path: 'One/RootCA/first.cer', state: 'would-propose', id: null },
      { maker: 'Two', path: 'Two/IntermediateCA/second.crt', state: 'would-propose', id: null },
    ]);
    expect(answer.authorities[0].notAfter).toMatch(/^20\d\d-/);
    expect(answer.duplicates).toMatchObject([
      { path: 'Two/IntermediateCA/again.der', first: 'One/RootCA/first.cer' },
    ]);
    expect(answer.passedOver).toEqual([{ path: 'setup.ps1', reason: 'is no certificate by its name' }]);
  });

  it('proposes each by itself, and knows it the next time', async () => {
    const once = JSON.parse((await run(bundle)).stdout);
    const [one] = once.authorities;
    expect(once.authorities.map(({ state }: { state: string }) => state)).toEqual(['proposed', 'proposed']);
    const shown = await sextant(
      'trust',
      'show',
      one.id,
      '--json',
      '--as',
      'authority',
      '--data',
      data,
      '--url',
      verifier.url,
    );
    expect(JSON.parse(shown.stdout)).toMatchObject({
      ...{ kind: 'anchors', state: 'proposed', name: one.input, digest: one.digest },
      content: { purpose: 'tpm-ek', version: '1' },
    });
    const again = JSON.parse((await run(bundle)).stdout);
    expect(again.authorities).toMatchObject([{ state: 'known' }, { state: 'known' }]);
    const other = JSON.parse((await run(bundle, '--version', '2')).stdout);
    expect(other.authorities).toMatchObject([{ state: 'proposed' }, { state: 'proposed' }]);
  });

  it('ends with 1 where a certificate could not be read, and names it', async () => {
    const bad = join(data, 'bad.cer');
    writeFileSync(bad, first.root.subarray(0, 50));
    const { status, stdout } = await run(bad, join(bundle, 'One'), '--dry-run');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      authorities: [{ path: 'RootCA/first.cer' }],
      unread: [{ path: 'bad.cer', reason: expect.stringContaining('truncated') }],
    });
  });

  it('asks for cabinets to be unpacked, and for certificates where there are none', async () => {
    const cabinet = join(data, 'TrustedTpm.cab');
    writeFileSync(cabinet, 'MSCF');
    const packed = await run(cabinet);
    expect(packed.status).toBe(2);
    expect(packed.stderr).toContain('expand');
    const empty = join(data, 'empty');
    mkdirSync(empty);
    expect((await run(empty)).status).toBe(2);
  });

  it('shows people the same', async () => {
    const { stdout } = await sextant('trust', 'import', bundle, '--dry-run');
    expect(stdout).toContain('would propose');
    expect(stdout).toContain('again.der is One/RootCA/first.cer');
    expect(stdout).toContain('setup.ps1 is no certificate by its name');
  });
});
