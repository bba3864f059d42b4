import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/bytes/concat.ts';
import {
  type AzureItem,
  parseAzureItem,
  serialiseAzureItem,
} from '../../../src/evidence/bundle/azure-item.ts';
import type { Item } from '../../../src/evidence/bundle/cmw.ts';
import { commitment } from '../../../src/evidence/bundle/commitment.ts';
import { TPM_QUOTE_MEDIA_TYPE } from '../../../src/evidence/bundle/labels.ts';
import { NO_NVIDIA_TRUST } from '../../../src/evidence/bundle/nvidia-trust.ts';
import { SNP_REPORT_MEDIA_TYPE, serialiseSnpItem } from '../../../src/evidence/bundle/snp-item.ts';
import { serialiseTdxItem, TDX_QUOTE_MEDIA_TYPE } from '../../../src/evidence/bundle/tdx-item.ts';
import type { TeeTrust } from '../../../src/evidence/bundle/tee-trust.ts';
import { serialiseTpmItem } from '../../../src/evidence/bundle/tpm-item.ts';
import { type BundleResult, type EnrolledHost, verifyBundle } from '../../../src/evidence/bundle/verify.ts';
import type { TdReport } from '../../../src/evidence/intel/index.ts';
import { forgeSnpPlatform } from '../../../src/forge/amd/platform.ts';
import { demonstrationTdBoot, forgeCcel } from '../../../src/forge/intel/ccel.ts';
import { forgeSgxPlatform, forgeTdxPlatform } from '../../../src/forge/intel/platform.ts';
import type { TeeKind } from '../../../src/protocol/tee.ts';
import { fuzzRuns } from '../../vectors.ts';
import {
  azureItem,
  azureTdx,
  bindingItem,
  bundleOf,
  reportDataOver,
  snp,
  snpItem,
  tdx,
  tdxItem,
  trust,
} from './guest.ts';
import { attest, makeHost, now, pcrs, session, signQuote } from './host.ts';

const host = makeHost();
const neighbour = makeHost();
const binding = bindingItem(host);
const by = (tee: TeeKind): EnrolledHost => ({ kind: 'tee', tee });

const verify = (jws: string, enrolled: EnrolledHost, tee: TeeTrust = trust): BundleResult =>
  verifyBundle({ jws, session, host: enrolled, tee, nvidia: NO_NVIDIA_TRUST, at: now });
const failed = ({ findings }: BundleResult): string[] =>
  findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
const open = ({ findings }: BundleResult): string[] => findings.notPerformed.map(({ id }) => id);

/** A TPM's quote over the binding alone, as it comes before a TEE's report. */
const tpmItem = (): Item => {
  const quote = attest(commitment('tpm-extra-data', binding.value, []));
  const value = serialiseTpmItem({
    quote,
    signature: signQuote(quote, host.akPrivate),
    akPublic: host.akPublic,
    pcrs: new Map([['sha256', pcrs]]),
    eventLog: null,
  });
  return { label: 'tpm', mediaType: TPM_QUOTE_MEDIA_TYPE, value };
};

const quoted = tpmItem();

describe('a bundle of a host that enrolled by its TEE', () => {
  it.each<[TeeKind, () => Item | Promise<Item>]>([
    ['tdx', () => tdxItem([binding])],
    ['snp', () => snpItem([binding])],
    ['azure-snp', () => azureItem([binding])],
    ['azure-tdx', () => azureItem([binding], undefined, azureTdx)],
  ])('verifies: %s', async (kind, make) => {
    const result = verify(bundleOf(host, [binding, await make()]), by(kind));
    expect(failed(result)).toEqual([]);
    expect(result.verified?.tpm).toBeNull();
    expect(result.verified?.tee?.tee).toBe(kind.replace('azure-', ''));
    expect(result.verified?.vtpm !== null).toBe(kind.startsWith('azure-'));
    expect(result.verified?.items.map(({ label }) => label)).toEqual(['binding', 'tee']);
  });

  const tdxQuote = (quote: Uint8Array): Item => {
    return {
      label: 'tee',
      mediaType: TDX_QUOTE_MEDIA_TYPE,
      value: serialiseTdxItem({ quote, eventLog: null }),
    };
  };
  const report = reportDataOver([binding]);
  it.each<[string, string, () => readonly Item[]]>([
    ['bundle.items.tee', 'no item of a TEE', () => []],
    [
      'bundle.items.tee',
      'two of them',
      () => [tdxItem([binding]), { ...tdxItem([binding]), label: 'tee-1' }],
    ],
    ['bundle.items.tpm', 'a TPM that nobody enrolled', () => [quoted, tdxItem([binding, quoted])]],
    ['tee.item.well-formed', 'no JSON', () => [{ ...tdxItem([binding]), value: Uint8Array.of(1) }]],
    ['tee.item.well-formed', 'no quote', () => [tdxQuote(Uint8Array.of(1, 2, 3))]],
    ['tee.kind.enrolled', 'another TEE', () => [snpItem([binding])]],
    [
      'tee.kind.enrolled',
      'an enclave in the place of a guest',
      () => [tdxQuote(forgeSgxPlatform({ seed: 'bundle', at: now }).quote(report))],
    ],
    [
      'tee.report-data',
      'a binding to other keys',
      () => [tdxItem([binding], reportDataOver([bindingItem(neighbour)]))],
    ],
    [
      'tee.report-data',
      'a binding to another nonce',
      () => [tdxItem([binding], reportDataOver([bindingItem(host, { nonce: 'A'.repeat(43) })]))],
    ],
    ['tee.report-data', 'nothing', () => [tdxItem([binding], new Uint8Array(64))]],
    [
      'tee.report-data',
      'what is for a TPM',
      () => {
        const short = commitment('tpm-extra-data', binding.value, []);
        return [tdxItem([binding], concatBytes([short, new Uint8Array(32)]))];
      },
    ],
  ])('%s fails alone: %s', (id, _, items) => {
    const result = verify(bundleOf(host, [binding, ...items()]), by('tdx'));
    expect(failed(result)).toEqual([id]);
    expect(result.verified).toBeNull();
  });

  it('says where a commitment was made for another purpose, and where for nothing', () => {
    const actual = (data: Uint8Array): string | undefined =>
      verify(bundleOf(host, [binding, tdxItem([binding], data)]), by('tdx')).findings.checks.find(
        ({ id }) => id === 'tee.report-data',
      )?.actual;
    expect(actual(new Uint8Array(64))).toBe('nothing');
    const short = commitment('gpu-nonce', binding.value, []);
    expect(actual(concatBytes([short, new Uint8Array(32)]))).toBe('a commitment made as gpu-nonce');
  });

  it('refuses keys that another host put into the binding of a genuine guest', () => {
    // The guest's own report, the thief's keys, signed by the thief.
    const stolen = bindingItem(host, { signingKey: neighbour.binding.signingKey });
    const result = verify(bundleOf(host, [stolen, tdxItem([binding])], neighbour.signingPrivate), by('tdx'));
    expect(failed(result)).toEqual(['tee.report-data']);
  });

  it("refuses Azure's vTPM where it quotes another challenge", async () => {
    const item = await azureItem([binding], new Uint8Array(32));
    const result = verify(bundleOf(host, [binding, item]), by('azure-snp'));
    expect(failed(result)).toEqual(['tpm.quote.extra-data']);
  });

  it.each([
    ['azure-snp' as const, 'report', (item: AzureItem) => ({ ...item, hclReport: Uint8Array.of(1) })],
    ['azure-snp' as const, 'quote', (item: AzureItem) => ({ ...item, quote: item.quote.subarray(0, -1) })],
    ['azure-tdx' as const, 'TD quote', (item: AzureItem) => ({ ...item, tdQuote: Uint8Array.of(4, 0) })],
  ])('azure.well-formed fails alone: %s whose %s cannot be read', async (kind, _, bend) => {
    const good = await azureItem([binding], undefined, kind === 'azure-tdx' ? azureTdx : undefined);
    const item = parseAzureItem(good.value);
    const value = serialiseAzureItem({ ...bend(item), pcrs: item.pcrs.banks });
    const result = verify(bundleOf(host, [binding, { ...good, value }]), by(kind));
    expect(failed(result)).toEqual(['azure.well-formed']);
    expect(result.verified).toBeNull();
  });

  it('trusts no root that was not approved', () => {
    const { intel, amd } = trust;
    const untrusting = { ...trust, intel: { ...intel, anchors: [] }, amd: { ...amd, anchors: [] } };
    const tdx = verify(bundleOf(host, [binding, tdxItem([binding])]), by('tdx'), untrusting);
    expect(failed(tdx).some((id) => id.startsWith('intel.'))).toBe(true);
    expect(tdx.verified).toBeNull();
    const guest = verify(bundleOf(host, [binding, snpItem([binding])]), by('snp'), untrusting);
    expect(failed(guest).some((id) => id.startsWith('snp.chain'))).toBe(true);
    expect(guest.verified).toBeNull();
  });

  it('verifies nothing without collateral, and says so', () => {
    const bare = { ...trust, intel: { ...trust.intel, collateral: null }, amd: { ...trust.amd, crl: null } };
    const tdx = verify(bundleOf(host, [binding, tdxItem([binding])]), by('tdx'), bare);
    expect(failed(tdx).length + open(tdx).length).toBeGreaterThan(0);
    expect(tdx.verified).toBeNull();
    const guest = verify(bundleOf(host, [binding, snpItem([binding])]), by('snp'), bare);
    expect([failed(guest), open(guest)]).toEqual([[], ['snp.revocation']]);
    expect(guest.verified).toBeNull();
  });

  it("takes AMD's certificates from the verifier's hand where the host sent none", () => {
    const bare: Item = {
      label: 'tee',
      mediaType: SNP_REPORT_MEDIA_TYPE,
      value: serialiseSnpItem({ report: snp.report(reportDataOver([binding])) }),
    };
    const jws = bundleOf(host, [binding, bare]);
    expect(verify(jws, by('snp')).verified).toBeNull();
    const helped = { ...trust, amd: { ...trust.amd, certificates: snp.certificates() } };
    expect(verify(jws, by('snp'), helped).verified).not.toBeNull();
  });

  it("refuses another platform's certificates and another platform's TCB Info", () => {
    const other = forgeSnpPlatform({ at: now });
    const value = serialiseSnpItem({
      report: snp.report(reportDataOver([binding])),
      certificates: other.certificates(),
    });
    const item = { label: 'tee', mediaType: SNP_REPORT_MEDIA_TYPE, value };
    expect(failed(verify(bundleOf(host, [binding, item]), by('snp'))).length).toBeGreaterThan(0);
    const elsewhere = forgeTdxPlatform({ seed: 'bundle', at: now, tcbInfo: { fmspc: '00a06d080000' } });
    const confused = { ...trust, intel: { ...trust.intel, collateral: elsewhere.collateral() } };
    const result = verify(bundleOf(host, [binding, tdxItem([binding])]), by('tdx'), confused);
    expect(failed(result)).toEqual(['intel.tcb-info.fmspc']);
  });
});

it('says whether the log of a TD explains its registers', () => {
  const { log, rtMr } = forgeCcel(demonstrationTdBoot());
  const standing = (registers: TdReport['rtMr']): string | undefined => {
    const quote = tdx.quote(reportDataOver([binding]), { rtMr: registers });
    const value = serialiseTdxItem({ quote, eventLog: log });
    const item = { label: 'tee', mediaType: TDX_QUOTE_MEDIA_TYPE, value };
    return verify(bundleOf(host, [binding, item]), by('tdx')).verified?.teeEventLog.status;
  };
  expect(standing(rtMr)).toBe('agrees');
  expect(standing([rtMr[1], rtMr[0], rtMr[2], rtMr[3]])).toBe('differs');
});

describe('a bundle of a host that enrolled by its TPM and shows its guest too', () => {
  const tpm = quoted;

  it('verifies both', () => {
    const { verified, findings } = verify(bundleOf(host, [binding, tpm, tdxItem([binding, tpm])]), host);
    expect(findings.checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(verified?.tpm).not.toBeNull();
    expect(verified?.tee?.tee).toBe('tdx');
  });

  it.each<[string, string, () => readonly Item[]]>([
    ['tee.report-data.items', 'a guest that knows nothing of the TPM', () => [tpm, tdxItem([binding])]],
    [
      'tee.report-data',
      "a guest that knows another TPM's quote",
      () => [tpm, tdxItem([binding, { ...tpm, value: Uint8Array.of(1) }])],
    ],
    [
      'bundle.items.tee',
      'two guests',
      () => [tpm, tdxItem([binding, tpm]), { ...snpItem([binding, tpm]), label: 'tee-1' }],
    ],
    ['bundle.items.tpm', 'a guest alone', () => [tdxItem([binding])]],
  ])('%s fails alone: %s', (id, _, items) => {
    const result = verify(bundleOf(host, [binding, ...items()]), host);
    expect(failed(result)).toEqual([id]);
    expect(result.verified).toBeNull();
  });

  it("has no place for Azure's vTPM beside its own", async () => {
    const result = verify(bundleOf(host, [binding, tpm, await azureItem([binding])]), host);
    expect(failed(result)).toEqual(['bundle.items.tee']);
  });
});

describe('hostile bytes', () => {
  const good = bundleOf(host, [binding, tdxItem([binding])]);

  it('are refused at every changed character', () => {
    expect(verify(good, by('tdx')).verified).not.toBeNull();
    for (let at = 0; at < good.length; at += 101) {
      const changed = good[at] === 'A' ? 'B' : 'A';
      expect(verify(good.slice(0, at) + changed + good.slice(at + 1), by('tdx')).verified).toBeNull();
    }
  });

  it('never throw and never say anything else, signed by the guest itself', () => {
    const changes = fc.record({
      kind: fc.constantFrom('tdx' as const, 'snp' as const),
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      gone: fc.nat(8),
      noise: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    });
    const items = { tdx: tdxItem([binding]), snp: snpItem([binding]) };
    const reportOf = (kind: 'tdx' | 'snp') =>
      verify(bundleOf(host, [binding, items[kind]]), by(kind)).verified?.tee?.report;
    const reports = { tdx: reportOf('tdx'), snp: reportOf('snp') };
    expect(reports.tdx === undefined || reports.snp === undefined).toBe(false);
    fc.assert(
      fc.property(changes, ({ kind, at, gone, noise }) => {
        const { value, ...item } = items[kind];
        const place = Math.floor(at * value.length);
        const bent = concatBytes([value.subarray(0, place), noise, value.subarray(place + gone)]);
        const { verified } = verify(bundleOf(host, [binding, { ...item, value: bent }]), by(kind));
        // The packaging is unsigned: a blank more in its JSON changes nothing of what the hardware says.
        expect(verified?.tee?.report ?? reports[kind]).toEqual(reports[kind]);
      }),
      { numRuns: Math.ceil(fuzzRuns / 10) },
    );
  });
});
