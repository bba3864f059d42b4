import { FormatError } from '../../bytes/errors.ts';
import { fromHex, fromUtf8 } from '../../bytes/text.ts';
import { parsePem } from '../../pki/index.ts';
import { type CollectedDevice, parseDeviceJson } from './device-json.ts';
import type { NvidiaKind } from './generation.ts';
import { MAX_REPORT_BYTES } from './spdm-report.ts';

/**
 * NVIDIA evidence as files, as its tools and samples leave them:
 *
 * | file | holds |
 * |---|---|
 * | report.txt, .hex or .bin | one report, hexadecimal or bytes |
 * | chain.txt or .pem, cert_chain or certificate_chain likewise | its certificates in PEM, leaf first |
 * | evidence.json or a lone .json file | reports of several devices, as `nvattest collect-evidence` prints them |
 * | *.ocsp, *ocsp*.der | OCSP responses |
 * | *.xml | reference integrity manifests, by their ids |
 */
type Files = ReadonlyMap<string, Uint8Array>;

const REPORT_NAME = /^(?:[\w-]+[-_])?report\.(?:txt|hex|bin)$/;
const CHAIN_NAME = /^(?:[\w-]+[-_])?chain\.(?:txt|pem)$/;
const OCSP_NAME = /\.ocsp$|ocsp[\w.-]*\.der$/i;
/** Version 1.1, GET_MEASUREMENTS. */
const BEGINS_AS_HEX = /^11e0/i;
/** Offset of NumberOfBlocks: a switch has 31, a GPU 64. */
const BLOCKS_AT = 41;
const SWITCH_BLOCKS = 31;

/** By names and first bytes: what kind of device the files are of; null for files of something else. */
export function kindOfFiles(files: Files): NvidiaKind | null {
  const json = jsonFile(files);
  if (json !== null) return kindOfJson(json);
  const report = find(files, REPORT_NAME);
  if (report === null) return null;
  const bytes = isHex(report) ? Buffer.from(text(report.subarray(0, 128)), 'hex') : report;
  const [isVersion, isRequest] = [bytes[0] === 0x11, bytes[1] === 0xe0];
  // One of the two may be damaged: with a chain beside it, it is a report for all that.
  const isLikely = find(files, CHAIN_NAME) === null ? isVersion && isRequest : isVersion || isRequest;
  if (!isLikely) return null;
  return bytes[BLOCKS_AT] === SWITCH_BLOCKS ? 'switch' : 'gpu';
}

function jsonFile(files: Files): Uint8Array | null {
  const [only, ...more] = files;
  const lone = more.length === 0 && only !== undefined && only[0].endsWith('.json') ? only[1] : null;
  return files.get('evidence.json') ?? lone;
}

function kindOfJson(bytes: Uint8Array): NvidiaKind | null {
  const json = text(bytes);
  // What the collector prints where it failed names no device: it is said of GPUs.
  if (/"result_code"\s*:/.test(json) && /"evidences"\s*:\s*(?:null|\[\s*\])/.test(json)) return 'gpu';
  if (!/"evidence"\s*:/.test(json) || !/"certificate"\s*:/.test(json)) return null;
  const arch = /"arch"\s*:\s*"([A-Za-z0-9_]{1,20})"/.exec(json)?.[1]?.toUpperCase();
  if (arch === undefined) return null;
  return arch.startsWith('LS') ? 'switch' : 'gpu';
}

/**
 * The devices in the files; null without a chain.
 *
 * @param collateral what lies elsewhere: a chain, where none is beside the report
 * @throws FormatError
 */
export function readDevices(files: Files, collateral: Files): readonly CollectedDevice[] | null {
  const json = jsonFile(files);
  if (json !== null) return parseDeviceJson(json);
  const [file, chain] = [find(files, REPORT_NAME), find(files, CHAIN_NAME) ?? find(collateral, CHAIN_NAME)];
  if (file === null || chain === null) return null;
  const report = isHex(file) ? readHex(file) : file;
  return [{ report, certificates: parsePem(fromUtf8(chain, 'chain')), arch: null, nonce: null }];
}

export function ocspResponses(files: Files): Uint8Array[] {
  return [...files].filter(([name]) => OCSP_NAME.test(name)).map(([, bytes]) => bytes);
}

function find(files: Files, pattern: RegExp): Uint8Array | null {
  return [...files].find(([name]) => pattern.test(name))?.[1] ?? null;
}

/** Bytes of a report are never text: its second is 0xE0. */
function isHex(report: Uint8Array): boolean {
  const head = text(report.subarray(0, 64)).trim();
  return BEGINS_AS_HEX.test(head) || /^[0-9A-Fa-f]{32,}$/.test(head);
}

/** Digits, and one line end behind them. */
function readHex(file: Uint8Array): Uint8Array {
  if (file.length > 4 * MAX_REPORT_BYTES) {
    throw new FormatError('too_long', `a report of ${file.length} digits is too long`, { path: 'report' });
  }
  return fromHex(fromUtf8(file, 'report').replace(/\r?\n$/, ''), 'report');
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
