import { contextConstructed, contextPrimitive, TAG } from '../../src/bytes/der-tag.ts';
import {
  writeBitString,
  writeBoolean,
  writeElement,
  writeExplicit,
  writeInteger,
  writeNamedBits,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeText,
  writeTime,
} from '../../src/bytes/der-writer.ts';
import { ALGORITHMS, type AlgorithmName, type Issued, type SigningKey, signTbs } from './issue.ts';
import { authorityKeyIdentifier, generalName, type NameText } from './issue-extensions.ts';

export const THIS_UPDATE = new Date('2025-12-01T00:00:00Z');
export const NEXT_UPDATE = new Date('2026-02-01T00:00:00Z');
export const REVOKED_AT = new Date('2025-11-11T11:11:11Z');

export type Listed = {
  /** What is revoked; its issuer's name is written only if `certificateIssuer` says so. */
  readonly revoked: Issued;
  readonly reason?: number;
  readonly date?: Date;
  readonly certificateIssuer?: Uint8Array;
  readonly invalidityDate?: Date;
  /** Encoded extensions, appended as they are. */
  readonly extensions?: readonly Uint8Array[];
};

export type CrlOptions = {
  readonly entries?: readonly Listed[];
  /** Encoded revokedCertificates, in place of `entries`. */
  readonly list?: Uint8Array;
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date | null;
  readonly times?: readonly Uint8Array[];
  readonly number?: number | null;
  readonly numberCritical?: boolean;
  /** BaseCRLNumber: makes it a delta. */
  readonly base?: number;
  readonly scope?: Uint8Array;
  readonly authorityKeyIdentifier?: Uint8Array | null;
  /** Encoded extensions, appended as they are. */
  readonly extensions?: readonly Uint8Array[];
  readonly issuerName?: Uint8Array;
  readonly signer?: SigningKey;
  readonly algorithm?: AlgorithmName;
  readonly outerAlgorithm?: AlgorithmName;
  readonly version?: 1 | 2 | number;
};

/** A CRL as RFC 5280, section 5, has it, valid around T0, of no revoked certificates unless the options say more. */
export function issueCrl(issuer: Issued, options: CrlOptions = {}): Uint8Array {
  const signer = options.signer ?? issuer.key;
  const algorithm = options.algorithm ?? 'ecdsa-sha256';
  const { thisUpdate = THIS_UPDATE, nextUpdate = NEXT_UPDATE, number = 5, version = 2 } = options;
  const aki = options.authorityKeyIdentifier === undefined ? issuer.ski : options.authorityKeyIdentifier;
  const extensions = [
    ...(aki === null ? [] : [extension('2.5.29.35', authorityKeyIdentifier(aki))]),
    ...(number === null ? [] : [extension('2.5.29.20', writeInteger(number), options.numberCritical)]),
    ...(options.base === undefined ? [] : [extension('2.5.29.27', writeInteger(options.base), true)]),
    ...(options.scope === undefined ? [] : [extension('2.5.29.28', options.scope, true)]),
    ...(options.extensions ?? []),
  ];
  const entries = options.entries ?? [];
  const tbs = writeSequence(
    ...(version === 1 ? [] : [writeInteger(version - 1)]),
    ALGORITHMS[algorithm].der,
    options.issuerName ?? issuer.name,
    ...(options.times ?? [writeTime(thisUpdate), ...(nextUpdate === null ? [] : [writeTime(nextUpdate)])]),
    ...(options.list === undefined ? [] : [options.list]),
    ...(entries.length === 0 ? [] : [writeSequence(...entries.map(writeEntry))]),
    ...(version === 1 || extensions.length === 0 ? [] : [writeExplicit(0, writeSequence(...extensions))]),
  );
  return writeSequence(
    tbs,
    ALGORITHMS[options.outerAlgorithm ?? algorithm].der,
    writeBitString(signTbs(tbs, signer, algorithm)),
  );
}

export function extension(oid: string, value: Uint8Array, critical = false): Uint8Array {
  const flag = critical ? [writeBoolean(true)] : [];
  return writeSequence(writeObjectIdentifier(oid), ...flag, writeOctetString(value));
}

function writeEntry(listed: Listed): Uint8Array {
  const { revoked, reason, date = REVOKED_AT, certificateIssuer, invalidityDate } = listed;
  const extensions = [
    ...(reason === undefined ? [] : [extension('2.5.29.21', writeInteger(reason, TAG.enumerated))]),
    ...(invalidityDate === undefined ? [] : [extension('2.5.29.24', generalizedTime(invalidityDate))]),
    ...(certificateIssuer === undefined
      ? []
      : [extension('2.5.29.29', writeSequence(generalName({ directory: certificateIssuer })), true)]),
    ...(listed.extensions ?? []),
  ];
  return writeSequence(
    writeElement(TAG.integer, revoked.certificate.serialNumber),
    writeTime(date),
    ...(extensions.length === 0 ? [] : [writeSequence(...extensions)]),
  );
}

export function generalizedTime(instant: Date): Uint8Array {
  const digits = instant
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:T]/g, '');
  return writeText(TAG.generalizedTime, `${digits}Z`);
}

export type PointName =
  | { readonly fullName: readonly NameText[] }
  /** An encoded AttributeTypeAndValue. */
  | { readonly relative: Uint8Array };

function pointName(name: PointName): Uint8Array {
  return 'fullName' in name
    ? writeElement(contextConstructed(0), ...name.fullName.map(generalName))
    : writeElement(contextConstructed(1), name.relative);
}

/** IssuingDistributionPoint (section 5.2.5). */
export function scope(options: {
  readonly name?: PointName;
  readonly only?: 'user' | 'ca' | 'attribute';
  readonly reasons?: readonly number[];
  readonly indirect?: boolean;
}): Uint8Array {
  const flag = (number: number): Uint8Array => writeElement(contextPrimitive(number), Uint8Array.of(0xff));
  return writeSequence(
    ...(options.name === undefined ? [] : [writeExplicit(0, pointName(options.name))]),
    ...(options.only === 'user' ? [flag(1)] : []),
    ...(options.only === 'ca' ? [flag(2)] : []),
    ...(options.reasons === undefined ? [] : [writeNamedBits(options.reasons, contextPrimitive(3))]),
    ...(options.indirect === true ? [flag(4)] : []),
    ...(options.only === 'attribute' ? [flag(5)] : []),
  );
}

export type Point = {
  readonly name?: PointName;
  readonly reasons?: readonly number[];
  readonly cRLIssuer?: readonly NameText[];
};

/** CRLDistributionPoints (section 4.2.1.13). */
export function distributionPoints(...points: readonly Point[]): Uint8Array {
  return writeSequence(
    ...points.map(({ name, reasons, cRLIssuer }) =>
      writeSequence(
        ...(name === undefined ? [] : [writeExplicit(0, pointName(name))]),
        ...(reasons === undefined ? [] : [writeNamedBits(reasons, contextPrimitive(1))]),
        ...(cRLIssuer === undefined
          ? []
          : [writeElement(contextConstructed(2), ...cRLIssuer.map(generalName))]),
      ),
    ),
  );
}
