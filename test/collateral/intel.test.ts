import { describe, expect, it } from 'vitest';
import { memoryCache } from '../../src/collateral/cache/memory.ts';
import { createCollateral } from '../../src/collateral/collateral.ts';
import type { CollateralCache, CollateralEvent } from '../../src/collateral/port.ts';
import { collateralSettings } from '../../src/collateral/settings.ts';
import { DAY_MS } from '../../src/forge/intel/pki.ts';
import {
  FORGED_AT,
  forgeTdxPlatform,
  type PlatformOptions,
  signDocument,
} from '../../src/forge/intel/platform.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { anchorFromCertificate } from '../../src/pki/trust-anchor.ts';
import { fakeTiming } from './fake-timing.ts';
import { startPcsServer } from './pcs-server.ts';

const NEED = { tee: 'tdx', fmspc: '90c06f000000', ca: 'platform' } as const;

const genuine = forgeTdxPlatform({ seed: 'collateral' });

/** What Intel publishes some days later: the same platform, all documents issued anew. */
function later(days: number, number = 18, changes: Partial<PlatformOptions> = {}) {
  const at = new Date(FORGED_AT.getTime() + days * DAY_MS);
  return genuine.with({
    at,
    tcbInfo: { tcbEvaluationDataNumber: number },
    qeIdentity: { tcbEvaluationDataNumber: number },
    ...changes,
  });
}

type WorldOptions = {
  readonly cache?: CollateralCache;
  readonly channel?: string;
  readonly root?: Uint8Array;
};

async function world({
  cache = memoryCache(),
  channel = 'standard',
  root = genuine.root,
}: WorldOptions = {}) {
  const server = await startPcsServer(published());
  const timing = fakeTiming();
  const events: CollateralEvent[] = [];
  let now = FORGED_AT;
  const start = (mode = 'online') =>
    createCollateral({
      cache,
      settings: collateralSettings({ pcsUrl: server.origin, tcbUpdate: channel, mode }),
      trust: { pins: [], anchors: [anchorFromCertificate(parseCertificate(root))] },
      clock: () => now,
      log: (event) => void events.push(event),
      timing,
      perTryMs: 777,
    });
  const pass = (days: number): void => {
    now = new Date(now.getTime() + days * DAY_MS);
    timing.advance(days * DAY_MS);
  };
  return { server, timing, events, start, pass, cache };
}

function published(platform = genuine) {
  return { pki: platform.pki, collateral: platform.collateral() };
}

describe('Intel collateral', () => {
  it('is fetched whole, by the paths and queries of the PCS', async () => {
    const { server, start } = await world();
    const set = await start().intel(NEED);
    const { tcbInfo, tcbInfoChain, qeIdentity, qeIdentityChain, rootCrl, pckCrl, pckChain } = set;
    expect({ tcbInfo, tcbInfoChain, qeIdentity, qeIdentityChain, rootCrl, pckCrl, pckChain }).toEqual(
      bytes(genuine.collateral()),
    );
    expect(server.requests.toSorted()).toEqual([
      '/sgx/certification/v4/pckcrl?ca=platform&encoding=der',
      '/sgx/certification/v4/rootcacrl',
      '/tdx/certification/v4/qe/identity?update=standard',
      '/tdx/certification/v4/tcb?fmspc=90C06F000000&update=standard',
    ]);
    expect(set.validUntil).toEqual(new Date(FORGED_AT.getTime() + 29 * DAY_MS));
    expect(set.provenance.map(({ evaluationNumber }) => evaluationNumber)).toEqual([18, 18, null, null]);
  });

  it('is asked for once, however many need it, and then not again', async () => {
    const { server, start } = await world();
    const collateral = start();
    const sets = await Promise.all(Array.from({ length: 200 }, () => collateral.intel(NEED)));
    expect(server.requests).toHaveLength(4);
    await collateral.intel(NEED);
    expect(server.requests).toHaveLength(4);
    // The very same bytes, so that who verified them once can know them again.
    expect(new Set(sets.map(({ tcbInfo }) => tcbInfo)).size).toBe(1);
  });

  it('is not had of a platform that Intel does not know: an answer; a CRL that is not there is none', async () => {
    const { server, start } = await world();
    server.always({ status: 404 }, (path) => path.includes('/tcb?'));
    await expect(start().intel(NEED)).rejects.toMatchObject({ code: 'collateral_not_found' });
    server.always({ status: 404 }, (path) => /crl/.test(path));
    await expect(start().intel(NEED)).rejects.toMatchObject({ code: 'collateral_unavailable', status: 404 });
  });

  it('is found again after a restart', async () => {
    const { server, start } = await world();
    await start().intel(NEED);
    server.always('hangs up');
    expect((await start().intel(NEED)).tcbInfo).toEqual(bytes(genuine.collateral()).tcbInfo);
    expect((await start('offline').intel(NEED)).validUntil.getTime()).toBeGreaterThan(FORGED_AT.getTime());
  });

  it.each([
    ['early', 'update=early'],
    ['18', 'tcbEvaluationDataNumber=18'],
  ])('of the %s evaluation is asked for as such', async (channel, query) => {
    const { server, start } = await world({ channel });
    await start().intel(NEED);
    expect(server.requests.filter((path) => path.includes(query))).toHaveLength(2);
  });

  it('of another evaluation than the one asked for is refused', async () => {
    const { start } = await world({ channel: '17' });
    await expect(start().intel(NEED)).rejects.toMatchObject({ code: 'collateral_malformed' });
  });

  it('is renewed ahead of its expiry, and not before', async () => {
    const { server, start, pass } = await world();
    const collateral = start();
    await collateral.intel(NEED);
    pass(0.9);
    expect(await collateral.refreshDue()).toEqual({ renewed: 0, failed: 0, due: 0 });
    pass(0.2);
    server.publish(published(later(1)));
    expect(await collateral.refreshDue()).toEqual({ renewed: 4, failed: 0, due: 4 });
    expect((await collateral.intel(NEED)).validUntil).toEqual(new Date(FORGED_AT.getTime() + 30 * DAY_MS));
    expect(await collateral.refreshDue()).toMatchObject({ due: 0 });
  });

  it('is served from the cache while Intel is down, until it ends and not a moment longer', async () => {
    const { server, start, pass } = await world();
    const collateral = start();
    const { validUntil } = await collateral.intel(NEED);
    server.always({ status: 503 });
    pass(28.9);
    expect((await collateral.intel(NEED)).validUntil).toEqual(validUntil);
    expect(await collateral.refreshDue()).toMatchObject({ renewed: 0, failed: 4 });
    expect(collateral.status()).toMatchObject({
      vendors: {
        intel: { state: 'failing', lastFailure: 'collateral_unavailable' },
        amd: { state: 'unasked' },
      },
      documents: { current: 4, due: 4, expired: 0 },
      nextExpiry: validUntil,
    });
    pass(0.2);
    await expect(collateral.intel(NEED)).rejects.toMatchObject({ code: 'collateral_unavailable' });
    expect(collateral.status().documents).toEqual({ current: 0, due: 0, expired: 4 });
    // Joins what is still under way.
    await collateral.refreshDue();
    server.always(null);
    server.publish(published(later(29.1)));
    pass(0.1);
    expect((await collateral.intel(NEED)).validUntil.getTime()).toBeGreaterThan(validUntil.getTime());
    expect(collateral.status().vendors.intel.state).toBe('reachable');
  });

  it('does not ask a vendor that is down once for each host', async () => {
    const { server, start } = await world();
    const collateral = start();
    server.always({ status: 500 });
    await expect(collateral.intel(NEED)).rejects.toMatchObject({ code: 'collateral_unavailable' });
    const { length } = server.requests;
    for (let host = 0; host < 50; host++) {
      await expect(collateral.intel(NEED)).rejects.toMatchObject({ code: 'collateral_unavailable' });
    }
    expect(server.requests.length).toBe(length);
  });

  it('comes too late for a caller who leaves, and fills the cache all the same', async () => {
    const { server, start } = await world();
    const collateral = start();
    const patience = new AbortController();
    server.next('hangs');
    const asked = collateral.intel(NEED, { signal: patience.signal });
    asked.catch(() => {});
    await server.arrival();
    patience.abort();
    await expect(asked).rejects.toMatchObject({ code: 'collateral_timeout' });
  });

  describe('that is not what it should be', () => {
    const refusals: [what: string, code: string, serve: () => ReturnType<typeof published>][] = [
      ['is expired', 'collateral_not_current', () => published(later(-40))],
      ['is not valid yet', 'collateral_not_current', () => published(later(3))],
      [
        'is of another platform',
        'collateral_malformed',
        () => with_({ tcbInfo: tcbOf({ tcbInfo: { fmspc: '00906ED50000' } }) }),
      ],
      ['is of SGX', 'collateral_malformed', () => with_({ tcbInfo: tcbOf({ tcbInfo: { id: 'SGX' } }) })],
      [
        'is of another version',
        'collateral_malformed',
        () => with_({ tcbInfo: tcbOf({ tcbInfo: { version: 2 } }) }),
      ],
      [
        'has a QE Identity of SGX',
        'collateral_malformed',
        () => with_({ qeIdentity: genuine.with({ qeIdentity: { id: 'QE' } }).collateral().qeIdentity }),
      ],
      [
        'has an altered bit',
        'collateral_unverified',
        () => with_({ tcbInfo: edited((text) => text.replace('"pcesvn":13', '"pcesvn":12')) }),
      ],
      ['is signed with another key', 'collateral_unverified', () => with_({ tcbInfo: resigned() })],
      ['is no JSON', 'collateral_malformed', () => with_({ tcbInfo: Buffer.from('<html>') })],
      [
        'has a third member',
        'collateral_malformed',
        () => with_({ tcbInfo: edited((text) => text.replace(/^\{/, '{"a":1,')) }),
      ],
      ['is empty', 'collateral_malformed', () => with_({ tcbInfo: new Uint8Array() })],
      [
        'has a chain that is none',
        'collateral_malformed',
        () => with_({ tcbInfoChain: Buffer.from('garbage') }),
      ],
      [
        'has the chain of a stranger',
        'collateral_unverified',
        () => with_({ tcbInfoChain: stranger().tcbInfoChain }),
      ],
      ['is a stranger’s', 'collateral_unverified', () => published(forgeTdxPlatform({ seed: 'stranger' }))],
      ['has a root CRL of a stranger', 'collateral_unverified', () => with_({ rootCrl: stranger().rootCrl })],
      ['has a PCK CRL of a stranger', 'collateral_unverified', () => with_({ pckCrl: stranger().pckCrl })],
      [
        'has the root CRL for the PCK CRL',
        'collateral_unverified',
        () => with_({ pckCrl: genuine.collateral().rootCrl }),
      ],
      ['has a CRL that is none', 'collateral_malformed', () => with_({ pckCrl: Buffer.from('no CRL') })],
      [
        'has an expired root CRL',
        'collateral_not_current',
        () => with_({ rootCrl: later(-40).collateral().rootCrl }),
      ],
      [
        'has the other CA’s CRL',
        'collateral_unverified',
        () => with_({ pckCrl: genuine.pki.pckCrl('processor') }),
      ],
    ];

    it.each(refusals)(
      'because it %s, is refused as %s, raises no mark and is not kept',
      async (_, code, serve) => {
        const { server, start, cache } = await world();
        server.publish(serve());
        await expect(start().intel(NEED)).rejects.toMatchObject({ code });
        server.publish(published());
        const kept = await cache.list();
        await start().intel(NEED);
        // Whatever else came in that answer was good, and what was refused came in the genuine version now.
        expect(kept.length).toBeLessThan(4);
        expect(await cache.list()).toHaveLength(4);
      },
    );

    it.each(['tcbSigning', 'pckCa'] as const)('because its %s is revoked, is refused', async (revoked) => {
      const { server, start } = await world();
      server.publish(published(genuine.with({ revoked: [revoked] })));
      await expect(start().intel(NEED)).rejects.toMatchObject({ code: 'collateral_unverified' });
    });

    it('is dropped from the cache when its signer is revoked', async () => {
      const { server, start, pass, events } = await world();
      await start().intel(NEED);
      server.publish(published(later(1.1, 18, { revoked: ['tcbSigning'] })));
      pass(1.2);
      const again = start();
      await again.refreshDue();
      await expect(again.intel(NEED)).rejects.toMatchObject({ code: 'collateral_unverified' });
      expect(events).toContainEqual(expect.objectContaining({ event: 'collateral.dropped' }));
    });

    it('is refused without its chain', async () => {
      const { server, start } = await world();
      server.always({ body: genuine.collateral().tcbInfo ?? '' });
      await expect(start().intel(NEED)).rejects.toMatchObject({ code: 'collateral_malformed' });
      server.always({ headers: { 'TCB-Info-Issuer-Chain': '%E0%A4%A' }, body: '{}' });
      await expect(start().intel(NEED)).rejects.toMatchObject({ code: 'collateral_malformed' });
    });

    it('is never asked for where no such need can be', async () => {
      const { server, start } = await world();
      for (const fmspc of ['', '90C06F000000', '../../../etc', '90c06f0000001']) {
        await expect(start().intel({ ...NEED, fmspc })).rejects.toMatchObject({
          code: 'collateral_bad_need',
        });
      }
      expect(server.requests).toEqual([]);
    });
  });

  describe('of yesterday', () => {
    it('is refused once a newer evaluation was seen, and the newer one stays in use', async () => {
      const { server, start, pass, events } = await world();
      server.publish(published(later(0, 20)));
      const collateral = start();
      await collateral.intel(NEED);
      server.publish(published(later(1.1, 19)));
      pass(1.2);
      expect(await collateral.refreshDue()).toMatchObject({ failed: 2, renewed: 2 });
      expect(events.filter(({ code }) => code === 'collateral_rollback')).toHaveLength(2);
      expect((await collateral.intel(NEED)).provenance[0]?.evaluationNumber).toBe(20);
    });

    it('is refused after a restart too, and when the newer one is lost', async () => {
      const { server, start, cache } = await world();
      server.publish(published(later(0, 20)));
      await start().intel(NEED);
      const lost: CollateralCache = { ...cache, get: async () => null };
      server.publish(published(later(0, 19)));
      const again = createCollateral({
        cache: lost,
        settings: collateralSettings({ pcsUrl: server.origin }),
        trust: { pins: [], anchors: [anchorFromCertificate(parseCertificate(genuine.root))] },
        clock: () => FORGED_AT,
        log: () => {},
        timing: fakeTiming(),
      });
      await expect(again.intel(NEED)).rejects.toMatchObject({
        code: 'collateral_rollback',
        expected: 'at least tcbEvaluationDataNumber 20',
        actual: 'tcbEvaluationDataNumber 19',
      });
    });

    it.each(['rootCrl', 'pckCrl'] as const)('as a %s is refused, by its thisUpdate', async (name) => {
      const { server, start, pass, events } = await world();
      const newer = later(1).collateral();
      server.publish({ pki: genuine.pki, collateral: { ...genuine.collateral(), [name]: newer[name] } });
      const collateral = start();
      pass(1);
      await collateral.intel(NEED);
      server.publish(published());
      pass(1.1);
      await collateral.refreshDue();
      expect(events.filter(({ code }) => code === 'collateral_rollback')).toHaveLength(1);
      expect((await collateral.intel(NEED))[name]).toEqual(bytes(newer)[name]);
    });

    it('of the same evaluation gives way to what was issued later', async () => {
      const { server, start, pass, events } = await world();
      const collateral = start();
      pass(2);
      server.publish(published(later(2)));
      await collateral.intel(NEED);
      server.publish({
        ...published(later(2)),
        collateral: { ...later(2).collateral(), tcbInfo: later(1).collateral().tcbInfo },
      });
      pass(1.1);
      expect(await collateral.refreshDue()).toMatchObject({ failed: 0 });
      expect(events.at(-1)).toBeDefined();
      expect((await collateral.intel(NEED)).tcbInfo).toEqual(bytes(later(2).collateral()).tcbInfo);
      // The vendor was asked: it is not asked again at once.
      expect(await collateral.refreshDue()).toMatchObject({ due: 0 });
    });

    it('is no matter where the operator goes from early to standard', async () => {
      const cache = memoryCache();
      const early = await world({ cache, channel: 'early' });
      early.server.publish(published(later(0, 20)));
      await early.start().intel(NEED);
      const standard = await world({ cache });
      standard.server.publish(published(later(0, 19)));
      expect((await standard.start().intel(NEED)).provenance[0]?.evaluationNumber).toBe(19);
    });

    it('raises no mark under another root', async () => {
      const cache = memoryCache();
      const stranger = forgeTdxPlatform({
        seed: 'test root',
        tcbInfo: { tcbEvaluationDataNumber: 900 },
        qeIdentity: { tcbEvaluationDataNumber: 900 },
      });
      const trial = await world({ cache, root: stranger.root });
      trial.server.publish(published(stranger));
      await trial.start().intel(NEED);
      const { start } = await world({ cache });
      expect((await start().intel(NEED)).provenance[0]?.evaluationNumber).toBe(18);
    });
  });

  describe('as a list of evaluations', () => {
    const listed = (changes: object = {}, key = genuine.pki.tcbSigning.key) => {
      const inner = {
        id: 'TDX',
        version: 1,
        issueDate: '2026-01-14T12:00:00Z',
        nextUpdate: '2026-02-13T12:00:00Z',
        tcbEvalNumbers: [17, 19, 18].map((number) => ({
          tcbEvaluationDataNumber: number,
          tcbRecoveryEventDate: `2025-0${number - 10}-12T00:00:00Z`,
          tcbDate: '2025-05-14T00:00:00Z',
        })),
        ...changes,
      };
      return signDocument('tcbEvaluationDataNumbers', JSON.stringify(inner), key);
    };

    it('is told the newest first', async () => {
      const { server, start } = await world();
      server.publish({ ...published(), evaluations: listed() });
      const { evaluations } = await start().evaluations('tdx');
      expect(evaluations.map(({ number }) => number)).toEqual([19, 18, 17]);
      expect(evaluations[0]?.recoveryEventDate).toEqual(new Date('2025-09-12T00:00:00Z'));
      expect(server.requests[0]).toBe('/tdx/certification/v4/tcbevaluationdatanumbers');
    });

    it.each([
      ['of SGX', 'collateral_malformed', listed({ id: 'SGX' })],
      ['of another version', 'collateral_malformed', listed({ version: 2 })],
      ['without a list', 'collateral_malformed', listed({ tcbEvalNumbers: 3 })],
      ['of something else', 'collateral_malformed', listed({ tcbEvalNumbers: ['x'] })],
      ['that has ended', 'collateral_not_current', listed({ nextUpdate: '2026-01-15T11:00:00Z' })],
      ['by somebody else', 'collateral_unverified', listed({}, genuine.pki.key('somebody'))],
    ])('%s is refused as %s', async (_, code, evaluations) => {
      const { server, start } = await world();
      server.publish({ ...published(), evaluations });
      await expect(start().evaluations('tdx')).rejects.toMatchObject({ code });
    });
  });

  it('of two evaluations is made even, where Intel can', async () => {
    const { server, start, pass } = await world();
    const collateral = start();
    server.publish({
      pki: genuine.pki,
      collateral: { ...genuine.collateral(), tcbInfo: later(0, 19).collateral().tcbInfo },
    });
    await collateral.intel(NEED);
    server.publish(published(later(0, 19)));
    pass(0.01);
    const { provenance } = await collateral.intel(NEED);
    expect(provenance.slice(0, 2).map(({ evaluationNumber }) => evaluationNumber)).toEqual([19, 19]);
  });

  it('that lies in the cache is judged by today’s roots', async () => {
    const cache = memoryCache();
    const before = await world({ cache });
    await before.start().intel(NEED);
    const stranger = forgeTdxPlatform({ seed: 'other root' });
    const after = await world({ cache, root: stranger.root });
    after.server.publish(published(stranger));
    await after.start().intel(NEED);
    expect(after.server.requests).toHaveLength(4);
    expect(after.events.filter(({ event }) => event === 'collateral.dropped').length).toBeGreaterThan(0);
  });

  function with_(changes: Parameters<typeof genuine.collateral>[0]) {
    return { pki: genuine.pki, collateral: genuine.collateral(changes) };
  }
  function tcbOf(changes: Partial<PlatformOptions>) {
    return genuine.with(changes).collateral().tcbInfo;
  }
  function edited(edit: (text: string) => string) {
    return Buffer.from(edit(Buffer.from(genuine.collateral().tcbInfo ?? []).toString()));
  }
  function resigned() {
    const text = Buffer.from(genuine.collateral().tcbInfo ?? []).toString();
    const inner = text.slice('{"tcbInfo":'.length, text.lastIndexOf(',"signature"'));
    return signDocument('tcbInfo', inner, genuine.pki.key('somebody'));
  }
  function stranger() {
    return forgeTdxPlatform({ seed: 'stranger' }).collateral();
  }
});

/** Buffers as plain arrays, for comparison. */
function bytes(collateral: ReturnType<typeof genuine.collateral>) {
  const entries = Object.entries(collateral).map(([name, value]) => [name, value && new Uint8Array(value)]);
  return Object.fromEntries(entries) as typeof collateral; // the same names
}
