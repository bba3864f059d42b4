import { DerReader } from '../../../src/bytes/der.ts';
import { writeBitString, writeInteger, writeSequence } from '../../../src/bytes/der-writer.ts';
import { parseCertificate } from '../../../src/pki/index.ts';

/** Order of P-384 (SEC 2, 2.5.1). */
const N = BigInt(
  '0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
);

/** The same certificate with its signature's other s: anybody can write it, and it holds as well. */
export function twinOf(der: Uint8Array): Uint8Array {
  const { tbs, signatureAlgorithm, signature } = parseCertificate(der);
  const [r, s] = DerReader.parse(signature, 'signature', (outer) =>
    outer.sequence('ecdsa', 128, (reader) => [reader.integer('r', 64), reader.integer('s', 64)] as const),
  );
  const other = N - BigInt(`0x${Buffer.from(s).toString('hex')}`);
  return writeSequence(
    tbs,
    signatureAlgorithm.der,
    writeBitString(writeSequence(writeInteger(r), writeInteger(magnitude(other)))),
  );
}

function magnitude(value: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(96, '0'), 'hex'));
}
