import { expect, it } from 'vitest';
import { type CborMap, type CborValue, parseCbor } from '../../../src/bytes/cbor.ts';
import { parseCoseSign1 } from '../../../src/bytes/cose.ts';
import { forgeNitroDocument } from '../../../src/forge/nitro/document.ts';
import { parseCertificate } from '../../../src/pki/index.ts';
import { describeWithVectors, vector } from '../../vectors.ts';

const AT = new Date('2026-06-01T12:00:00Z');
const SIGNATURE_BYTES = 96;

function payloadOf(document: Uint8Array): CborMap {
  const { payload } = parseCoseSign1(document);
  const map = parseCbor(payload ?? new Uint8Array(), { deterministic: false, indefiniteMaps: true });
  if (map instanceof Map) return map;
  throw new Error('a map');
}

function certificatesOf(map: CborMap): ReturnType<typeof parseCertificate>[] {
  const bundle = map.get('cabundle');
  const ders: CborValue[] = [...(Array.isArray(bundle) ? bundle : []), map.get('certificate')];
  return ders.flatMap((der) => (der instanceof Uint8Array ? [parseCertificate(der)] : []));
}

describeWithVectors('a forged Nitro document beside a genuine one', () => {
  const genuine = vector('nitro/aws_nitro_document.cbor');
  const forged = forgeNitroDocument({ at: AT }).document;

  it('has the genuine bytes before its signature, given the genuine fields', () => {
    const fields: Record<string, CborValue> = {};
    for (const [key, value] of payloadOf(genuine)) fields[String(key)] = value;
    const { document } = forgeNitroDocument({ at: AT, fields });
    expect(document.subarray(0, -SIGNATURE_BYTES)).toEqual(genuine.subarray(0, -SIGNATURE_BYTES));
  });

  it('has a chain of the genuine kind', () => {
    const traits = (document: Uint8Array): object[] =>
      certificatesOf(payloadOf(document)).map(({ version, publicKey, signatureAlgorithm, extensions }) => ({
        version,
        key: publicKey.key.kind === 'ec' ? publicKey.key.curve : publicKey.key.kind,
        signed: signatureAlgorithm.oid,
        constraints: extensions.basicConstraints,
        mayCertify: extensions.keyUsage?.value.has('keyCertSign'),
        maySign:
          extensions.basicConstraints?.value.cA === true ||
          extensions.keyUsage?.value.has('digitalSignature'),
      }));
    expect(traits(forged)).toEqual(traits(genuine));
    expect(traits(forged)).toHaveLength(5);
  });

  it('has the fields of the genuine one, in its order', () => {
    expect([...payloadOf(forged).keys()]).toEqual([...payloadOf(genuine).keys()]);
  });
});
