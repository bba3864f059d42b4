import { createPublicKey, hash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import type { AzureCvmInput } from '../../../src/evidence/azure/index.ts';
import { forgeSnpPlatform } from '../../../src/forge/amd/platform.ts';
import {
  type AzureCvmParts,
  type CvmChange,
  type ForgedAzureCvm,
  forgeAzureCvm,
} from '../../../src/forge/azure/cvm.ts';
import { snpHardware } from '../../../src/forge/azure/hardware.ts';
import { reportDataFor } from '../../../src/forge/azure/hcl-report.ts';
import { PathError } from '../../../src/pki/index.ts';
import { anchors, at, failed, inputOf, judge, nonce, notPerformed } from './judge-vm.ts';
import { patched } from './samples.ts';

let vm: ForgedAzureCvm;
let other: ForgedAzureCvm;
let parts: AzureCvmParts;
let others: AzureCvmParts;
beforeAll(async () => {
  vm = await forgeAzureCvm({ at, hardware: snpHardware(forgeSnpPlatform({ at, product: 'Genoa' })) });
  other = await forgeAzureCvm({
    at,
    hardware: snpHardware(forgeSnpPlatform({ at, product: 'Genoa' })),
    akCa: vm.akCa,
  });
  parts = await vm.evidence(nonce);
  others = await other.evidence(nonce);
}, 120_000);

const whole = (): AzureCvmInput => inputOf(vm, parts);
const changed = async (change: CvmChange): Promise<AzureCvmInput> =>
  inputOf(vm, await vm.evidence(nonce, change));

describe('verifyAzureCvm of an SNP VM', () => {
  it('verifies hardware, claims, key, certificate and quote, and leaves no question', () => {
    const result = judge(whole());
    expect(failed(result)).toEqual([]);
    expect(notPerformed(result)).toEqual([]);
    const spki = vm.ak.export({ type: 'spki', format: 'der' });
    expect(result.verified).toMatchObject({
      tee: { tee: 'snp', product: 'Genoa', revocationChecked: true },
      quote: { signatureHash: 'sha256', attest: { extraData: nonce } },
      claims: { vmConfiguration: { secureBoot: true } },
      akSha256: hash('sha256', spki, 'hex'),
    });
    expect(result.verified?.quote.pcrs.get('sha256')?.size).toBe(24);
    // The AK certificate ends first.
    expect(result.verified?.validUntil).toEqual(new Date(at.getTime() + 335 * 86_400_000));
  });

  it.each(['sha256', 'sha384', 'sha512'] as const)(
    'takes claims under %s, as the report names it',
    async (name) => {
      expect(judge(await changed({ hash: name })).verified).not.toBeNull();
    },
  );

  it('lists what it was given nothing for', () => {
    const { extraData: _, acceptAkPath: __, ...rest } = whole();
    const result = judge({ ...rest, crl: null });
    expect(result.verified?.tee).toMatchObject({ revocationChecked: false });
    expect(notPerformed(result)).toEqual([
      'snp.revocation',
      'azure.ak-certificate.revocation',
      'tpm.quote.extra-data',
    ]);
  });

  it('does without a certificate of the attestation key, and says so', () => {
    const result = judge({ ...whole(), vtpm: { ...whole().vtpm, akCertificate: null } });
    expect(result.verified).toMatchObject({ akCertificate: null });
    expect(notPerformed(result)).toEqual(['azure.ak-certificate']);
    expect(result.verified?.validUntil.getTime()).toBeGreaterThan(at.getTime());
  });

  describe('refuses, by one check alone,', () => {
    it.each<[string, string, () => AzureCvmInput | Promise<AzureCvmInput>]>([
      [
        'report_data with something behind the digest',
        'azure.var-data.digest',
        () => changed({ reportData: patched(reportDataFor(vm.claims), 63, 1) }),
      ],
      [
        'report_data with another digest',
        'azure.var-data.digest',
        () => changed({ reportData: patched(reportDataFor(vm.claims), 0, 0xff, 0xff) }),
      ],
      [
        'a digest in another hash than the report names',
        'azure.var-data.digest',
        () => changed({ hash: 'sha384', reportData: reportDataFor(vm.claims, 'sha256') }),
      ],
      [
        'claims that changed after the hardware signed',
        'azure.var-data.digest',
        () => ({
          ...whole(),
          hclReport: replaced(parts.hclReport, '"console-enabled":true', '"console-enableD":true'),
        }),
      ],
      [
        'a report of another level than the paravisor’s',
        'azure.snp.vmpl',
        () => changed({ snp: { vmpl: 1 } }),
      ],
      [
        'a TD quote, which says nothing of SNP',
        'azure.td-quote.tee',
        () => ({ ...whole(), tdQuote: Uint8Array.of(4) }),
      ],
      [
        'another key than the enrolled',
        'azure.ak.enrolled',
        () => ({ ...whole(), akSha256: '0'.repeat(64) }),
      ],
      [
        'the certificate of another VM’s key',
        'azure.ak-certificate.key',
        () => ({ ...whole(), vtpm: { ...whole().vtpm, akCertificate: others.vtpm.akCertificate } }),
      ],
      [
        'the certificate of a key with another exponent',
        'azure.ak-certificate.key',
        () => {
          const jwk = { ...vm.ak.export({ format: 'jwk' }), e: 'AQAD' };
          const akCertificate = vm.akCa.certify(createPublicKey({ format: 'jwk', key: jwk }));
          return { ...whole(), vtpm: { ...whole().vtpm, akCertificate } };
        },
      ],
      [
        'an AK certificate that has ended',
        'azure.ak-certificate.expired',
        () => changed({ akCertificate: { notAfter: new Date(at.getTime() - 1000) } }),
      ],
      [
        'an AK certificate that has not begun',
        'azure.ak-certificate.expired',
        () => changed({ akCertificate: { notBefore: new Date(at.getTime() + 1000) } }),
      ],
      [
        'an AK certificate for another purpose',
        'azure.ak-certificate.chain',
        () => changed({ akCertificate: { purpose: 'ek' } }),
      ],
      [
        'an AK certificate of a CA that nobody trusts',
        'azure.ak-certificate.chain',
        () => ({ ...whole(), akAnchors: [] }),
      ],
      [
        'an AK certificate under the hardware’s root',
        'azure.ak-certificate.chain',
        () => ({ ...whole(), akAnchors: whole().hardwareAnchors }),
      ],
      [
        'an AK certificate without the CA between',
        'azure.ak-certificate.chain',
        () => ({ ...whole(), certificates: vm.hardware.certificates }),
      ],
      [
        'a revoked AK certificate',
        'azure.ak-certificate.revocation',
        () => ({
          ...whole(),
          acceptAkPath: () => {
            throw new PathError('path_refused', 'revoked');
          },
        }),
      ],
      [
        'the quote of another VM',
        'tpm.quote.signature',
        () => ({
          ...whole(),
          vtpm: { ...inputOf(other, others).vtpm, akCertificate: parts.vtpm.akCertificate },
        }),
      ],
      [
        'a quote over another nonce',
        'tpm.quote.extra-data',
        () => ({ ...whole(), extraData: new Uint8Array(32) }),
      ],
      [
        'PCR values that were not quoted',
        'tpm.quote.pcr-digest',
        () => {
          const { pcrs } = whole().vtpm;
          if (pcrs instanceof Uint8Array) throw new Error('a map is what the VM hands over');
          const bank = new Map(pcrs.banks.get('sha256')).set(4, new Uint8Array(32));
          return {
            ...whole(),
            vtpm: { ...whole().vtpm, pcrs: { ...pcrs, banks: new Map([['sha256', bank]]) } },
          };
        },
      ],
      [
        'hardware that nobody trusts',
        'snp.chain.root',
        () => ({ ...whole(), hardwareAnchors: whole().akAnchors }),
      ],
    ])('%s', async (_, id, make) => {
      const result = judge(await make());
      expect(failed(result)).toEqual([id]);
      expect(result.verified).toBeNull();
    });
  });

  it('refuses the HCL report of another VM, by its key', () => {
    const { hclReport, certificates } = others;
    const result = judge({ ...whole(), hclReport, certificates: [...certificates] });
    expect(failed(result)).toEqual(['azure.ak-certificate.key', 'tpm.quote.signature']);
  });

  it('refuses the claims of another VM in this one’s report', () => {
    const claims = others.hclReport.subarray(1216);
    const result = judge({ ...whole(), hclReport: patched(parts.hclReport, 1216, ...claims) });
    expect(failed(result)).toEqual([
      'azure.var-data.digest',
      'azure.ak-certificate.key',
      'tpm.quote.signature',
    ]);
  });

  it('refuses the VCEK of another machine', () => {
    const result = judge({ ...whole(), certificates: others.certificates });
    expect(failed(result)).toEqual(['snp.leaf.hwid', 'snp.report.signature']);
  });

  it('judges a report without AMD’s certificates as far as it goes, and verifies nothing', () => {
    const [vcek = new Uint8Array()] = vm.hardware.certificates;
    for (const certificates of [[vcek, vm.akCa.intermediate], [vm.akCa.intermediate]]) {
      const result = judge({ ...whole(), certificates });
      expect(failed(result)).toEqual([]);
      expect(result.verified).toBeNull();
      // Nobody vouches for the key then, so what could not be asked of it stays unasked.
      expect(notPerformed(result)).toEqual(['azure.hardware-report', 'tpm.ak.attributes', 'tpm.ak.name']);
    }
    const forged = judge({
      ...inputOf(vm, { ...parts, certificates: [vcek, vm.akCa.intermediate] }),
      hclReport: patched(parts.hclReport, 32 + 0x90, 0xff),
    });
    expect(failed(forged)).toEqual(['snp.report.signature']);
  });

  it('refuses certificates that cannot be read, rather than take them for none', () => {
    const result = judge({
      ...whole(),
      vtpm: { ...whole().vtpm, akCertificate: null },
      certificates: [Uint8Array.of(0x30)],
    });
    expect(failed(result)).toEqual(['snp.certificates', 'snp.leaf.certificate']);
  });

  it('lets hardware that failed a check vouch for no key', async () => {
    const result = judge(await changed({ snp: { vmpl: 1 } }));
    expect(notPerformed(result)).toEqual(['tpm.ak.attributes', 'tpm.ak.name']);
  });

  it('does not take any root of the caller’s for AMD’s', () => {
    const result = judge({ ...whole(), hardwareAnchors: anchors(vm.akCa.root, vm.akCa.intermediate) });
    expect(failed(result)).toEqual(['snp.chain.root']);
  });

  it('refuses every report with a bit turned over, or cut short', () => {
    const end = 1236 + vm.claims.length;
    const refused = (hclReport: Uint8Array): boolean => {
      try {
        return judge({ ...whole(), hclReport }).verified === null;
      } catch (error) {
        if (error instanceof FormatError) return true;
        throw error;
      }
    };
    for (let offset = 0; offset < end; offset += offset < 48 || (offset > 1200 && offset < 1240) ? 1 : 11) {
      const bit = 1 << (offset % 8);
      expect(
        refused(patched(parts.hclReport, offset, (parts.hclReport[offset] ?? 0) ^ bit)),
        `${offset}`,
      ).toBe(true);
    }
    for (let length = 0; length < end; length += 1) {
      expect(refused(parts.hclReport.subarray(0, length)), `${length} bytes`).toBe(true);
    }
  });
});

/** The same bytes with one text in place of another of its length. */
function replaced(bytes: Uint8Array, text: string, by: string): Uint8Array {
  const at = Buffer.from(bytes).indexOf(text);
  if (at < 0 || text.length !== by.length) throw new Error(`no ${text} to replace`);
  return patched(bytes, at, ...Buffer.from(by));
}
