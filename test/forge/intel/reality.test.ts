import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/text.ts';
import { intelPki } from '../../../src/forge/intel/pki.ts';
import { FORGED_AT, forgeSgxPlatform, forgeTdxPlatform } from '../../../src/forge/intel/platform.ts';
import { parsePem } from '../../../src/pki/index.ts';
import { describeWithVectors } from '../../vectors.ts';

/** What is forged has the shape of what Intel makes: same structure, tags, object identifiers and JSON members. */
describeWithVectors('forged collateral beside genuine', (folder) => {
  const genuine = (name: string, file: string): Uint8Array =>
    new Uint8Array(readFileSync(join(folder, 'intel/cases', name, file)));
  const chain = (pem: Uint8Array): readonly (readonly string[])[] =>
    parsePem(Buffer.from(pem).toString('latin1')).map((der) => shape(der));
  const pki = intelPki({ seed: 'reality', at: FORGED_AT });

  it.each([
    ['google_v5_sample', 'platform', forgeTdxPlatform({ seed: 'reality' })],
    ['phala_sgx_quote', 'processor', forgeSgxPlatform({ seed: 'reality', ca: 'processor' })],
  ] as const)('certificates of %s (%s CA)', (name, _, platform) => {
    expect(chain(Buffer.from(platform.pckChainPem))).toEqual(chain(genuine(name, 'pckchain.pem')));
    const { tcbInfoChain } = platform.collateral();
    expect(chain(tcbInfoChain ?? new Uint8Array())).toEqual(chain(genuine(name, 'tcbchain.pem')));
  });

  it('CRLs, with and without entries', () => {
    const hex = (name: string, file: string): Uint8Array =>
      fromHex(Buffer.from(genuine(name, file)).toString('latin1').trim(), file);
    expect(shape(pki.rootCrl())).toEqual(shape(hex('google_v5_sample', 'rootcrl.hex')));
    const whole = shape(hex('google_v5_sample', 'pckcrl.hex'));
    const entry = shape(pki.pckCrl('platform', { revoked: [Uint8Array.of(0x6f)] }));
    expect(new Set(entry)).toEqual(new Set(whole));
    expect(shape(pki.pckCrl('processor'))).toEqual(shape(hex('phala_sgx_quote', 'pckcrl.hex')));
  });

  it.each([
    ['google_v5_sample', forgeTdxPlatform({ seed: 'reality' })],
    ['phala_sgx_quote', forgeSgxPlatform({ seed: 'reality' })],
  ] as const)('documents of %s', (name, platform) => {
    const { tcbInfo, qeIdentity } = platform.collateral();
    const text = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString();
    const members = (bytes: Uint8Array | null): readonly string[] => [
      ...new Set([...text(bytes).matchAll(/[{,]("\w+":[[{"]?)/g)].map((match) => match[1] ?? '')),
    ];
    // SGX platforms of older make have no names for their components.
    const plain = (found: readonly string[]) => found.filter((member) => !/category|type"/.test(member));
    expect(plain(members(tcbInfo))).toEqual(plain(members(genuine(name, 'tcbInfo.json'))));
    expect(plain(members(qeIdentity)).toSorted()).toEqual(
      expect.arrayContaining(plain(members(genuine(name, 'qeIdentity.json'))).toSorted()),
    );
    expect(text(qeIdentity)).toMatch(/^\{"enclaveIdentity":\{"id":.*\},"signature":"[0-9a-f]{128}"\}$/);
  });

  /** Quotes but for what a platform chooses: lengths of the parts, and all that is constant. */
  it.each([
    ['phala_tdx_quote', forgeTdxPlatform({ seed: 'reality' }), {}],
    [
      'google_v5_sample',
      forgeTdxPlatform({ seed: 'reality' }),
      { teeTcbSvn2: fromHex('0d010400000000000000000000000000', 'svn') },
    ],
    ['phala_sgx_quote', forgeSgxPlatform({ seed: 'reality', ca: 'processor' }), {}],
  ] as const)('quote of %s', (name, platform, measured) => {
    const real = outline(genuine(name, 'quote.bin'));
    expect(outline(platform.quote(new Uint8Array(64), measured))).toEqual(real);
  });
});

/** Tags in depth-first order, with the values of object identifiers and booleans, and the form of integers. */
function shape(der: Uint8Array, depth = 0): string[] {
  const found: string[] = [];
  let offset = 0;
  while (offset < der.length) {
    const tag = der[offset] ?? 0;
    let length = der[offset + 1] ?? 0;
    let header = 2;
    if (length > 0x80) {
      const octets = length & 0x7f;
      length = Buffer.from(der).readUIntBE(offset + 2, octets);
      header += octets;
    }
    const contents = der.subarray(offset + header, offset + header + length);
    const value = tag === 6 || tag === 1 ? Buffer.from(contents).toString('hex') : '';
    found.push(`${depth} ${tag.toString(16)} ${value}`);
    if ((tag & 0x20) !== 0) found.push(...shape(contents, depth + 1));
    // Extensions are OCTET STRINGs around DER.
    else if (tag === 4 && contents[0] === 0x30) found.push(...shape(contents, depth + 1));
    offset += header + length;
  }
  return found;
}

/** By the published layouts, read here independently of the forge. */
function outline(quote: Uint8Array): object {
  const bytes = Buffer.from(quote);
  const version = bytes.readUInt16LE(0);
  const bodyAt = version === 5 ? 54 : 48;
  const bodySize = { 3: 384, 4: 584, 5: 648 }[version] ?? 0;
  const signatureAt = bodyAt + bodySize + 4;
  const qeAt = signatureAt + 128 + (version > 3 ? 6 : 0);
  const authAt = qeAt + 384 + 64;
  const authSize = bytes.readUInt16LE(authAt);
  const chainAt = authAt + 2 + authSize;
  const chainSize = bytes.readUInt32LE(chainAt + 2);
  const length = bytes.readUInt32LE(signatureAt - 4);
  return {
    header: bytes.subarray(0, version === 3 ? 8 : 12).toString('hex'),
    vendor: bytes.subarray(12, 28).toString('hex'),
    userDataEnd: bytes.subarray(44, 48).toString('hex'),
    descriptor: bytes.subarray(48, bodyAt).toString('hex'),
    outerType: version > 3 ? bytes.readUInt16LE(qeAt - 6) : null,
    outerSizeFits: version > 3 ? bytes.readUInt32LE(qeAt - 4) === length - 134 : null,
    qeAttributes: bytes.subarray(qeAt + 48, qeAt + 64).toString('hex'),
    qeSigner: bytes.subarray(qeAt + 128, qeAt + 160).toString('hex'),
    qeReserved: bytes.subarray(qeAt + 260, qeAt + 320).toString('hex'),
    auth: bytes.subarray(authAt + 2, chainAt).toString('hex'),
    chainType: bytes.readUInt16LE(chainAt),
    chainBegins: bytes
      .subarray(chainAt + 6, chainAt + 60)
      .toString('latin1')
      .slice(0, 27),
    chainEnds: bytes.subarray(chainAt + 6 + chainSize - 27, chainAt + 6 + chainSize).toString('latin1'),
    endsWithChain: chainAt + 6 + chainSize === signatureAt + length,
  };
}
