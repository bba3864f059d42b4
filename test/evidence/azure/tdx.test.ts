import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import type { AzureCvmInput } from '../../../src/evidence/azure/index.ts';
import type { TdReport } from '../../../src/evidence/intel/index.ts';
import {
  type AzureCvmParts,
  type CvmChange,
  type ForgedAzureCvm,
  forgeAzureCvm,
} from '../../../src/forge/azure/cvm.ts';
import { tdxHardware } from '../../../src/forge/azure/hardware.ts';
import { reportDataFor } from '../../../src/forge/azure/hcl-report.ts';
import { forgeSgxPlatform, forgeTdxPlatform } from '../../../src/forge/intel/platform.ts';
import { at, failed, inputOf, judge, nonce, notPerformed } from './judge-vm.ts';
import { patched } from './samples.ts';

const seed = randomBytes(16).toString('hex');
const platform = forgeTdxPlatform({ seed, at });

let vm: ForgedAzureCvm;
let other: ForgedAzureCvm;
let parts: AzureCvmParts;
let others: AzureCvmParts;
beforeAll(async () => {
  vm = await forgeAzureCvm({ at, hardware: tdxHardware(platform) });
  other = await forgeAzureCvm({ at, hardware: tdxHardware(platform), akCa: vm.akCa });
  parts = await vm.evidence(nonce);
  others = await other.evidence(nonce);
}, 120_000);

const whole = (): AzureCvmInput => inputOf(vm, parts);
const changed = async (change: CvmChange): Promise<AzureCvmInput> =>
  inputOf(vm, await vm.evidence(nonce, change));

const octets = (length: number): Uint8Array => new Uint8Array(length).fill(0xa5);

/** One change to each field of a TD quote's body. */
const OTHER_FIELDS: Required<{ [Field in keyof TdReport]: Partial<TdReport> }> = {
  teeTcbSvn: { teeTcbSvn: Uint8Array.of(6, 1, 4, ...new Uint8Array(13)) },
  mrSeam: { mrSeam: octets(48) },
  mrSignerSeam: { mrSignerSeam: octets(48) },
  seamAttributes: { seamAttributes: octets(8) },
  tdAttributes: { tdAttributes: 1n },
  xfam: { xfam: 3n },
  mrTd: { mrTd: octets(48) },
  mrConfigId: { mrConfigId: octets(48) },
  mrOwner: { mrOwner: octets(48) },
  mrOwnerConfig: { mrOwnerConfig: octets(48) },
  rtMr: { rtMr: [octets(48), octets(48), octets(48), octets(48)] },
  reportData: { reportData: octets(64) },
  teeTcbSvn2: { teeTcbSvn2: octets(16) },
  mrServiceTd: { mrServiceTd: octets(48) },
};

describe('verifyAzureCvm of a TDX VM', () => {
  it.each([false, true])(
    'verifies quote, report, claims, key and certificate (TDX 1.5: %s)',
    async (td15) => {
      const one = await forgeAzureCvm({ at, hardware: tdxHardware(platform, td15), akCa: vm.akCa });
      const result = judge(inputOf(one, await one.evidence(nonce)));
      expect(failed(result)).toEqual([]);
      expect(notPerformed(result)).toEqual([]);
      expect(result.verified).toMatchObject({
        tee: { tee: 'tdx', quoteVersion: td15 ? 5 : 4, verdict: { status: 'UpToDate' } },
        quote: { signatureHash: 'sha256' },
      });
      // Collateral ends first.
      expect(result.verified?.validUntil).toEqual(result.verified?.tee.validUntil);
    },
  );

  it.each(['sha384', 'sha512'] as const)('takes claims under %s', async (name) => {
    expect(judge(await changed({ hash: name })).verified).not.toBeNull();
  });

  it('takes zeros behind the TD quote, as the metadata service leaves them', () => {
    const tdQuote = Uint8Array.from([...(parts.tdQuote ?? []), ...new Uint8Array(70)]);
    expect(judge({ ...whole(), tdQuote }).verified).not.toBeNull();
  });

  it('judges a report without its quote as far as it goes, and verifies nothing', () => {
    const result = judge({ ...whole(), tdQuote: null });
    expect(failed(result)).toEqual([]);
    expect(notPerformed(result)).toEqual(['azure.hardware-report', 'tpm.ak.attributes', 'tpm.ak.name']);
    expect(result.verified).toBeNull();
  });

  it('judges a quote without any collateral by itself, and verifies nothing', () => {
    const intelCollateral = {
      tcbInfo: null,
      tcbInfoChain: null,
      qeIdentity: null,
      qeIdentityChain: null,
      rootCrl: null,
      pckCrl: null,
      pckChain: null,
    };
    const result = judge({ ...whole(), intelCollateral });
    expect(failed(result)).toEqual([]);
    expect(notPerformed(result)).toEqual(['azure.hardware-report', 'tpm.ak.attributes', 'tpm.ak.name']);
    expect(result.findings.checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'intel.quote.signature',
        'intel.qe.signature',
        'intel.qe.report-data',
        'intel.pck.root',
      ]),
    );
    expect(result.verified).toBeNull();

    const tdQuote = patched(parts.tdQuote ?? new Uint8Array(), 636, 0xff, 0xff);
    expect(failed(judge({ ...whole(), intelCollateral, tdQuote }))).toEqual(['intel.quote.signature']);
  });

  it('fails where a part of the collateral is missing', () => {
    const result = judge({ ...whole(), intelCollateral: { ...whole().intelCollateral, tcbInfo: null } });
    expect(failed(result)).toEqual(['intel.tcb-info.well-formed']);
    expect(result.verified).toBeNull();
  });

  describe('refuses, by one check alone,', () => {
    it.each<[string, string, () => AzureCvmInput | Promise<AzureCvmInput>]>([
      [
        'report_data with something behind the digest',
        'azure.var-data.digest',
        () => changed({ reportData: patched(reportDataFor(vm.claims), 63, 1) }),
      ],
      [
        'a TDREPORT that states another digest of TEE_TCB_INFO',
        'azure.td-report.digests',
        () => ({ ...whole(), hclReport: patched(parts.hclReport, 32 + 32, 0xff, 0xff) }),
      ],
      [
        'a TDREPORT that states another digest of TDINFO_STRUCT',
        'azure.td-report.digests',
        () => ({ ...whole(), hclReport: patched(parts.hclReport, 32 + 80, 0xff, 0xff) }),
      ],
      [
        'the quote of an enclave',
        'azure.td-quote.tee',
        () => ({
          ...whole(),
          tdQuote: forgeSgxPlatform({ seed, at }).quote(reportDataFor(vm.claims)),
        }),
      ],
      [
        'the TD quote of another VM on the same machine',
        'azure.td-quote.report',
        () => ({ ...whole(), tdQuote: others.tdQuote }),
      ],
      [
        'the certificate of another VM’s key',
        'azure.ak-certificate.key',
        () => ({ ...whole(), vtpm: { ...whole().vtpm, akCertificate: others.vtpm.akCertificate } }),
      ],
      [
        'the quote of another VM’s vTPM',
        'tpm.quote.signature',
        () => ({
          ...whole(),
          vtpm: { ...inputOf(other, others).vtpm, akCertificate: parts.vtpm.akCertificate },
        }),
      ],
    ])('%s', async (_, id, make) => {
      const result = judge(await make());
      expect(failed(result)).toEqual([id]);
      expect(result.verified).toBeNull();
    });

    const td10 = Object.entries(OTHER_FIELDS).filter(
      ([field]) => field !== 'teeTcbSvn2' && field !== 'mrServiceTd',
    );
    it.each(td10)('a TD quote of another %s', async (field, quoted) => {
      const result = judge(await changed({ quoted }));
      // Another SEAM may be one that Intel does not know.
      expect(failed(result).filter((id) => !id.startsWith('intel.'))).toEqual(['azure.td-quote.report']);
      const check = result.findings.checks.find(({ id }) => id === 'azure.td-quote.report');
      expect(check?.actual).toBe(`another ${field}`);
      expect(result.verified).toBeNull();
    });

    it.each(['teeTcbSvn2', 'mrServiceTd'] as const)('a TD 1.5 quote of another %s', async (field) => {
      const one = await forgeAzureCvm({ at, hardware: tdxHardware(platform, true), akCa: vm.akCa });
      const result = judge(inputOf(one, await one.evidence(nonce, { quoted: OTHER_FIELDS[field] })));
      expect(failed(result).filter((id) => !id.startsWith('intel.'))).toEqual(['azure.td-quote.report']);
    });
  });

  it('refuses the HCL report of another VM with its TD quote, by the key', () => {
    const { hclReport, tdQuote } = others;
    const result = judge({ ...whole(), hclReport, tdQuote });
    expect(failed(result)).toEqual(['azure.ak-certificate.key', 'tpm.quote.signature']);
  });

  it('refuses the HCL report of another VM with this one’s TD quote', () => {
    const result = judge({ ...whole(), hclReport: others.hclReport });
    expect(failed(result)).toEqual([
      'azure.td-quote.report',
      'azure.ak-certificate.key',
      'tpm.quote.signature',
    ]);
  });

  it('refuses a TD quote under a root that nobody trusts', () => {
    const result = judge({ ...whole(), hardwareAnchors: whole().akAnchors });
    expect(failed(result)).not.toEqual([]);
    expect(failed(result).every((id) => id.startsWith('intel.'))).toBe(true);
  });

  it('verifies no TD quote with a bit turned over, or cut short', () => {
    const { tdQuote } = parts;
    if (tdQuote === null) throw new Error('a TDX VM has a TD quote');
    const refused = (bytes: Uint8Array): boolean => {
      try {
        return judge({ ...whole(), tdQuote: bytes }).verified === null;
      } catch (error) {
        if (error instanceof FormatError) return true;
        throw error;
      }
    };
    for (let offset = 0; offset < 636; offset += 7) {
      const turned = patched(tdQuote, offset, (tdQuote[offset] ?? 0) ^ (1 << (offset % 8)));
      // 12 to 27 name the vendor, 28 to 47 are the quoting enclave's; all of them are signed.
      expect(refused(turned), `${offset}`).toBe(true);
    }
    for (let length = 0; length < tdQuote.length; length += 97)
      expect(refused(tdQuote.subarray(0, length))).toBe(true);
  });
});
