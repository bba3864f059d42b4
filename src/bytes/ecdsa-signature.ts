import { DerReader } from './der.ts';

/**
 * An ECDSA signature as JOSE and COSE write it: r and s one behind the other, each in as many octets as the curve's order has (RFC 7518,
 * 3.4), from the sequence of two integers that OpenSSL writes (RFC 3279, 2.2.3). Node makes either form, but to be asked for another than
 * its own costs it as much as the signature does.
 *
 * @throws FormatError where it is no such sequence, or an integer is longer than the order
 */
export function rawEcdsaSignature(der: Uint8Array, octets: number): Uint8Array<ArrayBuffer> {
  const raw = new Uint8Array(2 * octets);
  DerReader.parse(der, 'Ecdsa-Sig-Value', (reader) =>
    reader.sequence('value', der.length, (integers) => {
      for (const [index, name] of ['r', 's'].entries()) {
        const magnitude = integers.unsignedInteger(name, octets);
        raw.set(magnitude, (index + 1) * octets - magnitude.length);
      }
    }),
  );
  return raw;
}
