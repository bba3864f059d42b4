import { describe, expect, it } from 'vitest';
import { writeInteger, writeSequence } from '../../../../src/bytes/der-writer.ts';
import { readCrl } from '../../../../src/evidence/amd/index.ts';
import { basicConstraints, extension, keyUsage, USAGE } from '../../../../src/forge/amd/certificate.ts';
import { type CrlParts, crlExtensions } from '../../../../src/forge/amd/crl.ts';
import { rsaKey } from '../../../../src/forge/amd/keys.ts';
import { snpPki } from '../../../../src/forge/amd/pki.ts';
import { type ForgedSnpPlatform, forgeSnpPlatform } from '../../../../src/forge/amd/platform.ts';
import { PRODUCTS } from '../../../../src/forge/amd/product.ts';
import { AMD_SIGNING, type SigningForm } from '../../../../src/forge/amd/signature.ts';
import { writePem } from '../../../../src/pki/index.ts';
import { codeOf } from '../../tpm/code-of.ts';
import { at, DAY_MS, failures, genoa, milan, verify } from './forged.ts';

const withCrl = (change: Partial<CrlParts>, platform: ForgedSnpPlatform = genoa): string[] =>
  failures(verify(platform, { crl: platform.crl(change) }));

const notPerformed = (platform: ForgedSnpPlatform, crl: Uint8Array | null): string[] =>
  verify(platform, { crl }).findings.notPerformed.map(({ id }) => id);

const arkKey = snpPki('Genoa').ark.key;

describe('a CRL', () => {
  it('that is absent is no pass: the question is listed as not asked', () => {
    const { verified, findings } = verify(genoa, { crl: null });
    expect(verified?.revocationChecked).toBe(false);
    expect(findings.notPerformed.map(({ id }) => id)).toContain('snp.revocation');
    expect(notPerformed(genoa, genoa.crl())).not.toContain('snp.revocation');
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['one byte', Uint8Array.of(0x30)],
    ['zeros', new Uint8Array(1000)],
    ['a certificate', genoa.pki.ark.certificate],
    ['one that is cut', genoa.crl().subarray(0, -1)],
    ['one with a byte behind it', Buffer.concat([genoa.crl(), Uint8Array.of(0)])],
  ])('that is %s', (_, crl) => {
    expect(failures(verify(genoa, { crl }))).toEqual(['snp.crl.well-formed']);
    expect(notPerformed(genoa, crl)).toContain('snp.revocation');
  });

  it('may lie in a file in DER or PEM', () => {
    const der = genoa.crl();
    expect(readCrl(der)).toEqual(der);
    const pem = new TextEncoder().encode(writePem(der, 'X509 CRL'));
    expect(readCrl(pem)).toEqual(der);
    const other = new TextEncoder().encode(writePem(der, 'CERTIFICATE'));
    expect(codeOf(() => readCrl(other))).toBe('bad_value');
  });

  it('of another line', () => {
    expect(failures(verify(genoa, { crl: milan.crl() }))).toEqual(['snp.crl.issuer']);
    expect(notPerformed(genoa, milan.crl())).toContain('snp.revocation');
  });

  it('under another name', () => {
    expect(withCrl({ issuer: 'ARK-Milan' })).toEqual(['snp.crl.issuer']);
    expect(withCrl({ issuer: 'SEV-Genoa' })).toEqual(['snp.crl.issuer']);
  });

  it('that names another key of the ARK’s', () => {
    const extensions = crlExtensions(rsaKey('another root'), 1);
    expect(withCrl({ extensions })).toEqual(['snp.crl.issuer']);
  });

  it('signed by anybody else under the ARK’s name, the ASK above all', () => {
    expect(withCrl({ signer: rsaKey('another root') })).toEqual(['snp.crl.signature']);
    expect(withCrl({ signer: genoa.pki.ask().key })).toEqual(['snp.crl.signature']);
  });

  it.each<readonly [string, Partial<SigningForm>]>([
    ['PKCS #1 v1.5', { scheme: 'pkcs1' }],
    ['SHA-256', { hash: 'sha256', saltLength: 32 }],
    ['SHA-512', { hash: 'sha512', saltLength: 64 }],
    ['a salt of 32 bytes', { saltLength: 32 }],
  ])('signed with %s', (_, signing) => {
    expect(withCrl({ signing: { ...AMD_SIGNING, ...signing } })).toEqual(['snp.crl.signature']);
  });

  it('with one bit flipped, anywhere', () => {
    const crl = genoa.crl({ revoked: [1, 2, 3] });
    for (let offset = 0; offset < crl.length; offset += 3) {
      const bytes = crl.slice();
      bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (offset % 8));
      expect(failures(verify(genoa, { crl: bytes })), `byte ${offset}`).not.toEqual([]);
    }
  });

  it.each<readonly [string, Partial<CrlParts>]>([
    ['that has grown old', { nextUpdate: new Date(at.getTime() - 1000) }],
    ['that is not valid yet', { thisUpdate: new Date(at.getTime() + 1000) }],
    ['that never grows old', { nextUpdate: null }],
  ])('%s', (_, change) => {
    expect(withCrl(change)).toEqual(['snp.crl.validity']);
  });

  it('is in date at both its ends', () => {
    expect(withCrl({ thisUpdate: at, nextUpdate: at })).toEqual([]);
  });

  it('is asked its dates again after it held', () => {
    const crl = genoa.crl({ nextUpdate: new Date(at.getTime() + 1000) });
    const before = new Date(at.getTime() - 2 * DAY_MS);
    const after = new Date(at.getTime() + 2000);
    expect(failures(verify(genoa, { crl }))).toEqual([]);
    expect(failures(verify(genoa, { crl, at: before }))).toEqual(['snp.crl.validity']);
    expect(failures(verify(genoa, { crl, at: after }))).toEqual(['snp.crl.validity']);
    expect(failures(verify(genoa, { crl }))).toEqual([]);
  });

  it('of part of the certificates, or for some reasons', () => {
    const scope = (...parts: Uint8Array[]) => [
      ...crlExtensions(arkKey, 1),
      extension('2.5.29.28', writeSequence(...parts), true),
    ];
    const flag = (number: number) => Uint8Array.of(0x80 | number, 1, 0xff);
    expect(withCrl({ extensions: scope(flag(1)) })).toEqual(['snp.crl.scope']);
    expect(withCrl({ extensions: scope(flag(5)) })).toEqual(['snp.crl.scope']);
    expect(withCrl({ extensions: scope(Uint8Array.of(0x83, 2, 6, 0x40)) })).toEqual(['snp.crl.scope']);
    expect(withCrl({ extensions: scope(flag(2)) })).toEqual([]);
  });

  it('that only continues another', () => {
    const extensions = [...crlExtensions(arkKey, 2), extension('2.5.29.27', writeInteger(1), true)];
    expect(withCrl({ extensions })).toEqual(['snp.crl.scope']);
  });

  it('with a critical extension that nobody here knows', () => {
    const extensions = [...crlExtensions(arkKey, 1), extension('1.3.6.1.4.1.3704.9', writeInteger(1), true)];
    expect(withCrl({ extensions })).toEqual(['snp.crl.scope']);
  });

  it('need not name its issuer’s key nor count itself', () => {
    expect(withCrl({ extensions: crlExtensions(arkKey, 1).slice(0, 1) })).toEqual([]);
    expect(withCrl({ extensions: crlExtensions(arkKey, 1).slice(1) })).toEqual([]);
  });

  it('of an ARK that may sign none', () => {
    const extensions = [keyUsage([USAGE.keyCertSign]), basicConstraints(true, null)];
    const platform = forgeSnpPlatform({ at, pki: snpPki('Genoa', { ark: { extensions } }) });
    expect(failures(verify(platform))).toEqual(['snp.crl.issuer']);
  });
});

describe.each(['Milan', 'Genoa', 'Turin'] as const)('revocation on a %s', (product) => {
  const { askSerial, asvkSerial, arkSerial } = PRODUCTS[product];
  const vcek = forgeSnpPlatform({ at, product });
  const vlek = forgeSnpPlatform({ at, product, signingKey: 'vlek' });

  it('of the ASK refuses VCEKs and leaves VLEKs', () => {
    const revoked = [askSerial];
    expect(withCrl({ revoked }, vcek)).toEqual(['snp.revocation']);
    expect(withCrl({ revoked }, vlek)).toEqual([]);
  });

  it('of the ASVK refuses VLEKs and leaves VCEKs', () => {
    const revoked = [asvkSerial];
    expect(withCrl({ revoked }, vlek)).toEqual(['snp.revocation']);
    expect(withCrl({ revoked }, vcek)).toEqual([]);
  });

  it('of others, among many, leaves both', () => {
    const revoked = [0, 1, 77, askSerial + 1, asvkSerial + 1, arkSerial - 1];
    expect(withCrl({ revoked }, vcek)).toEqual([]);
    expect(withCrl({ revoked }, vlek)).toEqual([]);
    expect(withCrl({ revoked: [...revoked, askSerial] }, vcek)).toEqual(['snp.revocation']);
  });

  it('counts after the chain once held without it', () => {
    expect(failures(verify(vcek))).toEqual([]);
    expect(withCrl({ revoked: [askSerial] }, vcek)).toEqual(['snp.revocation']);
    expect(failures(verify(vcek))).toEqual([]);
  });
});
