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

/**
 * Reads the value of the SGX extension: a SEQUENCE of (identifier, value) pairs in any order, none twice. Members that the
 * specification does not name are passed over.
 *
 * @throws FormatError
 */
export function parsePckExtension(der: Uint8Array): PckExtension {
  const said: Partial<{ -readonly [Name in keyof PckExtension]: PckExtension[Name] }> = {};
  DerReader.parse(der, 'sgxExtensions', (reader) =>
    readMembers(reader, 'sgxExtensions', MAX_EXTENSION_BYTES, (arc, inner) => {
      switch (arc) {
        case '1':
          said.ppid = octets(inner, 'ppid', 16);
          return;
        case '2':
          Object.assign(said, readTcb(inner));
          return;
        case '3':
          said.pceId = octets(inner, 'pceId', 2);
          return;
        case '4':
          said.fmspc = octets(inner, 'fmspc', 6);
          return;
        case '5':
          said.sgxType = inner.smallInteger('sgxType', 255, TAG.enumerated);
          return;
        case '6':
          said.platformInstanceId = octets(inner, 'platformInstanceId', 16);
          return;
        case '7':
          said.configuration = readConfiguration(inner);
          return;
        default:
          inner.any('unknown', MAX_MEMBER_BYTES);
      }
    }),
  );
  const { platformInstanceId = null, configuration = null } = said;
  return {
    ppid: required(said.ppid, 'ppid'),
    components: required(said.components, 'tcb'),
    pceSvn: required(said.pceSvn, 'tcb'),
    cpuSvn: required(said.cpuSvn, 'tcb'),
    pceId: required(said.pceId, 'pceId'),
    fmspc: required(said.fmspc, 'fmspc'),
    sgxType: required(said.sgxType, 'sgxType'),
    platformInstanceId,
    configuration,
  };
}

/** Hands the value of each pair to `read`, with the last arcs of its identifier; of identifiers elsewhere, the whole. */
function readMembers(
  outer: DerReader,
  field: string,
  ceiling: number,
  read: (arc: string, value: DerReader) => void,
): void {
  const seen = new Set<string>();
  outer.sequenceOf(field, ceiling, MAX_MEMBERS, (reader) =>
    reader.sequence('member', MAX_MEMBER_BYTES, (inner) => {
      const id = inner.oid('id');
      if (seen.has(id)) throw inner.error('duplicate', 'id', `${id} occurs twice`);
      seen.add(id);
      read(id.startsWith(ARC) ? id.slice(ARC.length) : id, inner);
    }),
  );
}

const ARC = `${SGX_EXTENSIONS}.`;

function readTcb(reader: DerReader): Pick<PckExtension, 'components' | 'pceSvn' | 'cpuSvn'> {
  const svns = new Map<string, number>();
  let cpuSvn: Uint8Array | undefined;
  readMembers(reader, 'tcb', MAX_MEMBER_BYTES, (arc, inner) => {
    if (arc === CPU_SVN) cpuSvn = octets(inner, 'cpuSvn', 16);
    else if (arc === PCE_SVN) svns.set(arc, inner.smallInteger('pceSvn', 65_535));
    else if (COMPONENTS.includes(arc)) svns.set(arc, inner.smallInteger('svn', 255));
    else inner.any('unknown', MAX_MEMBER_BYTES);
  });
  return {
    components: COMPONENTS.map((arc) => required(svns.get(arc), `tcb.${arc}`)),
    pceSvn: required(svns.get(PCE_SVN), 'pceSvn'),
    cpuSvn: required(cpuSvn, 'cpuSvn'),
  };
}

/** "SGX TCB Comp01 SVN" and on. */
const COMPONENTS: readonly string[] = Array.from({ length: TCB_COMPONENTS }, (_, index) => `2.${index + 1}`);
const PCE_SVN = '2.17';
const CPU_SVN = '2.18';

function readConfiguration(reader: DerReader): PckConfiguration {
  const flags = new Map<string, boolean>();
  readMembers(reader, 'configuration', MAX_MEMBER_BYTES, (arc, inner) => {
    if (FLAGS.includes(arc)) flags.set(arc, inner.boolean('flag'));
    else inner.any('unknown', MAX_MEMBER_BYTES);
  });
  const [dynamicPlatform = null, cachedKeys = null, smtEnabled = null] = FLAGS.map((arc) => flags.get(arc));
  return { dynamicPlatform, cachedKeys, smtEnabled };
}

const FLAGS: readonly string[] = ['7.1', '7.2', '7.3'];

function octets(reader: DerReader, field: string, length: number): Uint8Array {
  const bytes = reader.octetString(field, length);
  if (bytes.length === length) return bytes;
  throw reader.error('bad_value', field, `has ${bytes.length} bytes`);
}

function required<T>(value: T | undefined, field: string): T {
  if (value !== undefined) return value;
  const path = `sgxExtensions.${field}`;
  throw new FormatError('bad_value', `${path} is missing`, { path });
}
