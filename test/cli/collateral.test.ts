import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fromHex } from '../../src/bytes/text.ts';
import { readCertificates, verifySnpReport } from '../../src/evidence/amd/index.ts';
import { verifyIntelQuote } from '../../src/evidence/intel/index.ts';
import { forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { forgeTdxPlatform, signDocument } from '../../src/forge/intel/platform.ts';
import { anchorFromCertificate, parseCertificate } from '../../src/pki/index.ts';
import { startKdsServer } from '../collateral/kds-server.ts';
import { startPcsServer } from '../collateral/pcs-server.ts';
import { readFolder } from '../collateral/read-folder.ts';
import { sextant } from './in-process.ts';

const NOW = new Date();
const platform = forgeTdxPlatform({ seed: 'collateral on the command line', at: NOW });
const chip = forgeSnpPlatform({ at: NOW, product: 'Genoa' });
const NONCE = new Uint8Array(64).fill(7);

function temporaryFolder(files: Readonly<Record<string, Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'sextant-cli-collateral-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}

async function world() {
  const pcs = await startPcsServer({ pki: platform.pki, collateral: platform.collateral() });
  const kds = await startKdsServer([chip], () => chip.crl());
  const roots = temporaryFolder({ 'intel.der': platform.root, 'amd.der': chip.roots[0] ?? new Uint8Array() });
  const evidence = temporaryFolder({ 'quote.bin': platform.quote(NONCE), 'report.bin': chip.report(NONCE) });
  const vendors = ['--pcs-url', pcs.origin, '--kds-url', kds.origin, '--roots', roots];
  return { pcs, kds, roots, evidence, vendors, data: temporaryFolder() };
}

describe('sextant collateral', () => {
  it('fetches what a quote and a report need, exports it, and imports it elsewhere', async () => {
    const { data, evidence, vendors, roots } = await world();
    const paths = ['quote.bin', 'report.bin'].flatMap((name) => ['--for', join(evidence, name)]);
    const fetched = await sextant('collateral', 'fetch', ...paths, ...vendors, '--data', data);
    expect(fetched).toMatchObject({ status: 0 });
    expect(fetched.stdout).toMatch(/✓ Intel tdx 90c06f000000/);
    expect(fetched.stdout).toMatch(/✓ AMD Genoa vcek certificates/);

    const status = JSON.parse((await sextant('collateral', 'status', '--data', data, '--json')).stdout);
    expect(status.documents.map(({ kind, state }: Row) => `${kind} ${state}`)).toEqual([
      'amd-chain kept',
      'amd-crl current',
      'amd-vcek kept',
      'intel-pck-crl current',
      'intel-qe-identity current',
      'intel-root-crl current',
      'intel-tcb-info current',
    ]);
    expect((await sextant('collateral', 'status', '--data', data)).stdout).toMatch(
      /intel-tcb-info tdx\/90c06f000000\/standard +current +18/,
    );

    const carried = join(temporaryFolder(), 'carried');
    expect(await sextant('collateral', 'export', carried, '--data', data)).toMatchObject({ status: 0 });
    const intel = join(carried, 'intel-tdx-90c06f000000-platform');
    expect(readdirSync(carried).sort()).toEqual(['amd', 'intel-tdx-90c06f000000-platform']);

    const elsewhere = temporaryFolder();
    const imported = await sextant(
      'collateral',
      'import',
      carried,
      '--roots',
      roots,
      '--data',
      elsewhere,
      '--json',
    );
    expect(imported.stderr).toBe('');
    expect(imported.status).toBe(0);
    const rows: ImportedRow[] = JSON.parse(imported.stdout);
    expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['accepted']));
    const there = JSON.parse((await sextant('collateral', 'status', '--data', elsewhere, '--json')).stdout);
    expect(digests(there)).toEqual(digests(status));

    // One platform's folder holds all that its quote takes, chips' folders all that their reports take.
    expect(verifiesQuote(join(evidence, 'quote.bin'), intel)).toBe(true);
    expect(verifiesReport(join(evidence, 'report.bin'), join(carried, 'amd'))).toBe(true);
  });

  it('says row by row what an import refuses, and takes the rest', async () => {
    const { roots } = await world();
    const collateral = platform.collateral();
    const text = Buffer.from(collateral.tcbInfo ?? []).toString();
    const folder = temporaryFolder({
      'tcbInfo.json': Buffer.from(text.replace('"pcesvn":13', '"pcesvn":12')),
      'tcbchain.pem': collateral.tcbInfoChain ?? new Uint8Array(),
      'qeIdentity.json': collateral.qeIdentity ?? new Uint8Array(),
      'rootcrl.hex': Buffer.from(Buffer.from(collateral.rootCrl ?? []).toString('hex')),
      'pckcrl.der': Buffer.from('no CRL'),
      'notes.txt': Buffer.from('hello'),
    });
    mkdirSync(join(folder, 'empty'));
    const { status, stdout } = await sextant(
      ...['collateral', 'import', folder, '--roots', roots, '--data', temporaryFolder(), '--json'],
    );
    expect(status).toBe(1);
    const rows: ImportedRow[] = JSON.parse(stdout);
    expect(Object.fromEntries(rows.map(({ file, outcome, code }) => [file, code ?? outcome]))).toEqual({
      'rootcrl.hex': 'accepted',
      'pckcrl.der': 'collateral_malformed',
      'tcbInfo.json': 'collateral_unverified',
      'qeIdentity.json': 'accepted',
      'notes.txt': 'passed over',
    });
    const told = await sextant('collateral', 'import', folder, '--roots', roots, '--data', temporaryFolder());
    expect(told.stdout).toMatch(/✗ tcbInfo\.json collateral_unverified\n +.*signature does not hold/s);
  });

  it('trusts no root that is neither pinned nor named', async () => {
    const { pcs, evidence, data } = await world();
    const quote = join(evidence, 'quote.bin');
    const refused = await sextant(
      'collateral',
      'fetch',
      '--for',
      quote,
      '--pcs-url',
      pcs.origin,
      '--data',
      data,
    );
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringMatching(/leads to no trusted root/) });
    expect(pcs.requests).toEqual([]);
    const named = ['--intel', '90C06F000000', '--json'];
    const fetched = await sextant('collateral', 'fetch', ...named, '--pcs-url', pcs.origin, '--data', data);
    expect(fetched.status).toBe(1);
    expect(JSON.parse(fetched.stdout).outcomes[0].error.code).toBe('collateral_unverified');
  });

  it('says that a vendor is down, and that what is cached still counts', async () => {
    const { pcs, vendors, data } = await world();
    const fetch = ['collateral', 'fetch', '--intel', '90c06f000000', ...vendors, '--data', data];
    expect(await sextant(...fetch)).toMatchObject({ status: 0 });
    pcs.always({ status: 400 });
    const again = await sextant(...fetch);
    expect(again.status).toBe(0);
    expect(again.stdout).toMatch(/✓ Intel tdx 90c06f000000/);
    expect(again.stdout).toMatch(/! intel-tcb-info\S+ collateral_refused: 127\.0\.0\.1:\d+ answered 400/);
    const nothing = await sextant(
      'collateral',
      'fetch',
      '--intel',
      '00906ed50000',
      ...vendors,
      '--data',
      data,
    );
    expect(nothing.status).toBe(1);
    expect(nothing.stdout).toMatch(/✗ Intel tdx 00906ed50000 collateral_refused/);
  });

  it('fetches what a line of AMD’s needs besides chips', async () => {
    const { kds, vendors, data } = await world();
    expect(await sextant('collateral', 'fetch', '--amd', 'genoa', ...vendors, '--data', data)).toMatchObject({
      status: 0,
    });
    expect(new Set(kds.requests)).toEqual(
      new Set(['vcek', 'vlek'].flatMap((kind) => [`/${kind}/v1/Genoa/cert_chain`, `/${kind}/v1/Genoa/crl`])),
    );
  });

  it('lists the evaluations that Intel serves', async () => {
    const { pcs, vendors, data } = await world();
    const inner = JSON.stringify({
      id: 'TDX',
      version: 1,
      issueDate: instant(-1),
      nextUpdate: instant(29),
      tcbEvalNumbers: [
        {
          tcbEvaluationDataNumber: 19,
          tcbRecoveryEventDate: '2025-05-13T00:00:00Z',
          tcbDate: '2025-05-14T00:00:00Z',
        },
      ],
    });
    const evaluations = signDocument('tcbEvaluationDataNumbers', inner, platform.pki.tcbSigning.key);
    pcs.publish({ pki: platform.pki, collateral: platform.collateral(), evaluations });
    const flags = ['--pcs-url', pcs.origin, ...vendors.slice(-2), '--data', data];
    const { status, stdout } = await sextant('collateral', 'evaluations', ...flags);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^19 +2025-05-13 +2025-05-14$/m);
  });

  it('explains itself where it is given nothing to work with', async () => {
    const data = temporaryFolder();
    const nothing = await sextant('collateral', 'fetch', '--data', data);
    expect(nothing).toMatchObject({ status: 2, stderr: expect.stringMatching(/nothing to fetch was named/) });
    const channel = await sextant(
      'collateral',
      'fetch',
      '--intel',
      '90c06f000000',
      '--tcb-update',
      'soon',
      '--data',
      data,
    );
    expect(channel).toMatchObject({ status: 2, stderr: expect.stringMatching(/collateral_bad_setting/) });
    const plain = await sextant(
      'collateral',
      'fetch',
      '--intel',
      '90c06f000000',
      '--pcs-url',
      'http://example.org',
      '--data',
      data,
    );
    expect(plain).toMatchObject({ status: 2, stderr: expect.stringMatching(/collateral_bad_setting/) });
    const empty = await sextant('collateral', 'status', '--data', data);
    expect(empty).toMatchObject({ status: 0, stdout: expect.stringMatching(/Nothing is cached/) });
    const exported = await sextant('collateral', 'export', join(data, 'out'), '--data', data);
    expect(exported).toMatchObject({ status: 1, stdout: expect.stringMatching(/nothing was written/) });
    const missing = await sextant('collateral', 'import', '/nonexistent/folder', '--data', data);
    expect(missing).toMatchObject({ status: 2, stderr: expect.stringMatching(/unreadable/) });
    const random = temporaryFolder({ 'x.bin': new Uint8Array(2000) });
    const neither = await sextant('collateral', 'fetch', '--for', join(random, 'x.bin'), '--data', data);
    expect(neither).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/neither a quote of Intel's nor/),
    });
  });
});

function instant(days: number): string {
  return new Date(NOW.getTime() + days * 86_400_000).toISOString();
}

type Row = { readonly kind: string; readonly state: string; readonly sha256: string };
type ImportedRow = { readonly file: string; readonly outcome: string; readonly code: string | null };

function digests({ documents }: { documents: readonly Row[] }): string[] {
  return documents.map(({ sha256 }) => sha256);
}

function verifiesQuote(quote: string, folder: string): boolean {
  const files = readFolder(folder);
  const file = (name: string): Uint8Array => files.get(name) ?? new Uint8Array();
  const crl = (name: string): Uint8Array => fromHex(Buffer.from(file(name)).toString().trim(), name);
  const { verified } = verifyIntelQuote({
    quote: new Uint8Array(readFileSync(quote)),
    collateral: {
      tcbInfo: file('tcbInfo.json'),
      tcbInfoChain: file('tcbchain.pem'),
      qeIdentity: file('qeIdentity.json'),
      qeIdentityChain: file('qechain.pem'),
      rootCrl: crl('rootcrl.hex'),
      pckCrl: crl('pckcrl.hex'),
      pckChain: null,
    },
    anchors: [anchorFromCertificate(parseCertificate(platform.root))],
    at: new Date(),
  });
  return verified !== null;
}

function verifiesReport(report: string, folder: string): boolean {
  const files = [...readFolder(folder)];
  const certificates = files
    .filter(([name]) => /^(?:vcek|cert_chain)/.test(name))
    .flatMap(([, bytes]) => readCertificates(bytes));
  const [, crl = null] = files.find(([name]) => name.startsWith('crl-')) ?? [];
  const anchors = chip.roots.map((root) => anchorFromCertificate(parseCertificate(root)));
  const bytes = new Uint8Array(readFileSync(report));
  return verifySnpReport({ report: bytes, certificates, crl, anchors, at: new Date() }).verified !== null;
}
