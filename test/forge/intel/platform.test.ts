import { verify, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ENCLAVE_REPORT } from '../../../src/forge/intel/enclave-report.ts';
import type { Field } from '../../../src/forge/intel/layout.ts';
import { FORGED_AT, forgeSgxPlatform, forgeTdxPlatform } from '../../../src/forge/intel/platform.ts';
import { TD_REPORT } from '../../../src/forge/intel/td-report.ts';
import { parseCertificate, parseCrl, parsePem } from '../../../src/pki/index.ts';

const tdx = forgeTdxPlatform({ seed: 'platform.test' });
const sgx = forgeSgxPlatform({ seed: 'platform.test', ca: 'processor' });
const REPORT_DATA = Uint8Array.from({ length: 64 }, (_, index) => index);
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
const json = (bytes: Uint8Array | null): Record<string, Record<string, unknown>> =>
  JSON.parse(Buffer.from(bytes ?? []).toString());
const filled = (size: number, octet: number): Uint8Array => new Uint8Array(size).fill(octet);

describe('a forged quote says what it was asked to say', () => {
  it('in every field of a TD report, each at its place', () => {
    const [rtMr0, rtMr1, rtMr2, rtMr3] = [filled(48, 11), filled(48, 12), filled(48, 13), filled(48, 14)];
    const asked = {
      ...{ teeTcbSvn: filled(16, 1), mrSeam: filled(48, 2), mrSignerSeam: filled(48, 3) },
      ...{ seamAttributes: filled(8, 4), tdAttributes: 0x0505050505050505n, xfam: 0x0606060606060606n },
      ...{ mrTd: filled(48, 7), mrConfigId: filled(48, 8), mrOwner: filled(48, 9) },
      ...{ mrOwnerConfig: filled(48, 10), teeTcbSvn2: filled(16, 16), mrServiceTd: filled(48, 17) },
    };
    const quote = tdx.quote(filled(64, 15), { ...asked, rtMr: [rtMr0, rtMr1, rtMr2, rtMr3] });
    const order = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];
    expect(TD_REPORT.map((field) => read(quote, 54, field))).toEqual(
      TD_REPORT.map(({ size }, index) => hex(filled(size, order[index] ?? 0))),
    );
    expect(tdx.quote(REPORT_DATA)).toHaveLength(quote.length - 6 - 64);
  });

  it('in every field of an enclave report', () => {
    const quote = sgx.quote(REPORT_DATA, { mrEnclave: filled(32, 1), isvProdId: 0x1234, isvSvn: 0x5678 });
    const value = (name: string): string =>
      read(
        quote,
        48,
        ENCLAVE_REPORT.find((field) => field.name === name),
      );
    expect(value('mrEnclave')).toBe(hex(filled(32, 1)));
    expect([value('isvProdId'), value('isvSvn')]).toEqual(['3412', '7856']);
    expect(value('reportData')).toBe(hex(REPORT_DATA));
  });

  it('in the versions and body types that exist', () => {
    const start = (quote: Uint8Array): string => hex(quote.subarray(0, 8)) + hex(quote.subarray(48, 54));
    expect(start(tdx.quote(REPORT_DATA))).toMatch(/^0400020081000000/);
    expect(start(tdx.quote(REPORT_DATA, {}, { version: 5 }))).toBe('0500020081000000020048020000');
    expect(start(tdx.quote(REPORT_DATA, { mrServiceTd: filled(48, 1) }))).toBe(
      '0500020081000000030088020000',
    );
    expect(start(sgx.quote(REPORT_DATA))).toMatch(/^0300020000000000/);
    expect(start(sgx.quote(REPORT_DATA, {}, { version: 5 }))).toBe('0500020000000000010080010000');
  });

  it('and is the same bytes each time, from this seed alone', () => {
    const again = forgeTdxPlatform({ seed: 'platform.test' });
    expect(again.quote(REPORT_DATA)).toEqual(tdx.quote(REPORT_DATA));
    expect(again.collateral()).toEqual(tdx.collateral());
    expect(forgeTdxPlatform({ seed: 'other' }).root).not.toEqual(tdx.root);
  });

  it('and refuses what has no field or another size', () => {
    expect(() => tdx.quote(filled(32, 0))).toThrow(RangeError);
    expect(() => tdx.quote(REPORT_DATA, { mrTd: filled(47, 0) })).toThrow(RangeError);
    expect(() => tdx.quote(REPORT_DATA, {}, { qeVendorId: filled(15, 0) })).toThrow(RangeError);
  });
});

describe('the signatures of a forged platform', () => {
  it('hold from the root to the quote', () => {
    const [pck, ca, root] = parsePem(tdx.pckChainPem).map((der) => new X509Certificate(der));
    if (!pck || !ca || !root) throw new Error('a chain of three');
    expect([pck.verify(ca.publicKey), ca.verify(root.publicKey), root.verify(root.publicKey)]).toEqual([
      true,
      true,
      true,
    ]);
    const quote = tdx.quote(REPORT_DATA);
    const qeReport = quote.subarray(48 + 584 + 4 + 128 + 6).subarray(0, 448);
    const key = { key: pck.publicKey, dsaEncoding: 'ieee-p1363' as const };
    expect(verify('sha256', qeReport.subarray(0, 384), key, qeReport.subarray(384))).toBe(true);
    const attestation = { key: tdx.pki.key('attestation').publicKey, dsaEncoding: 'ieee-p1363' as const };
    const signature = quote.subarray(636, 700);
    expect(verify('sha256', quote.subarray(0, 632), attestation, signature)).toBe(true);
    expect(quote.subarray(700, 764)).toEqual(tdx.pki.key('attestation').point);
  });

  it('hold over the documents, their inner text exactly', () => {
    const { tcbInfo, qeIdentity, tcbInfoChain } = sgx.collateral();
    const [signing] = parsePem(Buffer.from(tcbInfoChain ?? []).toString());
    const key = new X509Certificate(signing ?? '').publicKey;
    for (const document of [tcbInfo, qeIdentity]) {
      const parts = /^\{"\w+":(.*),"signature":"(\w+)"\}$/.exec(Buffer.from(document ?? []).toString());
      const signature = Buffer.from(parts?.[2] ?? '', 'hex');
      const inner = Buffer.from(parts?.[1] ?? '');
      expect(verify('sha256', inner, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
    }
  });

  it('are another key where a test asks for one', () => {
    const stranger = tdx.pki.key('stranger');
    const quote = tdx.quote(REPORT_DATA, {}, { quoteSigner: stranger });
    expect(quote.subarray(636, 700)).toEqual(stranger.sign(quote.subarray(0, 632)));
    const forged = tdx.with({ pki: { pck: { forger: stranger } } });
    const [pck, ca] = parsePem(forged.pckChainPem).map((der) => new X509Certificate(der));
    expect(ca && pck?.verify(ca.publicKey)).toBe(false);
    expect(ca && pck?.checkIssued(ca)).toBe(true);
  });
});

describe('what is published about a forged platform', () => {
  it('names its FMSPC and PCEID, whatever they are', () => {
    const other = tdx.with({ pck: { fmspc: '00806F050000', pceId: '0100' } });
    expect(json(other.collateral().tcbInfo)['tcbInfo']).toMatchObject({
      fmspc: '00806F050000',
      pceId: '0100',
    });
    expect(
      json(tdx.with({ tcbInfo: { fmspc: '00606A000000' } }).collateral().tcbInfo)['tcbInfo'],
    ).toMatchObject({ fmspc: '00606A000000' });
  });

  it('is dated a day before and ends 29 days after, documents and CRLs alike', () => {
    const at = new Date('2027-03-01T00:00:00Z');
    const { tcbInfo, qeIdentity, rootCrl, pckCrl } = tdx.with({ at }).collateral();
    const dates = { issueDate: '2027-02-28T00:00:00Z', nextUpdate: '2027-03-30T00:00:00Z' };
    expect(json(tcbInfo)['tcbInfo']).toMatchObject(dates);
    expect(json(qeIdentity)['enclaveIdentity']).toMatchObject(dates);
    for (const crl of [rootCrl, pckCrl]) {
      const { thisUpdate, nextUpdate } = parseCrl(crl ?? filled(0, 0));
      expect([thisUpdate, nextUpdate]).toEqual([new Date(dates.issueDate), new Date(dates.nextUpdate)]);
    }
    expect(FORGED_AT.toISOString()).toBe('2026-01-15T12:00:00.000Z');
  });

  it('lists what was revoked with its own issuer', () => {
    const { rootCrl, pckCrl } = tdx.with({ revoked: ['pck', 'pckCa', 'tcbSigning'] }).collateral();
    const serials = (crl: Uint8Array | null): string[] =>
      [...parseCrl(crl ?? filled(0, 0)).entries.values()].flatMap((issuer) => [...issuer.keys()]).toSorted();
    const [pck, ca] = parsePem(tdx.pckChainPem).map((der) => hex(parseCertificate(der).serialNumber));
    expect(serials(pckCrl)).toEqual([pck]);
    const [signing] = parsePem(Buffer.from(tdx.collateral().tcbInfoChain ?? []).toString());
    expect(serials(rootCrl)).toEqual(
      [ca, hex(parseCertificate(signing ?? filled(0, 0)).serialNumber)].toSorted(),
    );
    expect(serials(tdx.collateral().rootCrl)).toEqual([]);
  });

  it('gives the newest level of each part the status that was asked for', () => {
    const statuses = { platform: 'Revoked', module: 'OutOfDate', qe: 'SWHardeningNeeded' };
    const { tcbInfo, qeIdentity } = tdx.with({ statuses }).collateral();
    const first = (levels: unknown): unknown => (levels as { tcbStatus: string }[])[0]?.tcbStatus; // as written above
    const info = json(tcbInfo)['tcbInfo'] ?? {};
    expect(first(info['tcbLevels'])).toBe('Revoked');
    const identities = info['tdxModuleIdentities'] as { id: string; tcbLevels: unknown }[]; // as written above
    expect(first(identities.find(({ id }) => id === 'TDX_01')?.tcbLevels)).toBe('OutOfDate');
    expect(first(json(qeIdentity)['enclaveIdentity']?.['tcbLevels'])).toBe('SWHardeningNeeded');
  });

  it('is signed after it was edited', () => {
    const edit = (text: string): string => text.replace('"version":3', '"version":4');
    const { tcbInfo } = tdx.with({ tcbInfo: { edit } }).collateral();
    const text = Buffer.from(tcbInfo ?? []).toString();
    expect(text).toContain('"version":4');
    const inner = text.slice('{"tcbInfo":'.length, text.lastIndexOf(',"signature"'));
    const signature = hex(tdx.pki.tcbSigning.key.sign(Buffer.from(inner)));
    expect(text.endsWith(`"signature":"${signature}"}`)).toBe(true);
  });
});

it('writes an SVN of 255 as DER has it, and the extension by its CA', () => {
  const components = [255, 3];
  const platform = tdx.with({ pck: { components, ppid: 'ab'.repeat(16) } });
  const der = hex(parsePem(platform.pckChainPem)[0]);
  expect(der).toContain('060b2a864886f84d010d010201020200ff');
  expect(der).toContain('060b2a864886f84d010d010202020103');
  expect(der).toContain(`0410${'ab'.repeat(16)}`);
  const instance = '060a2a864886f84d010d01060410';
  expect(der).toContain(instance);
  expect(hex(parsePem(sgx.pckChainPem)[0])).not.toContain(instance);
});

function read(quote: Uint8Array, bodyAt: number, field: Field | undefined): string {
  if (field === undefined) throw new Error('no such field');
  return hex(quote.subarray(bodyAt + field.offset, bodyAt + field.offset + field.size));
}
