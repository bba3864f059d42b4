import { TAG } from '../../bytes/der-tag.ts';
import {
  writeBoolean,
  writeElement,
  writeInteger,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
} from '../../bytes/der-writer.ts';
import { fromHex } from '../../bytes/text.ts';
import { extension } from './certificate.ts';

/** Intel SGX PCK Certificate and CRL Profile Specification 1.5, 1.4.5: the arc of all that follows. */
const SGX_EXTENSIONS = '1.2.840.113741.1.13.1';

/** What a PCK certificate says of the platform and of its TCB. */
export type PckFields = {
  /** 16 bytes, hexadecimal. */
  readonly ppid: string;
  /** 16 component SVNs; missing ones at the end are 0. */
  readonly components: readonly number[];
  readonly pceSvn: number;
  /** 16 bytes, hexadecimal; Intel's certificates repeat the components here. Null: so. */
  readonly cpuSvn: string | null;
  /** 2 bytes, hexadecimal. */
  readonly pceId: string;
  /** 6 bytes, hexadecimal. */
  readonly fmspc: string;
  /** 0 Standard, 1 Scalable, 2 Scalable with integrity. */
  readonly sgxType: number;
  /** 16 bytes, hexadecimal; certificates of the Platform CA alone have one. */
  readonly platformInstanceId: string | null;
  /** Certificates of the Platform CA alone have one. */
  readonly configuration: {
    readonly dynamicPlatform: boolean;
    readonly cachedKeys: boolean;
    readonly smtEnabled: boolean;
  } | null;
};

/** The whole extension, as the last of a PCK certificate. Not critical, as Intel has it. */
export function pckExtension(fields: PckFields): Uint8Array {
  const { platformInstanceId, configuration } = fields;
  const members = [
    member('1', writeOctetString(fromHex(fields.ppid, 'ppid'))),
    member('2', tcb(fields)),
    member('3', writeOctetString(fromHex(fields.pceId, 'pceId'))),
    member('4', writeOctetString(fromHex(fields.fmspc, 'fmspc'))),
    member('5', writeElement(TAG.enumerated, Uint8Array.of(fields.sgxType))),
  ];
  if (platformInstanceId !== null) {
    members.push(member('6', writeOctetString(fromHex(platformInstanceId, 'platformInstanceId'))));
  }
  if (configuration !== null) {
    const { dynamicPlatform, cachedKeys, smtEnabled } = configuration;
    const flags = [dynamicPlatform, cachedKeys, smtEnabled].map((flag, index) =>
      member(`7.${index + 1}`, writeBoolean(flag)),
    );
    members.push(member('7', writeSequence(...flags)));
  }
  return extension(SGX_EXTENSIONS, false, writeSequence(...members));
}

/** 16 components, PCESVN as the seventeenth, CPUSVN as the eighteenth. An SVN of 255 is the INTEGER 00ff. */
function tcb(fields: PckFields): Uint8Array {
  const components = sixteen(fields.components);
  const cpuSvn = fields.cpuSvn === null ? Uint8Array.from(components) : fromHex(fields.cpuSvn, 'cpuSvn');
  return writeSequence(
    ...components.map((svn, index) => member(`2.${index + 1}`, writeInteger(svn))),
    member('2.17', writeInteger(fields.pceSvn)),
    member('2.18', writeOctetString(cpuSvn)),
  );
}

function member(arc: string, value: Uint8Array): Uint8Array {
  return writeSequence(writeObjectIdentifier(`${SGX_EXTENSIONS}.${arc}`), value);
}

/** As many numbers as Intel's lists of component SVNs have. */
export function sixteen(svns: readonly number[]): readonly number[] {
  return Array.from({ length: 16 }, (_, index) => svns[index] ?? 0);
}
