import { createPublicKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/text.ts';
import { parseSnpReport } from '../../../src/evidence/amd/index.ts';
import {
  basicConstraints,
  type CertificateParts,
  crlDistributionPoint,
  extension,
  keyUsage,
  subjectKeyIdentifier,
  USAGE,
  writeCertificate,
} from '../../../src/forge/amd/certificate.ts';
import { leafExtensions } from '../../../src/forge/amd/endorsement.ts';
import { endorsementKey, rsaKey } from '../../../src/forge/amd/keys.ts';
import { intermediateExtensions } from '../../../src/forge/amd/pki.ts';
import { marshalReport } from '../../../src/forge/amd/report.ts';
import { AMD_SIGNING } from '../../../src/forge/amd/signature.ts';
import { type Certificate, parseCertificate, parsePem } from '../../../src/pki/index.ts';
import { describeWithVectors, vector } from '../../vectors.ts';

/** Certificates of a vector's file, PEM or DER. */
function genuine(path: string): Certificate[] {
  const bytes = vector(`snp/${path}`);
  if (bytes[0] === 0x30) return [parseCertificate(bytes)];
  return parsePem(Buffer.from(bytes).toString('latin1'), 'CERTIFICATE').map(parseCertificate);
}

function only(path: string): Certificate {
  const [certificate] = genuine(path);
  if (certificate === undefined) throw new Error(`${path} holds no certificate`);
  return certificate;
}

const keyOf = (certificate: Certificate) =>
  createPublicKey({ key: Buffer.from(certificate.publicKey.der), format: 'der', type: 'spki' });

/** What a genuine certificate would have been, had its key been ours to sign with. */
function tbsLike(
  certificate: Certificate,
  parts: Pick<CertificateParts, 'serial' | 'issuer' | 'subject' | 'extensions'> & Partial<CertificateParts>,
): string {
  const { notBefore, notAfter } = certificate;
  return toHex(
    parseCertificate(
      writeCertificate({
        notBefore,
        notAfter,
        key: keyOf(certificate),
        signer: rsaKey('a stand-in'),
        signing: AMD_SIGNING,
        ...parts,
      }),
    ).tbs,
  );
}

const hexToBytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

describeWithVectors('what the AMD forge writes, against what AMD wrote', () => {
  it.each([
    ['Milan', 'milan-vcek-v3', 0x10000],
    ['Genoa', 'genoa-vcek-v3', 0x20000],
    ['Turin', 'turin-vcek-v5', 0x30000],
  ] as const)('is the ARK of %s, to the byte', (product, folder, serial) => {
    const ark = only(`${folder}/ark.pem`);
    const key = keyOf(ark);
    const forged = tbsLike(ark, {
      serial,
      issuer: `ARK-${product}`,
      subject: `ARK-${product}`,
      extensions: [
        keyUsage([USAGE.keyCertSign, USAGE.cRLSign]),
        subjectKeyIdentifier(key),
        basicConstraints(true, null),
        crlDistributionPoint(`https://kdsintf.amd.com/vcek/v1/${product}/crl`),
      ],
    });
    expect(forged).toBe(toHex(ark.tbs));
  });

  it.each([
    ['Milan', 'milan-vcek-v3', 0x10001],
    ['Genoa', 'genoa-vcek-v3', 0x20002],
    ['Turin', 'turin-vcek-v5', 0x30001],
  ] as const)('is the ASK of %s, to the byte', (product, folder, serial) => {
    const ask = only(`${folder}/ask.pem`);
    const extensions = intermediateExtensions(product, 'ask', keyOf(ask), keyOf(only(`${folder}/ark.pem`)));
    const forged = tbsLike(ask, {
      serial,
      issuer: `ARK-${product}`,
      subject: `SEV-${product}`,
      extensions,
    });
    expect(forged).toBe(toHex(ask.tbs));
  });

  it('is the ASVK of Milan, to the byte', () => {
    const [, ark, asvk] = genuine('milan-vlek-v3/ask_ark_asvk.pem');
    if (ark === undefined || asvk === undefined) throw new Error('three certificates stand in the vector');
    const forged = tbsLike(asvk, {
      serial: 0x10101,
      issuer: 'ARK-Milan',
      subject: 'SEV-VLEK-Milan',
      extensions: intermediateExtensions('Milan', 'asvk', keyOf(asvk), keyOf(ark)),
    });
    expect(forged).toBe(toHex(asvk.tbs));
  });

  const chip = (folder: string, bytes: number) =>
    vector(`snp/${folder}/report.bin`).slice(0x1a0, 0x1a0 + bytes);
  const terse = { ...AMD_SIGNING, spellsTrailer: false };
  it.each([
    {
      name: 'VCEK of Milan, of 2023',
      file: 'milan-vcek-v2/vcek.der',
      identity: {
        product: 'Milan',
        signingKey: 'vcek',
        tcb: { fmc: null, bootLoader: 3, tee: 0, snp: 8, microcode: 0x73 },
        hwid: () => chip('milan-vcek-v2', 64),
        cspId: '',
      },
      signing: AMD_SIGNING,
    },
    {
      name: 'VCEK of Milan, of 2026',
      file: 'milan-vcek-v3/vcek.pem',
      identity: {
        product: 'Milan',
        signingKey: 'vcek',
        tcb: { fmc: null, bootLoader: 4, tee: 0, snp: 0x18, microcode: 0xdb },
        hwid: () => chip('milan-vcek-v3', 64),
        cspId: '',
      },
      signing: terse,
    },
    {
      name: 'VCEK of Genoa',
      file: 'genoa-vcek-v3/vcek.pem',
      identity: {
        product: 'Genoa',
        signingKey: 'vcek',
        tcb: { fmc: null, bootLoader: 10, tee: 0, snp: 0x17, microcode: 0x54 },
        hwid: () => chip('genoa-vcek-v3', 64),
        cspId: '',
      },
      signing: terse,
    },
    {
      name: 'VCEK of Turin',
      file: 'turin-vcek-v5/vcek.pem',
      identity: {
        product: 'Turin',
        signingKey: 'vcek',
        tcb: { fmc: 1, bootLoader: 1, tee: 1, snp: 4, microcode: 0x51 },
        hwid: () => chip('turin-vcek-v5', 8),
        cspId: '',
      },
      signing: terse,
    },
    {
      name: 'VLEK of Milan',
      file: 'milan-vlek-v3/vlek.der',
      identity: {
        product: 'Milan',
        signingKey: 'vlek',
        tcb: { fmc: null, bootLoader: 4, tee: 0, snp: 0x18, microcode: 0xd9 },
        hwid: () => hexToBytes(''),
        cspId: 'CN=cc-us-east-2.amazonaws.com',
      },
      signing: terse,
    },
  ] as const)('is the $name, to the byte', ({ file, identity, signing }) => {
    const leaf = only(file);
    const { product, signingKey } = identity;
    const extensions = leafExtensions({ ...identity, hwid: identity.hwid() });
    const forged = tbsLike(leaf, {
      serial: 0,
      issuer: signingKey === 'vcek' ? `SEV-${product}` : `SEV-VLEK-${product}`,
      subject: signingKey === 'vcek' ? 'SEV-VCEK' : 'SEV-VLEK',
      extensions: extensions.map(({ oid, value }) => extension(oid, value)),
      signing,
    });
    expect(forged).toBe(toHex(leaf.tbs));
  });

  it.each([
    ['milan-vcek-v2', 'earlier'],
    ['milan-vcek-v3', 'earlier'],
    ['milan-vlek-v3', 'earlier'],
    ['genoa-vcek-v3', 'earlier'],
    ['turin-vcek-v5', 'Turin'],
  ] as const)('is what was signed of report %s, to the byte', (folder, layout) => {
    const report = vector(`snp/${folder}/report.bin`);
    const forged = marshalReport(parseSnpReport(report), layout);
    expect(toHex(forged.subarray(0, 0x2a0))).toBe(toHex(report.subarray(0, 0x2a0)));
  });

  it('makes keys of the genuine kinds', () => {
    expect(keyOf(only('milan-vcek-v3/ark.pem')).asymmetricKeyDetails?.modulusLength).toBe(
      rsaKey('a stand-in').asymmetricKeyDetails?.modulusLength,
    );
    expect(keyOf(only('milan-vcek-v3/vcek.pem')).asymmetricKeyDetails?.namedCurve).toBe(
      endorsementKey().asymmetricKeyDetails?.namedCurve,
    );
  });
});
