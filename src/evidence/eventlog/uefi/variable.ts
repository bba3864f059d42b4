import { Cursor } from '../../../bytes/cursor.ts';
import { GUID_BYTES, guidText } from './guid.ts';

/** UEFI_VARIABLE_DATA (PC Client Platform Firmware Profile 1.06, 10.2.6). */
export type EfiVariable = {
  /** The name's namespace. */
  readonly vendor: string;
  readonly name: string;
  readonly data: Uint8Array;
};

export const EFI_GLOBAL_VARIABLE = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
export const EFI_IMAGE_SECURITY_DATABASE = 'd719b2cb-3d3a-4596-a3bc-dad00e67656f';
/** shim's own namespace (rhboot/shim, lib/guid.c). */
export const SHIM_LOCK = '605dab50-e046-4300-abb6-3dd810dd8b23';

const MAX_NAME_CHARACTERS = 512;
const MAX_DATA_BYTES = 1 << 20;

/** shim before 15.3 measured its structure with what the compiler filled it up with (rhboot/shim 8a27a48): so many zeros. */
const OLD_SHIM_FILLING = 5;

/** @throws FormatError `truncated`, `trailing_data`, `bad_value`: only bytes that are such a structure to the last one */
export function parseEfiVariable(bytes: Uint8Array): EfiVariable {
  const cursor = new Cursor(bytes, 'uefiVariableData');
  const vendor = guidText(cursor.take(GUID_BYTES, 'variableName'));
  const characters = length(cursor, 'unicodeNameLength', MAX_NAME_CHARACTERS);
  if (characters === 0) throw cursor.bad('unicodeNameLength', 'a name', 'none');
  const dataBytes = length(cursor, 'variableDataLength', MAX_DATA_BYTES);
  const name = Buffer.from(cursor.take(characters * 2, 'unicodeName')).toString('utf16le');
  const data = cursor.take(dataBytes, 'variableData');
  if (isOldShimFilling(bytes.subarray(cursor.offset))) cursor.take(OLD_SHIM_FILLING, 'filling');
  cursor.end();
  return { vendor, name, data };
}

function length(cursor: Cursor, field: string, ceiling: number): number {
  const value = cursor.u64le(field);
  if (value > BigInt(ceiling)) throw cursor.bad(field, `at most ${ceiling}`, `${value}`);
  return Number(value);
}

function isOldShimFilling(rest: Uint8Array): boolean {
  return rest.length === OLD_SHIM_FILLING && rest.every((octet) => octet === 0);
}
