import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { TAG } from '../../../src/bytes/der-tag.ts';
import {
  writeBoolean,
  writeExplicit,
  writeInteger,
  writeNamedBits,
  writeObjectIdentifier,
  writeSequence,
  writeText,
} from '../../../src/bytes/der-writer.ts';
import { INSTANCE_IDENTIFIER } from '../../../src/evidence/tpm/gce/instance.ts';
import { certificate, commonName, extension, spki, USAGE } from '../../../src/forge/tpm/certificate.ts';
import { anchorFromCertificate, OID, parseCertificate } from '../../../src/pki/index.ts';
import { attestation, digestOf, eccPublicArea, join, signature } from './build.ts';

/** A GCE virtual machine's attestation under roots of one's own: everything that Google signs, signed by nobody. */

export const AT = new Date('2026-06-01T00:00:00Z');
export const NONCE = new Uint8Array(32).fill(9);

/** A protobuf field: a number, or bytes. */
export function field(number: number, value: Uint8Array | number | bigint): Uint8Array {
  if (!(value instanceof Uint8Array)) return join(varint(BigInt(number) << 3n), varint(BigInt(value)));
  return join(varint((BigInt(number) << 3n) | 2n), varint(BigInt(value.length)), value);
}

function varint(value: bigint): Uint8Array {
  const octets: number[] = [];
  let rest = value;
  do {
    octets.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(octets);
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const key = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const root = key();
export const ak = key();
const DAY_MS = 86_400_000;

const rootDer = certificate({
  privateKey: root.privateKey,
  issuer: commonName('Sextant test: EK/AK root'),
  subject: commonName('Sextant test: EK/AK root'),
  key: spki(root.publicKey),
  notBefore: new Date(AT.getTime() - DAY_MS),
  notAfter: new Date(AT.getTime() + 365 * DAY_MS),
  extensions: [
    extension(OID.basicConstraints, true, writeSequence(writeBoolean(true))),
    extension(OID.keyUsage, true, writeNamedBits([USAGE.keyCertSign, USAGE.cRLSign])),
  ],
});
export const anchor = anchorFromCertificate(parseCertificate(rootDer));

export type CertificateOptions = {
  readonly key?: KeyObject;
  readonly purpose?: string;
  readonly usages?: readonly number[];
  readonly isProduction?: boolean | null;
  readonly hasInstance?: boolean;
  readonly instanceName?: string;
  readonly notAfter?: Date;
  readonly privateKey?: KeyObject;
  readonly isCa?: boolean;
};

export function akCertificate(options: CertificateOptions = {}): Uint8Array {
  const { purpose = OID.tcgAikCertificate, usages = [USAGE.digitalSignature], isProduction = true } = options;
  const properties = [
    writeExplicit(0, writeInteger(0)),
    ...(isProduction === null ? [] : [writeExplicit(1, writeBoolean(isProduction))]),
    writeExplicit(2, writeInteger(0)),
  ];
  const instance = writeSequence(
    writeText(TAG.utf8String, 'us-central1-a'),
    writeInteger(117_493_499_753),
    writeText(TAG.utf8String, 'a-project'),
    writeInteger(6_797_192),
    writeText(TAG.utf8String, options.instanceName ?? 'a-machine'),
    writeExplicit(0, writeSequence(...properties)),
  );
  return certificate({
    privateKey: options.privateKey ?? root.privateKey,
    issuer: commonName('Sextant test: EK/AK root'),
    subject: commonName('Sextant test: an attestation key'),
    key: spki(options.key ?? ak.publicKey),
    notBefore: new Date(AT.getTime() - DAY_MS),
    notAfter: options.notAfter ?? new Date(AT.getTime() + DAY_MS),
    extensions: [
      extension(
        OID.basicConstraints,
        true,
        options.isCa ? writeSequence(writeBoolean(true)) : writeSequence(),
      ),
      extension(OID.keyUsage, true, writeNamedBits(usages)),
      extension(OID.extKeyUsage, false, writeSequence(writeObjectIdentifier(purpose))),
      ...(options.hasInstance === false ? [] : [extension(INSTANCE_IDENTIFIER, false, instance)]),
    ],
  });
}

export function instanceInfo(instanceName = 'a-machine'): Uint8Array {
  return join(
    field(1, text('us-central1-a')),
    field(2, text('a-project')),
    field(3, 117_493_499_753n),
    field(4, text(instanceName)),
    field(5, 6_797_192),
  );
}

export type Bank = 'sha1' | 'sha256' | 'sha384';
const BANKS = { sha1: [4, 20], sha256: [0x0b, 32], sha384: [0x0c, 48] } as const;

/** A quote of PCR 0 and 14 of one bank, PCR n holding the byte n + 1 throughout. */
export function quoteOf(bank: Bank, extraData = NONCE): Uint8Array {
  const [id, bytes] = BANKS[bank];
  const values = [0, 14].map((pcr) => [pcr, new Uint8Array(bytes).fill(pcr + 1)] as const);
  const message = attestation({
    extraData,
    selection: [[bank, [0, 14]]],
    pcrDigest: digestOf('sha256', ...values.map(([, value]) => value)),
  });
  const entries = values.map(([pcr, value]) =>
    field(2, join(pcr === 0 ? new Uint8Array() : field(1, pcr), field(2, value))),
  );
  return join(
    field(1, message),
    field(2, signature('ecdsa', 'sha256', ak.privateKey, message)),
    field(3, join(field(1, id), ...entries)),
  );
}

export type AttestationOptions = {
  readonly quotes?: readonly Uint8Array[];
  readonly certificate?: Uint8Array | null;
  readonly info?: Uint8Array;
  readonly more?: readonly Uint8Array[];
};

export const area = eccPublicArea(ak.publicKey, { kind: 'ak' });

export function gceAttestation(options: AttestationOptions = {}): Uint8Array {
  const { quotes = [quoteOf('sha256'), quoteOf('sha384')], info, more = [] } = options;
  const der = options.certificate === undefined ? akCertificate() : options.certificate;
  return join(
    field(1, area),
    ...quotes.map((quote) => field(2, quote)),
    ...(info === undefined ? [] : [field(4, info)]),
    ...(der === null ? [] : [field(6, der)]),
    ...more,
  );
}
