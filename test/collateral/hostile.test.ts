import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEntry, writeEntry } from '../../src/collateral/cache/entry.ts';
import { memoryCache } from '../../src/collateral/cache/memory.ts';
import { createCollateral } from '../../src/collateral/collateral.ts';
import { CollateralError } from '../../src/collateral/errors.ts';
import { importCollateral } from '../../src/collateral/exchange/import.ts';
import type { CollateralKey } from '../../src/collateral/port.ts';
import { collateralSettings } from '../../src/collateral/settings.ts';
import type { Received } from '../../src/collateral/shelf.ts';
import { forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { chainPem } from '../../src/forge/intel/pki.ts';
import { forgeTdxPlatform } from '../../src/forge/intel/platform.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { anchorFromCertificate } from '../../src/pki/trust-anchor.ts';
import { fuzzRuns } from '../vectors.ts';
import { chainOf } from './kds-server.ts';

const AT = new Date('2026-01-15T12:00:00Z');
const intel = forgeTdxPlatform({ seed: 'hostile collateral', at: AT });
const chip = forgeSnpPlatform({ at: AT, product: 'Turin', hwid: new Uint8Array(8).fill(0xab) });
const published = intel.collateral();

type Piece = { readonly key: CollateralKey; readonly body: Uint8Array; readonly chain: Uint8Array | null };

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const bytes = (value: Uint8Array | null | undefined): Uint8Array => new Uint8Array(value ?? []);

/** In an order in which each has at hand what it is judged by. */
const PIECES: readonly Piece[] = [
  {
    key: { kind: 'intel-root-crl', name: 'root' },
    body: bytes(published.rootCrl),
    chain: text(intel.rootPem),
  },
  {
    key: { kind: 'intel-pck-crl', name: 'platform' },
    body: bytes(published.pckCrl),
    chain: text(chainPem(intel.pki.ca('platform'), intel.pki.root)),
  },
  {
    key: { kind: 'intel-tcb-info', name: 'tdx/90c06f000000/standard' },
    body: bytes(published.tcbInfo),
    chain: bytes(published.tcbInfoChain),
  },
  {
    key: { kind: 'intel-qe-identity', name: 'tdx/standard' },
    body: bytes(published.qeIdentity),
    chain: bytes(published.qeIdentityChain),
  },
  { key: { kind: 'amd-chain', name: 'vcek/Turin' }, body: text(chainOf(chip.pki, 'vcek')), chain: null },
  {
    key: { kind: 'amd-vcek', name: 'Turin/abababababababab/1-1-1-4-81' },
    body: bytes(chip.certificates()[0]),
    chain: null,
  },
  { key: { kind: 'amd-crl', name: 'vcek/Turin' }, body: chip.crl(), chain: null },
];

async function judges() {
  const roots = [intel.root, ...chip.roots].map((root) => anchorFromCertificate(parseCertificate(root)));
  const collateral = createCollateral({
    cache: memoryCache(),
    settings: collateralSettings({ mode: 'offline' }),
    trust: { pins: [], anchors: roots },
    clock: () => AT,
    log: () => {},
  });
  for (const { key, ...piece } of PIECES) await collateral.accept(key, { ...piece, source: 'test' });
  return collateral;
}

const altered = (original: Uint8Array) =>
  fc
    .tuple(
      fc.constantFrom('flip', 'cut', 'insert', 'overwrite'),
      fc.nat(Math.max(0, original.length - 1)),
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
    )
    .map(([how, at, noise]) => {
      const copy = Uint8Array.from(original);
      if (how === 'cut') return copy.subarray(0, at);
      if (how === 'insert') return Uint8Array.from([...copy.subarray(0, at), ...noise, ...copy.subarray(at)]);
      if (how === 'flip') copy[at] = (copy[at] ?? 0) ^ (1 << ((noise[0] ?? 0) % 8));
      else copy.set(noise.subarray(0, copy.length - at), at);
      return copy;
    });

describe('documents from strangers', () => {
  it.each(PIECES.map((piece) => [piece.key.kind, piece] as const))(
    'cannot break what judges %s, nor pass for it',
    async (_, { key, body, chain }) => {
      const collateral = await judges();
      const input = fc.oneof(
        altered(body).map((changed): Received => ({ body: changed, chain, source: 'test' })),
        altered(chain ?? body).map((changed): Received => ({ body, chain: changed, source: 'test' })),
        fc.uint8Array({ maxLength: 200 }).map((noise): Received => ({ body: noise, chain, source: 'test' })),
      );
      await fc.assert(
        fc.asyncProperty(input, async (received) => {
          const outcome = await collateral.accept(key, received).catch((error: unknown) => error);
          if (outcome instanceof CollateralError) return;
          if (outcome instanceof Error) throw outcome;
          // What may be changed unnoticed is what nobody signed: white space around, text beside PEM, the root's own copy.
          const kept = outcome as Awaited<ReturnType<typeof collateral.accept>>; // no error: it was accepted
          expect(kept.key).toEqual(key);
          expect(signedPart(kept.body)).toBe(signedPart(body));
        }),
        { numRuns: Math.ceil(fuzzRuns / 10) },
      );
    },
  );

  it('cannot break an import', async () => {
    const collateral = await judges();
    const names = [
      'tcbInfo.json',
      'qeIdentity.json',
      'rootcrl.hex',
      'pckcrl.der',
      'crl.pem',
      'vcek.der',
      'manifest.json',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.uint8Array({ maxLength: 100 }), async (name, noise) => {
        const rows = await importCollateral(new Map([[name, noise]]), collateral, 'standard');
        expect(rows.every(({ outcome }) => outcome !== 'accepted')).toBe(true);
      }),
      { numRuns: Math.ceil(fuzzRuns / 10) },
    );
  });

  it('cannot make an entry of the cache mean something else', () => {
    const entry = fc.record({
      key: fc.record({
        kind: fc.constantFrom(...PIECES.map(({ key }) => key.kind)),
        name: fc.string({ minLength: 1, maxLength: 60 }),
      }),
      sha256: fc.constant('ab'.repeat(32)),
      chainSha256: fc.option(fc.constant('cd'.repeat(32))),
      fetchedAt: fc.date({ min: new Date(0), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true }),
      issuedAt: fc.constant(null),
      nextUpdate: fc.option(
        fc.date({ min: new Date(0), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true }),
      ),
      evaluationNumber: fc.option(fc.nat()),
      source: fc.string({ maxLength: 60 }),
    });
    fc.assert(
      fc.property(entry, (metadata) => {
        expect(readEntry(writeEntry(metadata))).toEqual(metadata);
      }),
    );
    const [{ key } = { key: { kind: 'amd-crl', name: 'x' } as const }] = PIECES;
    const genuine = writeEntry({
      key,
      sha256: 'ab'.repeat(32),
      chainSha256: null,
      fetchedAt: AT,
      issuedAt: null,
      nextUpdate: null,
      evaluationNumber: null,
      source: 'x',
    });
    for (let length = 0; length < genuine.length - 1; length++) {
      expect(() => readEntry(genuine.subarray(0, length))).toThrow();
    }
  });
});

/** A PEM's certificates, a CRL's bytes, a JSON document without its signature, whose hexadecimal has two cases. */
function signedPart(body: Uint8Array): string {
  const latin = Buffer.from(body).toString('latin1');
  if (latin.includes('-----BEGIN')) {
    return (latin.match(/-----BEGIN CERTIFICATE-----[^-]*/g) ?? []).join('').replace(/\s+/g, '');
  }
  return /^\s*\{/.test(latin) ? latin.replace(/\s+/g, '').replace(/,"signature.*$/, '') : latin;
}
