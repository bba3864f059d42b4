import { describe, expect, it } from 'vitest';
import { parseSnpReport } from '../../../src/evidence/amd/index.ts';
import type { Item } from '../../../src/evidence/bundle/cmw.ts';
import { type CollateralNeed, collateralNeeds } from '../../../src/evidence/bundle/collateral-needs.ts';
import { SNP_REPORT_MEDIA_TYPE, serialiseSnpItem } from '../../../src/evidence/bundle/snp-item.ts';
import { serialiseTdxItem, TDX_QUOTE_MEDIA_TYPE } from '../../../src/evidence/bundle/tdx-item.ts';
import { forgeSnpPlatform } from '../../../src/forge/amd/platform.ts';
import { forgeTdxPlatform } from '../../../src/forge/intel/platform.ts';
import { azureItem, azureTdx, bindingItem, bundleOf, snp, snpItem, tdxItem, trust } from './guest.ts';
import { makeHost, now } from './host.ts';

const host = makeHost();
const binding = bindingItem(host);
const context = { intelAnchors: trust.intel.anchors, amdAnchors: trust.amd.anchors, at: now };
const needs = (...items: readonly Item[]): CollateralNeed[] =>
  collateralNeeds(bundleOf(host, [binding, ...items]), context);
const report = new Uint8Array(64);

const snpWith = (parts: Parameters<typeof serialiseSnpItem>[0]): Item => {
  return { label: 'tee', mediaType: SNP_REPORT_MEDIA_TYPE, value: serialiseSnpItem(parts) };
};

describe('collateralNeeds', () => {
  it("names the documents of a platform of Intel's", () => {
    expect(needs(tdxItem([binding]))).toEqual([
      { vendor: 'intel', tee: 'tdx', fmspc: expect.stringMatching(/^[0-9a-f]{12}$/), ca: 'platform' },
    ]);
  });

  it('asks nothing for a platform whose certificate leads to no trusted root', () => {
    const stranger = forgeTdxPlatform({ seed: 'a stranger', at: now });
    const value = serialiseTdxItem({ quote: stranger.quote(report), eventLog: null });
    expect(needs({ label: 'tee', mediaType: TDX_QUOTE_MEDIA_TYPE, value })).toEqual([]);
  });

  it("names the chip and version of a report of AMD's, and how many certificates came with it", () => {
    expect(needs(snpItem([binding]))).toMatchObject([
      { vendor: 'amd', presented: 3, report: { kind: 'vcek', product: 'Genoa' } },
    ]);
    expect(needs(snpWith({ report: snp.report(report) }))).toMatchObject([{ presented: 0 }]);
  });

  it('does not count a VCEK that the host kept from before an update of its firmware, or of another chip', () => {
    const { reportedTcb } = parseSnpReport(snp.report(report));
    const tcb = { ...reportedTcb, microcode: reportedTcb.microcode - 1 };
    const [older] = forgeSnpPlatform({ at: now, pki: snp.pki, hwid: snp.chipId, tcb }).certificates();
    const [another] = forgeSnpPlatform({
      at: now,
      pki: snp.pki,
      hwid: snp.chipId.map((byte) => byte ^ 1),
    }).certificates();
    const [own, ...above] = snp.certificates();
    for (const [certificates, presented] of [
      [[older, ...above], 2],
      [[another, older, ...above], 2],
      [[older, own, ...above], 3],
    ] as const) {
      const item = snpWith({
        report: snp.report(report),
        certificates: certificates.flatMap((der) => der ?? []),
      });
      expect(needs(item)).toMatchObject([{ presented, report: { kind: 'vcek' } }]);
    }
  });

  it('reads the product of an old report from the certificates beside it', () => {
    const milan = forgeSnpPlatform({ at: now, product: 'Milan' });
    const old = milan.report(report, { version: 2 });
    expect(needs(snpWith({ report: old, certificates: milan.certificates() }))).toMatchObject([
      { report: { product: 'Milan' } },
    ]);
    expect(needs(snpWith({ report: old }))).toEqual([]);
  });

  it('asks nothing of AMD where none of its roots is trusted, or the chip is masked', () => {
    const jws = bundleOf(host, [binding, snpItem([binding])]);
    expect(collateralNeeds(jws, { ...context, amdAnchors: [] })).toEqual([]);
    const masked = snp.report(report, { chipKeyMasked: true, chipId: new Uint8Array(64) });
    expect(needs(snpWith({ report: masked }))).toEqual([]);
  });

  it("names what an Azure VM's hardware needs", async () => {
    expect(needs(await azureItem([binding]))).toMatchObject([{ vendor: 'amd', presented: 3 }]);
    expect(needs(await azureItem([binding], undefined, azureTdx))).toMatchObject([{ vendor: 'intel' }]);
  });

  it('asks nothing for what cannot be read', () => {
    expect(collateralNeeds('garbage', context)).toEqual([]);
    for (const mediaType of [TDX_QUOTE_MEDIA_TYPE, SNP_REPORT_MEDIA_TYPE]) {
      expect(needs({ label: 'tee', mediaType, value: Uint8Array.of(1, 2) })).toEqual([]);
    }
  });
});
