import { FormatError } from '../../bytes/errors.ts';
import { fromHex, toHex } from '../../bytes/text.ts';
import type { ExplainedEvent } from '../../evidence/eventlog/compare.ts';
import {
  type EfiSignature,
  imageDigests,
  parseSignatureLists,
} from '../../evidence/eventlog/uefi/signature-list.ts';
import { readAuthority, type Signer, signersOf } from '../../evidence/eventlog/uefi/signer.ts';
import {
  EFI_GLOBAL_VARIABLE,
  EFI_IMAGE_SECURITY_DATABASE,
  type EfiVariable,
  parseEfiVariable,
  SHIM_LOCK,
} from '../../evidence/eventlog/uefi/variable.ts';
import type { SecureBoot } from './state.ts';

type Reading = { -readonly [member in keyof SecureBoot]: SecureBoot[member] } & {
  /** Events that named a key, repeated ones too. */
  uses: number;
};

/** What firmware measures before the separator, each once (PC Client Platform Firmware Profile 1.06, 3.3.4.8). */
const CONFIGURATION: ReadonlyMap<string, string> = new Map([
  ...['SecureBoot', 'PK', 'KEK', 'SetupMode', 'AuditMode', 'DeployedMode'].map(
    (name) => [name, EFI_GLOBAL_VARIABLE] as const,
  ),
  ...['db', 'dbx', 'dbt', 'dbr', 'devdb'].map((name) => [name, EFI_IMAGE_SECURITY_DATABASE] as const),
]);

/** Settings of shim that it measures beside keys; whatever they hold, they start nothing. */
const SHIM_SETTINGS: ReadonlySet<string> = new Set([
  'MokDBState',
  'MokListTrusted',
  'MokPolicy',
  'HSIStatus',
]);

/**
 * Reads PCR 7 (PC Client Platform Firmware Profile 1.06, 3.3.4.8): what Secure Boot was set to, and under which keys
 * something was started.
 *
 * Neither the event's type nor its place in a list is measured; its content is, and the order. So a variable counts as the
 * firmware's only before the separator and once, where nothing that the firmware starts could have written it; every event
 * behind that must be a key, or one of shim's settings, or it is puzzling. Software that runs later can extend PCR 7: by
 * that it can add keys and puzzles, and take none away.
 *
 * @param events of PCR 7, which the log replays to exactly
 */
export function readSecureBoot(events: readonly ExplainedEvent[]): SecureBoot {
  const read: Reading = {
    ...{ enabled: null, platformKeys: [], exchangeKeys: [], permitted: [], revoked: null, sbatLevel: null },
    ...{ used: [], validationDisabled: false, debugMode: false, dmaProtectionDisabled: false, puzzling: [] },
    uses: 0,
  };
  const seen = new Set<string>();
  let separated = false;
  for (const event of events) {
    const { data, index } = event;
    const puzzle = (what: string): void => void read.puzzling.push({ event: index, what });
    if (data === null) puzzle('its digest is not of its data');
    else if (isSeparator(data)) {
      if (separated) puzzle('a second separator');
      separated = true;
    } else if (isText(data, 'UEFI Debug Mode')) read.debugMode = true;
    else if (isText(data, 'DMA Protection Disabled')) read.dmaProtectionDisabled = true;
    else {
      const variable = variableOf(data);
      const isConfiguration =
        variable !== null && !separated && CONFIGURATION.get(variable.name) === variable.vendor;
      if (variable === null) puzzle('no variable, separator or action that is known here');
      else if (isConfiguration && !seen.has(variable.name)) {
        seen.add(variable.name);
        readConfiguration(variable, index, read, puzzle);
      } else readUse(variable, index, read, puzzle);
    }
  }
  // Without a separator it is not known where the firmware's own word ends.
  if (!separated) read.enabled = null;
  const { uses: _, ...found } = read;
  return found;
}

function readConfiguration(
  { name, data }: EfiVariable,
  event: number,
  read: Reading,
  puzzle: (what: string) => void,
): void {
  if (name === 'SecureBoot') {
    // Firmware that has no such variable measures it empty.
    if (data.length <= 1 && (data[0] ?? 0) <= 1) read.enabled = data[0] === 1;
    else puzzle('SecureBoot is neither on nor off');
    return;
  }
  if (!['PK', 'KEK', 'db', 'dbx'].includes(name)) return;
  const signatures = listsOf(data);
  if (signatures === null) {
    puzzle(`${name} holds no signature lists`);
    return;
  }
  const found = { event, variable: name };
  if (name === 'PK') read.platformKeys = signersOf(signatures, found);
  else if (name === 'KEK') read.exchangeKeys = signersOf(signatures, found);
  else if (name === 'db') read.permitted = signersOf(signatures, found);
  else read.revoked = packDigests(imageDigests(signatures));
}

function readUse(variable: EfiVariable, event: number, read: Reading, puzzle: (what: string) => void): void {
  const { name, vendor, data } = variable;
  if (vendor === SHIM_LOCK && name === 'SbatLevel') readSbatLevel(data, read, puzzle);
  else if (vendor === SHIM_LOCK && name === 'MokSBState') {
    if (data.some((octet) => octet !== 0)) read.validationDisabled = true;
  } else if (vendor === SHIM_LOCK && SHIM_SETTINGS.has(name)) return;
  else {
    const signer = readAuthority(data, { event, variable: name });
    read.uses += 1;
    if (signer === null) puzzle(`${printableName(name)} holds no key`);
    else if (!read.used.some((known) => isSame(known, signer))) read.used.push(signer);
  }
}

/**
 * shim measures it as it begins, when at most its own signer was used. One that comes later was written by what shim, or
 * something older than it, had started.
 */
function readSbatLevel(data: Uint8Array, read: Reading, puzzle: (what: string) => void): void {
  const [, level] = /^sbat,1,([0-9]{10})(?:\n|$)/.exec(Buffer.from(data).toString('latin1')) ?? [];
  if (level === undefined || read.sbatLevel !== null || read.uses > 1) puzzle('SbatLevel out of place');
  else read.sbatLevel = level;
}

function isSame(a: Signer, b: Signer): boolean {
  return a.sha256 === b.sha256 && a.variable === b.variable;
}

/** Four octets, all zero or all ones; the value 1 says that the firmware failed. */
export function isSeparator(data: Uint8Array): boolean {
  return data.length === 4 && ['00000000', 'ffffffff'].includes(toHex(data));
}

export function isText(data: Uint8Array, text: string): boolean {
  const found = Buffer.from(data).toString('latin1');
  return found === text || found === `${text}\0`;
}

function printableName(name: string): string {
  return JSON.stringify(name.slice(0, 40));
}

function variableOf(data: Uint8Array): EfiVariable | null {
  return unlessMalformed(() => parseEfiVariable(data));
}

function listsOf(data: Uint8Array): readonly EfiSignature[] | null {
  return unlessMalformed(() => parseSignatureLists(data));
}

export function unlessMalformed<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return null;
  }
}

function packDigests(digests: readonly string[]): string {
  return Buffer.concat(digests.map((digest) => fromHex(digest, 'dbx'))).toString('base64');
}

/** The digests that dbx names, in hexadecimal. */
export function unpackDigests(packed: string): ReadonlySet<string> {
  const bytes = Buffer.from(packed, 'base64');
  const count = Math.floor(bytes.length / 32);
  return new Set(Array.from({ length: count }, (_, at) => toHex(bytes.subarray(at * 32, at * 32 + 32))));
}
