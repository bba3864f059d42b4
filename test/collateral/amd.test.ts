import { describe, expect, it } from 'vitest';
import { formatPem } from '../../src/bytes/pem.ts';
import { toHex } from '../../src/bytes/text.ts';
import { memoryCache } from '../../src/collateral/cache/memory.ts';
import { createCollateral } from '../../src/collateral/collateral.ts';
import type { CollateralCache, CollateralEvent } from '../../src/collateral/port.ts';
import { collateralSettings } from '../../src/collateral/settings.ts';
import type { SnpProduct } from '../../src/evidence/amd/evidence.ts';
import { parseSnpReport, snpCertificateNeeds } from '../../src/evidence/amd/index.ts';
import type { CrlParts } from '../../src/forge/amd/crl.ts';
import { snpPki } from '../../src/forge/amd/pki.ts';
import { type ForgedSnpPlatform, forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { anchorFromCertificate } from '../../src/pki/trust-anchor.ts';
import { fakeTiming } from './fake-timing.ts';
import { chainOf, startKdsServer } from './kds-server.ts';

const AT = new Date('2026-03-01T12:00:00Z');
const DAY_MS = 86_400_000;

function chipOf(product: SnpProduct, signingKey: 'vcek' | 'vlek' = 'vcek'): ForgedSnpPlatform {
  return forgeSnpPlatform({ at: AT, product, signingKey });
}

/** What the chip's own report asks for. */
function needOf(chip: ForgedSnpPlatform) {
  const need = snpCertificateNeeds(parseSnpReport(chip.report(new Uint8Array(64))));
  if (need === null) throw new TypeError('a forged report asks for something');
  return need;
}

type WorldOptions = { readonly cache?: CollateralCache; readonly chips: readonly ForgedSnpPlatform[] };

async function world({ chips, cache = memoryCache() }: WorldOptions) {
  let now = AT;
  let change: Partial<CrlParts> = {};
  const crl = (product: SnpProduct): Uint8Array =>
    chips.find((chip) => chip.product === product)?.crl(change) ?? new Uint8Array();
  const server = await startKdsServer(chips, crl);
  const timing = fakeTiming();
  const events: CollateralEvent[] = [];
  const start = () =>
    createCollateral({
      cache,
      settings: collateralSettings({ kdsUrl: server.origin }),
      trust: { pins: [], anchors: rootsOf(chips) },
      clock: () => now,
      log: (event) => void events.push(event),
      timing,
    });
  const pass = (days: number): void => {
    now = new Date(now.getTime() + days * DAY_MS);
    timing.advance(days * DAY_MS);
  };
  const publish = (changed: Partial<CrlParts>): void => {
    change = changed;
  };
  return { server, timing, events, start, pass, publish, cache, now: () => now };
}

function rootsOf(chips: readonly ForgedSnpPlatform[]) {
  return chips.flatMap(({ roots }) => roots.map((root) => anchorFromCertificate(parseCertificate(root))));
}

describe('AMD collateral', () => {
  it.each([
    ['Milan', 128, 'blSPL=04&teeSPL=00&snpSPL=24&ucodeSPL=219'],
    ['Genoa', 128, 'blSPL=10&teeSPL=00&snpSPL=23&ucodeSPL=84'],
    ['Turin', 16, 'fmcSPL=01&blSPL=01&teeSPL=01&snpSPL=04&ucodeSPL=81'],
  ] as const)('of %s is fetched by chip id and reported TCB', async (product, digits, query) => {
    const chip = chipOf(product);
    const { server, start } = await world({ chips: [chip] });
    const { certificates } = await start().snpCertificates(needOf(chip));
    expect(certificates).toEqual(chip.certificates());
    const id = toHex(chip.chipId).slice(0, digits);
    const chain = `/vcek/v1/${product}/cert_chain`;
    expect(new Set(server.requests)).toEqual(new Set([chain, `/vcek/v1/${product}/${id}?${query}`]));
    expect(server.requests).toHaveLength(2);
  });

  it('of a VLEK is its chain alone', async () => {
    const chip = chipOf('Genoa', 'vlek');
    const { server, start } = await world({ chips: [chip] });
    const { certificates } = await start().snpCertificates(needOf(chip));
    expect(certificates).toEqual(chip.certificates().slice(1));
    expect(server.requests).toEqual(['/vlek/v1/Genoa/cert_chain']);
  });

  it('is kept for good: after years and restarts KDS is not asked again', async () => {
    const chip = chipOf('Genoa');
    const { server, start, pass } = await world({ chips: [chip] });
    await start().snpCertificates(needOf(chip));
    server.always('hangs up');
    pass(5 * 365);
    expect((await start().snpCertificates(needOf(chip))).certificates).toEqual(chip.certificates());
    expect(server.requests).toHaveLength(2);
  });

  it('is asked for again when the firmware is another', async () => {
    const chip = chipOf('Genoa');
    const { server, start } = await world({ chips: [chip] });
    const collateral = start();
    await collateral.snpCertificates(needOf(chip));
    const need = needOf(chip);
    if (need.kind !== 'vcek') throw new TypeError('a VCEK');
    const newer = { ...need, reportedTcb: { ...need.reportedTcb, microcode: 99 } };
    // The server has the old one alone.
    await expect(collateral.snpCertificates(newer)).rejects.toMatchObject({ code: 'collateral_malformed' });
    expect(server.requests.at(-1)).toContain('ucodeSPL=99');
  });

  it('is not had of a chip that AMD does not know: an answer; a chain or CRL that is not there is none', async () => {
    const chip = chipOf('Genoa');
    const { server, start } = await world({ chips: [chip] });
    const none = { status: 404 };
    server.always(none, (path) => path.includes('?'));
    await expect(start().snpCertificates(needOf(chip))).rejects.toMatchObject({
      code: 'collateral_not_found',
    });
    server.always(none, (path) => path.endsWith('cert_chain'));
    await expect(start().snpCertificates(needOf(chip))).rejects.toMatchObject({
      code: 'collateral_unavailable',
      status: 404,
    });
    server.always(none, (path) => path.endsWith('crl'));
    await expect(start().snpCrl(needOf(chip))).rejects.toMatchObject({
      code: 'collateral_unavailable',
      status: 404,
    });
  });

  it('has a CRL that is renewed ahead of its end', async () => {
    const chip = chipOf('Genoa');
    const { server, start, pass, publish, now } = await world({ chips: [chip] });
    const collateral = start();
    const need = { kind: 'vcek', product: 'Genoa' } as const;
    const first = await collateral.snpCrl(need);
    expect(first.validUntil).toEqual(new Date(AT.getTime() + 360 * DAY_MS));
    pass(1.5);
    publish({ thisUpdate: now() });
    expect(await collateral.refreshDue()).toEqual({ due: 1, renewed: 1, failed: 0 });
    expect((await collateral.snpCrl(need)).provenance.issuedAt).toEqual(now());
    server.always({ status: 500 });
    pass(358);
    expect((await collateral.snpCrl(need)).validUntil).toEqual(first.validUntil);
    pass(1);
    await expect(collateral.snpCrl(need)).rejects.toMatchObject({ code: 'collateral_unavailable' });
  });

  it('has a CRL that never goes back', async () => {
    const chip = chipOf('Genoa');
    const { start, pass, publish, now, events, cache } = await world({ chips: [chip] });
    pass(3);
    publish({ thisUpdate: now() });
    await start().snpCrl({ kind: 'vcek', product: 'Genoa' });
    const stale = { thisUpdate: new Date(now().getTime() - DAY_MS) };
    publish(stale);
    pass(1.1);
    const collateral = start();
    expect(await collateral.refreshDue()).toMatchObject({ failed: 1 });
    expect(events.at(-1)).toMatchObject({ code: 'collateral_rollback' });
    const lost = await world({ chips: [chip], cache: { ...cache, get: async () => null } });
    lost.pass(4);
    lost.publish(stale);
    await expect(lost.start().snpCrl({ kind: 'vcek', product: 'Genoa' })).rejects.toMatchObject({
      code: 'collateral_rollback',
    });
  });

  const chip = chipOf('Genoa');
  const other = chipOf('Genoa');
  const milan = chipOf('Milan');
  const strangers = snpPki('Genoa', { owner: 'stranger' });
  const strange = forgeSnpPlatform({ at: AT, pki: strangers, hwid: chip.chipId });
  const vcek = (bytes: Uint8Array | undefined) => [
    { body: bytes ?? '' },
    { body: chainOf(chip.pki, 'vcek') },
  ];
  it.each([
    ['is of another chip', 'collateral_malformed', vcek(other.certificates()[0])],
    ['is of another line', 'collateral_unverified', vcek(milan.certificates()[0])],
    ['is no VCEK', 'collateral_malformed', vcek(chip.certificates()[1])],
    ['is no certificate', 'collateral_malformed', vcek(Buffer.from('Not found'))],
    ['is a stranger’s', 'collateral_unverified', vcek(strange.certificates()[0])],
    [
      'has a stranger’s chain',
      'collateral_unverified',
      [{ body: chip.certificates()[0] ?? '' }, { body: chainOf(strangers, 'vcek') }],
    ],
    [
      'has the chain of VLEKs',
      'collateral_malformed',
      [{ body: chip.certificates()[0] ?? '' }, { body: chainOf(chip.pki, 'vlek') }],
    ],
    [
      'has the chain of another line',
      'collateral_malformed',
      [{ body: chip.certificates()[0] ?? '' }, { body: chainOf(milan.pki, 'vcek') }],
    ],
    [
      'has a chain of one',
      'collateral_malformed',
      [
        { body: chip.certificates()[0] ?? '' },
        { body: formatPem('CERTIFICATE', chip.roots[0] ?? new Uint8Array()) },
      ],
    ],
  ])('that %s is refused as %s and not kept', async (_, code, answers) => {
    const { server, start, cache } = await world({ chips: [chip] });
    const collateral = start();
    server.next(...answers);
    await expect(collateral.snpCertificates(needOf(chip))).rejects.toMatchObject({ code });
    expect((await cache.list('amd-vcek')).length).toBe(0);
  });

  it('has no CRL by anybody but the ARK', async () => {
    const { server, start } = await world({ chips: [chip] });
    for (const [body, code] of [
      [strange.crl(), 'collateral_unverified'],
      [chip.crl({ nextUpdate: null }), 'collateral_malformed'],
      [chip.crl({ nextUpdate: new Date(AT.getTime() - 1000) }), 'collateral_not_current'],
      [chip.crl({ thisUpdate: new Date(AT.getTime() + 1000) }), 'collateral_not_current'],
      [chip.crl({ issuer: 'ARK-Milan' }), 'collateral_unverified'],
      [Buffer.from('<html>'), 'collateral_malformed'],
    ] as const) {
      const collateral = start();
      await collateral.snpCertificates({ kind: 'vlek', product: 'Genoa' });
      await collateral.snpCertificates(needOf(chip));
      server.next({ body });
      const asked = collateral.snpCrl({ kind: 'vcek', product: 'Genoa' });
      await expect(asked).rejects.toMatchObject({ code });
    }
  });

  it('is never asked for where no such need can be', async () => {
    const { server, start } = await world({ chips: [chip] });
    const need = needOf(chip);
    if (need.kind !== 'vcek') throw new TypeError('a VCEK');
    for (const bad of [
      { chipId: '0'.repeat(128) },
      { chipId: 'ab' },
      { chipId: need.chipId.toUpperCase() },
      { product: 'Turin' as const, reportedTcb: { ...need.reportedTcb, fmc: 1 } },
      { product: 'Turin' as const, chipId: `${'ab'.repeat(8)}${'00'.repeat(56)}` },
      { reportedTcb: { ...need.reportedTcb, fmc: 1 } },
      { reportedTcb: { ...need.reportedTcb, snp: 256 } },
    ]) {
      const asked = start().snpCertificates({ ...need, ...bad });
      await expect(asked).rejects.toMatchObject({ code: 'collateral_bad_need' });
    }
    expect(server.requests.filter((path) => !path.endsWith('cert_chain'))).toEqual([]);
  });

  it('of a thousand hosts that boot at once is asked for once each, at AMD’s pace', async () => {
    const { server, start, timing } = await world({ chips: [chip] });
    const collateral = start();
    await collateral.snpCertificates(needOf(chip));
    const need = needOf(chip);
    if (need.kind !== 'vcek') throw new TypeError('a VCEK');
    const before = server.requests.length;
    const elapsed = timing.now();
    // Each host asks three times; the server has none of these chips.
    const hosts = Array.from({ length: 1000 }, (_, index) => index.toString(16).padStart(4, '0').repeat(32));
    server.always({ status: 404 });
    const asked = [...hosts, ...hosts, ...hosts].map((chipId) =>
      collateral.snpCertificates({ ...need, chipId }),
    );
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(3000);
    // The first of them is masked, and asked for by nobody.
    expect(server.requests.length - before).toBe(999);
    expect(timing.now() - elapsed).toBeGreaterThan(998 * 200);
    expect(collateral.status().vendors.amd).toMatchObject({ state: 'reachable', queued: 0 });
  });
});
