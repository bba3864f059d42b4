import type { DerReader } from '../bytes/der.ts';
import { contextConstructed, contextPrimitive } from '../bytes/der-tag.ts';
import { type GeneralName, readGeneralName } from './general-name.ts';

/** Where a CRL is to be had (RFC 5280 section 4.2.1.13). `relativeName` stays encoded: nothing here resolves it. */
export type DistributionPoint = {
  readonly fullName: readonly GeneralName[] | null;
  readonly relativeName: Uint8Array | null;
  /** Numbers of the ReasonFlags that are set; null means all reasons. */
  readonly reasons: readonly number[] | null;
  readonly cRLIssuer: readonly GeneralName[] | null;
};

/** Where an issuer's certificate or an OCSP responder is to be had (section 4.2.2.1). */
export type AccessDescription = { readonly accessMethod: string; readonly accessLocation: GeneralName };

const MAX_OCTETS = 16_384;
const MAX_POINTS = 64;

/** CRLDistributionPoints. Each point names a place or an issuer, never reasons alone. */
export function readDistributionPoints(outer: DerReader): DistributionPoint[] {
  return outer.sequenceOf('cRLDistributionPoints', MAX_OCTETS, MAX_POINTS, readDistributionPoint);
}

function readDistributionPoint(outer: DerReader): DistributionPoint {
  return outer.sequence('distributionPoint', MAX_OCTETS, (reader) => {
    const name = reader.has(contextConstructed(0))
      ? reader.nested(contextConstructed(0), 'name', MAX_OCTETS, readDistributionPointName)
      : { fullName: null, relativeName: null };
    const reasons = reader.has(contextPrimitive(1))
      ? reader.namedBits('reasons', 2, contextPrimitive(1))
      : null;
    const cRLIssuer = reader.has(contextConstructed(2)) ? readNames(reader, 2, 'cRLIssuer') : null;
    if (name.fullName === null && name.relativeName === null && cRLIssuer === null) {
      throw reader.error('bad_value', 'distributionPoint', 'names neither a place nor an issuer');
    }
    return { ...name, reasons, cRLIssuer };
  });
}

/** DistributionPointName, as CRL extensions use it too. */
export function readDistributionPointName(
  reader: DerReader,
): Pick<DistributionPoint, 'fullName' | 'relativeName'> {
  if (reader.has(contextConstructed(0))) {
    return { fullName: readNames(reader, 0, 'fullName'), relativeName: null };
  }
  const { contents } = reader.element(contextConstructed(1), 'nameRelativeToCRLIssuer', MAX_OCTETS);
  return { fullName: null, relativeName: contents };
}

function readNames(reader: DerReader, number: number, field: string): GeneralName[] {
  const tag = contextConstructed(number);
  return reader.sequenceOf(field, MAX_OCTETS, MAX_POINTS, (inner) => readGeneralName(inner, 'name'), tag);
}

/** AuthorityInfoAccessSyntax. */
export function readAuthorityInfoAccess(outer: DerReader): AccessDescription[] {
  return outer.sequenceOf('authorityInfoAccess', MAX_OCTETS, MAX_POINTS, (reader) =>
    reader.sequence('accessDescription', MAX_OCTETS, (inner) => ({
      accessMethod: inner.oid('accessMethod'),
      accessLocation: readGeneralName(inner, 'accessLocation'),
    })),
  );
}
