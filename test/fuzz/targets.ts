import { parseJson } from '../../src/bytes/json.ts';
import { parseTaggedEvent } from '../../src/evidence/eventlog/uefi/tagged-event.ts';
import { type Parser, parsersInSource } from './parsers.ts';

/** Something that reads whatever bytes it is given: it answers, or throws an error of Sextant's own. */
export type Target = { readonly name: string; readonly read: (bytes: Uint8Array) => unknown };

/** What parsers take besides the input. */
const REST: { readonly [name: string]: readonly unknown[] } = {
  'bytes/cose.ts#parseCoseSign1': [{}],
  'bytes/pem.ts#parsePem': [{ label: 'CERTIFICATE', others: 'skip' }],
  'bytes/protobuf.ts#parseProtobuf': ['message'],
  'evidence/amd/tcb.ts#parseTcb': [{ arcs: [1, 2, 4, 5, 6, 7, 3, 8], reserved: [2, 3, 4, 5], text: '' }],
  'evidence/intel/enclave-report.ts#parseEnclaveReport': ['enclaveReport'],
  'evidence/intel/signature-data.ts#parseSignatureData': [4],
  'evidence/intel/signed-document.ts#parseSignedDocument': ['tcbInfo'],
  'evidence/intel/td-report.ts#parseTdReport': [false],
  'evidence/nvidia/nras/token.ts#parseNrasToken': ['token'],
  'record/grant/jws.ts#parseJws': ['kid', { path: 'jws', maxBytes: 1 << 16, maxNodes: 10_000 }],
  'record/note-format.ts#parseKey': [0x01],
  'record/tiles.ts#parseEntryBundle': [2],
  'record/tiles.ts#parseHashTile': [2],
};

const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const json = (bytes: Uint8Array): unknown => parseJson(bytes);
const asIs = (bytes: Uint8Array): unknown => bytes;

/** From bytes to what a parser takes, by the type that it declares. */
const INPUT: { readonly [type: string]: (bytes: Uint8Array) => unknown } = {
  Uint8Array: asIs,
  'string | Uint8Array': asIs,
  string: utf8,
  unknown: json,
  JsonValue: json,
  PcrMap: json,
  bigint: (bytes) => BigInt(`0x0${Buffer.from(bytes.subarray(0, 8)).toString('hex')}`),
  TaggedEvent: parseTaggedEvent,
};

/** Parsers that read nothing of a stranger's by themselves, each with the reason. */
export const NOT_ALONE: { readonly [name: string]: string } = {
  'evidence/bundle/item-fields.ts#parseItemJson': 'by a schema: through each item',
  'evidence/tpm/credential.ts#parseCredential': 'of two structures, each a target',
  'pki/pins.ts#parsePinFile': 'of certs/*.json, which is ours',
  'policy/packs/document.ts#parsePackFiles': 'of files that an operator names; their text through parsePack',
  'policy/roots.ts#parseRoots': 'of files that an operator names: through parsePem and parseCertificate',
};

/** One target for each parser of the source: a parser whose input nobody described is an error. */
export async function parserTargets(): Promise<readonly Target[]> {
  return Promise.all(
    parsersInSource().flatMap((parser) => (parser.name in NOT_ALONE ? [] : [targetOf(parser)])),
  );
}

async function targetOf(parser: Parser): Promise<Target> {
  const { name, takes } = parser;
  const input = INPUT[takes];
  if (input === undefined)
    throw new TypeError(`${name} takes ${takes}: say in INPUT how that is made of bytes`);
  const module: { readonly [name: string]: unknown } = await import(parser.file);
  const parse = module[parser.export];
  if (typeof parse !== 'function') throw new TypeError(`${name} is not exported`);
  const rest = REST[name] ?? [];
  return { name, read: (bytes) => parse(input(bytes), ...rest) };
}
