import type { DerReader } from '../bytes/der.ts';
import { TAG } from '../bytes/der-tag.ts';

/** AlgorithmIdentifier (RFC 5280 section 4.1.1.2), its parameters still encoded. */
export type AlgorithmIdentifier = {
  readonly der: Uint8Array;
  readonly oid: string;
  /** The whole encoded parameters; null where there are none, which is not the same as ASN.1 NULL. */
  readonly parameters: Uint8Array | null;
};

const MAX_OCTETS = 1024;

/** Throws FormatError. */
export function readAlgorithmIdentifier(reader: DerReader, field: string): AlgorithmIdentifier {
  const { value, raw } = reader.withBytes((outer) =>
    outer.sequence(field, MAX_OCTETS, (inner) => ({
      oid: inner.oid('algorithm'),
      parameters: inner.atEnd ? null : inner.any('parameters', MAX_OCTETS).raw,
    })),
  );
  return { der: raw, ...value };
}

/** Whether the parameters are exactly ASN.1 NULL. */
export function hasNullParameters({ parameters }: AlgorithmIdentifier): boolean {
  return parameters?.length === 2 && parameters[0] === TAG.null && parameters[1] === 0;
}
