import { FormatError } from '../../../bytes/errors.ts';
import { type ProtobufMessage, readProtobuf } from '../../../bytes/protobuf.ts';
import { fromUtf8 } from '../../../bytes/text.ts';
import { hashAlgorithmById } from '../algorithms.ts';
import { type AttestationKey, attestationKeyFromPublic } from '../attestation-key.ts';
import type { PcrValues } from '../pcrs.ts';

/**
 * The Attestation message of go-tpm-tools (proto/attest.proto and proto/tpm.proto), as agents on GCE send it: the public
 * area of the attestation key, a quote of each bank, the event log, and the key's certificate. Every field of the message
 * is known here, and any other is refused.
 */
export type GceAttestation = {
  readonly ak: AttestationKey;
  readonly quotes: readonly GceQuote[];
  readonly eventLog: Uint8Array | null;
  /** What the guest says of its instance: to be held against the certificate. */
  readonly instanceInfo: GceInstanceInfo | null;
  /** DER. */
  readonly akCertificate: Uint8Array | null;
  readonly intermediates: readonly Uint8Array[];
  /** What the message holds besides, and nobody here reads. */
  readonly unread: readonly UnreadField[];
};

export type GceQuote = {
  /** The one bank whose values stand beside it. */
  readonly bank: string;
  readonly quote: Uint8Array;
  readonly signature: Uint8Array;
  readonly pcrs: PcrValues;
};

/** GCEInstanceInfo. Numbers are unsigned, of 64 bits. */
export type GceInstanceInfo = {
  readonly zone: string;
  readonly projectId: string;
  readonly projectNumber: bigint;
  readonly instanceName: string;
  readonly instanceId: bigint;
};

export type UnreadField = (typeof UNREAD)[number];
const UNREAD = ['canonicalEventLog', 'sevSnpAttestation', 'tdxAttestation'] as const;

const ATTESTATION = {
  1: { name: 'akPub', kind: 'bytes' },
  2: { name: 'quotes', kind: 'bytes', repeated: true },
  3: { name: 'eventLog', kind: 'bytes' },
  4: { name: 'instanceInfo', kind: 'bytes' },
  5: { name: 'canonicalEventLog', kind: 'bytes' },
  6: { name: 'akCert', kind: 'bytes' },
  7: { name: 'intermediateCerts', kind: 'bytes', repeated: true },
  8: { name: 'sevSnpAttestation', kind: 'bytes' },
  9: { name: 'tdxAttestation', kind: 'bytes' },
} as const satisfies ProtobufMessage<string>;

const QUOTE = {
  1: { name: 'quote', kind: 'bytes' },
  2: { name: 'rawSig', kind: 'bytes' },
  3: { name: 'pcrs', kind: 'bytes' },
} as const satisfies ProtobufMessage<string>;

const PCRS = {
  1: { name: 'hash', kind: 'varint' },
  2: { name: 'pcrs', kind: 'bytes', repeated: true },
} as const satisfies ProtobufMessage<string>;

const PCR_ENTRY = {
  1: { name: 'key', kind: 'varint' },
  2: { name: 'value', kind: 'bytes' },
} as const satisfies ProtobufMessage<string>;

const INSTANCE_INFO = {
  1: { name: 'zone', kind: 'bytes' },
  2: { name: 'projectId', kind: 'bytes' },
  3: { name: 'projectNumber', kind: 'varint' },
  4: { name: 'instanceName', kind: 'bytes' },
  5: { name: 'instanceId', kind: 'varint' },
} as const satisfies ProtobufMessage<string>;

/** Banks that are read here; real attestations have three. */
const MAX_QUOTES = 4;
const MAX_INTERMEDIATES = 8;
const MAX_PCR = 23;
const MAX_PUBLIC_BYTES = 0xffff;

/** The input is copied. @throws FormatError; TpmError `tpm_key_unusable` */
export function parseGceAttestation(bytes: Uint8Array): GceAttestation {
  const fields = readProtobuf(Uint8Array.from(bytes), 'attestation', ATTESTATION);
  const intermediates = fields.all('intermediateCerts');
  if (intermediates.length > MAX_INTERMEDIATES) {
    throw bad('attestation.intermediateCerts', `at most ${MAX_INTERMEDIATES}`, `${intermediates.length}`);
  }
  const info = fields.bytes('instanceInfo');
  return {
    ak: readKey(fields.bytes('akPub')),
    quotes: readQuotes(fields.all('quotes')),
    eventLog: fields.bytes('eventLog'),
    instanceInfo: info === null ? null : readInstanceInfo(info),
    akCertificate: fields.bytes('akCert'),
    intermediates,
    unread: UNREAD.filter((name) => fields.has(name)),
  };
}

/** A TPMT_PUBLIC here; TPM2B_PUBLIC puts its size before it (Part 2, 12.2.5). */
function readKey(area: Uint8Array | null): AttestationKey {
  if (area === null || area.length > MAX_PUBLIC_BYTES)
    throw bad('attestation.akPub', 'a public area', 'none');
  return attestationKeyFromPublic(Uint8Array.of(area.length >> 8, area.length & 0xff, ...area));
}

function readQuotes(quotes: readonly Uint8Array[]): readonly GceQuote[] {
  if (quotes.length === 0 || quotes.length > MAX_QUOTES) {
    throw bad('attestation.quotes', `1 to ${MAX_QUOTES}`, `${quotes.length}`);
  }
  const read = quotes.map(readQuote);
  // Of two quotes of one bank, each well signed, it would stay open which was appraised.
  if (new Set(read.map(({ bank }) => bank)).size < read.length) {
    throw new FormatError('duplicate', 'two quotes are of one bank', { path: 'attestation.quotes' });
  }
  return read;
}

function readQuote(bytes: Uint8Array, index: number): GceQuote {
  const path = `attestation.quotes[${index}]`;
  const fields = readProtobuf(bytes, path, QUOTE);
  const [quote, signature, pcrs] = [fields.bytes('quote'), fields.bytes('rawSig'), fields.bytes('pcrs')];
  if (quote === null || signature === null || pcrs === null) {
    throw bad(path, 'quote, raw_sig and pcrs', 'less');
  }
  return { quote, signature, ...readPcrs(pcrs, `${path}.pcrs`) };
}

/** TPM_ALG_ID of the bank, and a map of numbers and values in no particular order. */
function readPcrs(bytes: Uint8Array, path: string): Pick<GceQuote, 'bank' | 'pcrs'> {
  const fields = readProtobuf(bytes, path, PCRS);
  const id = fields.number('hash');
  const hash = id > 0xffffn ? undefined : hashAlgorithmById(Number(id));
  if (hash === undefined) throw bad(`${path}.hash`, 'a bank that is read here', `${id}`);
  const values = new Map<number, Uint8Array>();
  let mask = 0;
  for (const entry of fields.all('pcrs')) {
    const pair = readProtobuf(entry, `${path}.pcrs`, PCR_ENTRY);
    const pcr = pair.number('key');
    const value = pair.bytes('value');
    if (value?.length !== hash.digestBytes || pcr > MAX_PCR || values.has(Number(pcr))) {
      throw bad(
        `${path}.pcrs`,
        `each of PCR 0 to ${MAX_PCR} once, with ${hash.digestBytes} bytes`,
        `PCR ${pcr}`,
      );
    }
    values.set(Number(pcr), value);
    mask |= 1 << Number(pcr);
  }
  const selection = [{ hash, mask: mask >>> 0 }];
  return { bank: hash.name, pcrs: { selection, banks: new Map([[hash.name, values]]) } };
}

function readInstanceInfo(bytes: Uint8Array): GceInstanceInfo {
  const path = 'attestation.instanceInfo';
  const fields = readProtobuf(bytes, path, INSTANCE_INFO);
  const text = (name: 'zone' | 'projectId' | 'instanceName'): string =>
    fromUtf8(fields.bytes(name) ?? new Uint8Array(), `${path}.${name}`);
  return {
    zone: text('zone'),
    projectId: text('projectId'),
    projectNumber: fields.number('projectNumber'),
    instanceName: text('instanceName'),
    instanceId: fields.number('instanceId'),
  };
}

function bad(path: string, expected: string, actual: string): FormatError {
  return new FormatError('bad_value', `${path} is ${actual}, not ${expected}`, { path, expected, actual });
}
