import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  writeBoolean,
  writeExplicit,
  writeInteger,
  writeNamedBits,
  writeObjectIdentifier,
  writeSequence,
  writeSetOf,
} from '../../../src/bytes/der-writer.ts';
import { SextantError } from '../../../src/bytes/errors.ts';
import { formatPem } from '../../../src/bytes/pem.ts';
import { type BundleFile, readEkAuthorities } from '../../../src/evidence/tpm/ek/authorities.ts';
import {
  attribute,
  certificate,
  commonName,
  extension,
  spki,
  USAGE,
} from '../../../src/forge/tpm/certificate.ts';
import { isContentInfo, OID, parseCertsOnly } from '../../../src/pki/index.ts';
import { describeWithVectors, fuzzRuns } from '../../vectors.ts';
import { join, u8 } from './build.ts';
import { codeOf } from './code-of.ts';

const ORGANIZATION = '2.5.4.10';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** keyCertSign and cRLSign with a zero bit behind them that DER leaves out. */
const TRAILING_ZEROS = Uint8Array.of(0x03, 0x02, 0x00, 0x06);

function authority(
  maker: string | null,
  usage = writeNamedBits([USAGE.keyCertSign, USAGE.cRLSign]),
  isCa = true,
): Uint8Array {
  const organisation = maker === null ? [] : [attribute(ORGANIZATION, maker)];
  const subject = writeSequence(...organisation, attribute(OID.commonName, 'An EK authority'));
  return certificate({
    privateKey,
    issuer: commonName('An EK root'),
    subject,
    key: spki(publicKey),
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2040-01-01T00:00:00Z'),
    extensions: [
      extension(OID.basicConstraints, true, isCa ? writeSequence(writeBoolean(true)) : writeSequence()),
      extension(OID.keyUsage, true, usage),
    ],
  });
}

const DATA = '1.2.840.113549.1.7.1';
const SIGNED_DATA = '1.2.840.113549.1.7.2';

function p7b(certificates: readonly Uint8Array[], signers: readonly Uint8Array[] = [], type = SIGNED_DATA) {
  const data = writeSequence(
    writeInteger(1),
    writeSetOf(),
    writeSequence(writeObjectIdentifier(DATA)),
    // SET OF in the order of the file, as OpenSSL writes it.
    writeExplicit(0, ...certificates),
    writeSetOf(...signers),
  );
  return writeSequence(writeObjectIdentifier(type), writeExplicit(0, data));
}

const file = (path: string, bytes: Uint8Array | string): BundleFile => ({
  path,
  bytes: typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes,
});
const [first, second] = [authority('One'), authority('Two')];

describe('a bundle of EK authorities', () => {
  it('is read in DER, PEM and .p7b of either form', () => {
    const { authorities, duplicates, unread } = readEkAuthorities([
      file('One/RootCA/one.cer', first),
      file('two.pem', `Two's authority\n${formatPem('CERTIFICATE', second)}`),
      file('three.p7b', p7b([authority('Three'), authority('Four')])),
      file('five.p7b', formatPem('PKCS7', p7b([authority('Five')]))),
    ]);
    expect(unread).toEqual([]);
    expect(duplicates).toEqual([]);
    expect(authorities.map(({ maker, name, path }) => [maker, name, path])).toEqual([
      ['One', 'An EK authority', 'One/RootCA/one.cer'],
      ['Two', 'An EK authority', 'two.pem'],
      ['Three', 'An EK authority', 'three.p7b#1'],
      ['Four', 'An EK authority', 'three.p7b#2'],
      ['Five', 'An EK authority', 'five.p7b'],
    ]);
  });

  it('names a certificate that stands there again', () => {
    const { authorities, duplicates } = readEkAuthorities([
      file('a.cer', first),
      file('b.pem', formatPem('CERTIFICATE', first)),
    ]);
    const [only] = authorities;
    expect(authorities).toHaveLength(1);
    expect(duplicates).toEqual([{ path: 'b.pem', sha256: only?.certificate.sha256, first: 'a.cer' }]);
  });

  it('calls a maker by the folder where the certificate names none', () => {
    const { authorities } = readEkAuthorities([
      file('AMD/RootCA/amd.crt', authority(null)),
      file('alone.crt', authority(null, writeNamedBits([USAGE.keyCertSign]))),
    ]);
    expect(authorities.map(({ maker }) => maker)).toEqual(['AMD', 'unknown']);
  });

  it.each<[string, Uint8Array | string, RegExp]>([
    ['no CA', authority('One', writeNamedBits([USAGE.digitalSignature]), false), /^bad_value: .*authority/],
    ['a certificate cut short', first.subarray(0, 100), /^truncated/],
    ['more than a certificate', join(first, u8(0)), /^trailing_data/],
    ['text', 'nothing of the kind', /^bad_value: no CERTIFICATE in PEM/],
    ['nothing', '', /^bad_value/],
    ['a signed message', p7b([first], [writeSequence(writeInteger(1))]), /^unsupported: .*signerInfos/],
    ['another message', p7b([first], [], DATA), /^unsupported: .*contentType/],
  ])('names what cannot be read with its reason: %s', (_, bytes, reason) => {
    const { authorities, unread } = readEkAuthorities([file('bad.cer', bytes), file('good.cer', second)]);
    expect(unread).toMatchObject([{ path: 'bad.cer', reason: expect.stringMatching(reason) }]);
    expect(authorities.map(({ path }) => path)).toEqual(['good.cer']);
  });

  it('takes a departure from strict DER of the maker that is known for it, and of nobody else', () => {
    const { authorities, unread } = readEkAuthorities([
      file('a.cer', authority('Infineon Technologies AG', TRAILING_ZEROS)),
      file('b.cer', authority('Nuvoton Technology Corporation', TRAILING_ZEROS)),
      file('c.cer', authority('Infineon Technologies AG (not)', TRAILING_ZEROS)),
    ]);
    expect(authorities.map(({ path }) => path)).toEqual(['a.cer']);
    expect(unread.map(({ path, reason }) => [path, reason.split(':')[0]])).toEqual([
      ['b.cer', 'not_canonical'],
      ['c.cer', 'not_canonical'],
    ]);
  });

  it('tells a certificate from a message by its first member', () => {
    expect(isContentInfo(first)).toBe(false);
    expect(isContentInfo(p7b([first]))).toBe(true);
    expect(parseCertsOnly(p7b([]))).toEqual([]);
  });

  it('throws nothing for any bytes', () => {
    const good = p7b([first, second]);
    const changed = fc
      .tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([offset, xor]) => good.map((octet, index) => (index === offset ? octet ^ xor : octet)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), changed), (bytes) => {
        const { authorities, unread } = readEkAuthorities([file('x.cer', bytes)]);
        expect(authorities.length + unread.length).toBeLessThanOrEqual(2);
        try {
          parseCertsOnly(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(SextantError);
        }
      }),
      { numRuns: Math.ceil(fuzzRuns / 10) },
    );
    expect(codeOf(() => parseCertsOnly(join(good, u8(0))))).toBe('trailing_data');
  });
});

describeWithVectors("manufacturers' genuine authorities", (folder) => {
  const files = readdirSync(joinPath(folder, 'tpm/ek-ca'))
    .sort()
    .map((name) => file(name, new Uint8Array(readFileSync(joinPath(folder, 'tpm/ek-ca', name)))));

  it('are read without exception, the same ones once', () => {
    const { authorities, duplicates, unread } = readEkAuthorities(files);
    expect(unread).toEqual([]);
    expect(authorities.length + duplicates.length).toBe(files.length);
    expect(duplicates).toHaveLength(6);
  });

  it.each([
    ['keylime__tpm_cert_store__Alibaba_Cloud_vTPM_EK.pem', 'Aliyun', 'generalized_time_early'],
    ['keylime__tpm_cert_store__NTC1.pem', 'Nuvoton Technology Corporation', 'rdn_out_of_order'],
    ['keylime__tpm_cert_store__INF_RSA_010RT.pem', 'Infineon Technologies AG', 'key_usage_trailing_zeros'],
  ])('%s departs from DER, and is read of its maker alone', (name, maker, departure) => {
    const genuine = files.find(({ path }) => path === name) ?? expect.unreachable();
    const [read] = readEkAuthorities([genuine]).authorities;
    expect(read?.maker).toBe(maker);
    expect([...(read?.certificate.departures ?? [])]).toEqual([departure]);
    const der = Buffer.from(read?.certificate.der ?? []).toString('latin1');
    const another = new Uint8Array(Buffer.from(der.replaceAll(maker, `${maker.slice(0, -1)}~`), 'latin1'));
    const { authorities, unread } = readEkAuthorities([file('another.cer', another)]);
    expect(authorities).toEqual([]);
    expect(unread).toMatchObject([{ reason: expect.stringContaining(departure) }]);
  });
});
