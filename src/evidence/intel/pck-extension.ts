import { DerReader } from '../../bytes/der.ts';
import { TAG } from '../../bytes/der-tag.ts';
import { FormatError } from '../../bytes/errors.ts';

/** Intel SGX PCK Certificate and CRL Profile Specification 1.5, 1.4.5: the arc of all that follows. */
export const SGX_EXTENSIONS = '1.2.840.113741.1.13.1';

/** What a PCK certificate says of its platform and of the TCB that its key stands for. */
export type PckExtension = {
  /** 16 bytes. */
  readonly ppid: Uint8Array;
  /** 16 SVNs of 0 to 255: "SGX TCB Comp01 SVN" and on. */
  readonly components: readonly number[];
  readonly pceSvn: number;
  /** 16 bytes. */
  readonly cpuSvn: Uint8Array;
  /** 2 bytes. */
  readonly pceId: Uint8Array;
  /** 6 bytes. */
  readonly fmspc: Uint8Array;
  /** 0 Standard, 1 Scalable, 2 Scalable with integrity. */
  readonly sgxType: number;
  /** 16 bytes; certificates of the Platform CA alone have one. */
  readonly platformInstanceId: Uint8Array | null;
  /** Certificates of the Platform CA alone have one. */
  readonly configuration: PckConfiguration | null;
};

export type PckConfiguration = {
  readonly dynamicPlatform: boolean | null;
  readonly cachedKeys: boolean | null;
  readonly smtEnabled: boolean | null;
};

export const TCB_COMPONENTS = 16;
const MAX_EXTENSION_BYTES = 4096;
const MAX_MEMBERS = 32;
const MAX_MEMBER_BYTES = 1024;
const PCE_SVN = `${SGX_EXTENSIONS}.2.17`;
const CPU_SVN = `${SGX_EXTENSIONS}.2.18`;

/**
 * Reads the value of the SGX extension: a SEQUENCE of (identifier, value) pairs in any order, none twice. Members that the
 * specification does not name are passed over.
 *
 * @throws FormatError
 */
export function parsePckExtension(der: Uint8Array): PckExtension {
  return DerReader.parse(der, 'sgxExtensions', (reader) => {
    const members = readPairs(reader, 'sgxExtensions', MAX_EXTENSION_BYTES);
    const arc = (number: number): Member | undefined => members.get(`${SGX_EXTENSIONS}.${number}`);
    const tcb = required(arc(2), 'tcb', (inner) => readTcb(inner));
    return {
      ppid: required(arc(1), 'ppid', octets('ppid', 16)),
      ...tcb,
      pceId: required(arc(3), 'pceId', octets('pceId', 2)),
      fmspc: required(arc(4), 'fmspc', octets('fmspc', 6)),
      sgxType: required(arc(5), 'sgxType', (inner) => inner.smallInteger('sgxType', 255, TAG.enumerated)),
      platformInstanceId: optional(arc(6), 'platformInstanceId', octets('platformInstanceId', 16)),
      configuration: optional(arc(7), 'configuration', readConfiguration),
    };
  });
}

type Member = Uint8Array;

/** The values still encoded, by identifier. */
function readPairs(outer: DerReader, field: string, ceiling: number): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>();
  outer.sequenceOf(field, ceiling, MAX_MEMBERS, (reader) =>
    reader.sequence('member', MAX_MEMBER_BYTES, (inner) => {
      const id = inner.oid('id');
      if (members.has(id)) throw inner.error('duplicate', 'id', `${id} occurs twice`);
      members.set(id, inner.any('value', MAX_MEMBER_BYTES).raw);
    }),
  );
  return members;
}

function readTcb(reader: DerReader): Pick<PckExtension, 'components' | 'pceSvn' | 'cpuSvn'> {
  const members = readPairs(reader, 'tcb', MAX_MEMBER_BYTES);
  const components = Array.from({ length: TCB_COMPONENTS }, (_, index) =>
    required(members.get(`${SGX_EXTENSIONS}.2.${index + 1}`), `component${index + 1}`, (inner) =>
      inner.smallInteger('svn', 255),
    ),
  );
  return {
    components,
    pceSvn: required(members.get(PCE_SVN), 'pceSvn', (inner) => inner.smallInteger('pceSvn', 65_535)),
    cpuSvn: required(members.get(CPU_SVN), 'cpuSvn', octets('cpuSvn', 16)),
  };
}

function readConfiguration(reader: DerReader): PckConfiguration {
  const members = readPairs(reader, 'configuration', MAX_MEMBER_BYTES);
  const flag = (number: number): boolean | null =>
    optional(members.get(`${SGX_EXTENSIONS}.7.${number}`), 'configuration', (inner) => inner.boolean('flag'));
  return { dynamicPlatform: flag(1), cachedKeys: flag(2), smtEnabled: flag(3) };
}

function octets(field: string, length: number): (reader: DerReader) => Uint8Array {
  return (reader) => {
    const bytes = reader.octetString(field, length);
    if (bytes.length !== length) throw reader.error('bad_value', field, `has ${bytes.length} bytes`);
    return bytes;
  };
}

function required<T>(member: Member | undefined, field: string, read: (reader: DerReader) => T): T {
  if (member !== undefined) return DerReader.parse(member, field, read);
  const path = `sgxExtensions.${field}`;
  throw new FormatError('bad_value', `${path} is missing`, { path });
}

function optional<T>(member: Member | undefined, field: string, read: (reader: DerReader) => T): T | null {
  return member === undefined ? null : DerReader.parse(member, field, read);
}
