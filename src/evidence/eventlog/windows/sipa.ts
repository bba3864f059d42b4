import { Cursor } from '../../../bytes/cursor.ts';
import type { TaggedEvent } from '../uefi/tagged-event.ts';

/**
 * What Windows measures in PCR 11 to 14 (System Integrity Platform Attestation, wbcl.h of the Windows SDK): tagged events
 * that contain others, type and size before each, little-endian. Those that only group others are entered; the rest are
 * answered in the order in which they stand.
 */
export type SipaEvent = { readonly type: number; readonly data: Uint8Array };

/** The types that appraisal reads. */
export const SIPA = {
  bitlockerUnlock: 0x00020005,
  transferControl: 0x00020003,
  bootDebugging: 0x00040001,
  osKernelDebug: 0x00050001,
  codeIntegrity: 0x00050002,
  testSigning: 0x00050003,
  safeMode: 0x00050005,
  winPe: 0x00050006,
  hypervisorDebug: 0x0005000d,
  flightSigning: 0x00050021,
  filePath: 0x00070001,
  authenticodeHash: 0x00070004,
  imageValidated: 0x0007000a,
} as const;

/** What Windows closes PCR 12, 13 and 14 with before it starts what it does not measure. */
export const WBCL_SEPARATOR: Uint8Array = new Uint8Array(Buffer.from('WBCL', 'latin1'));

const AGGREGATION = 0x40000000;
const KIND = 0x000f0000;
const CONTAINER = 0x00010000;
const MAX_DEPTH = 8;
const MAX_EVENTS = 8192;
const MAX_BYTES = 1 << 20;

/** Whether a tagged event is one of Windows's containers. Whoever writes to the TPM may imitate one. */
export function isSipa({ id }: TaggedEvent): boolean {
  return (id & KIND) === CONTAINER;
}

/** @throws FormatError `truncated`, `too_long`, `budget_exceeded` as `bad_value` */
export function parseSipa(event: TaggedEvent): readonly SipaEvent[] {
  const found: SipaEvent[] = [];
  enter(event.data, 1, found);
  return found;
}

function enter(bytes: Uint8Array, depth: number, found: SipaEvent[]): void {
  const cursor = new Cursor(bytes, 'sipaEvent');
  while (cursor.remaining > 0) {
    const type = cursor.u32le('type');
    const data = cursor.sized32le('data', MAX_BYTES);
    if (depth === MAX_DEPTH || found.length === MAX_EVENTS) {
      throw cursor.bad('nesting', `at most ${MAX_DEPTH} deep and ${MAX_EVENTS} events`, 'more');
    }
    if ((type & AGGREGATION) !== 0 && (type & KIND) === CONTAINER) enter(data, depth + 1, found);
    else found.push({ type, data });
  }
}

/** A flag is set unless all of its octets are zero: Windows writes one octet for most, eight for some. */
export function isSet({ data }: SipaEvent): boolean {
  return data.some((octet) => octet !== 0);
}
