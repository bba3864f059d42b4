import { Cursor } from '../../bytes/cursor.ts';
import { FormatError } from '../../bytes/errors.ts';
import { algorithmText, hashAlgorithmById, MAX_DIGEST_BYTES } from '../tpm/algorithms.ts';
import { EV_NO_ACTION } from './event-types.ts';

/**
 * Event logs of the TCG PC Client Platform Firmware Profile (1.06, section 10), little-endian: crypto-agile logs,
 * which begin with a TCG_EfiSpecIdEvent of version 03, and legacy logs of SHA-1 events alone. IMA logs are another
 * format; for a TD's CCEL see ccel.ts.
 *
 * A log is the host's story. See replay.ts for how it is held against a quote.
 */
export type TcgEvent = {
  /** Position in the log, from 0. */
  readonly index: number;
  readonly pcrIndex: number;
  /** Not measured: see event-types.ts. */
  readonly eventType: number;
  /** By TPM_ALG_ID. */
  readonly digests: ReadonlyMap<number, Uint8Array>;
  /** Free text of the host until its digest is shown to be that of `event`; often it never is. */
  readonly event: Uint8Array;
};

export type EventLog = {
  readonly format: 'crypto-agile' | 'legacy';
  /** TPM_ALG_ID and digest length, in the header's order; a legacy log has SHA-1 alone. */
  readonly algorithms: ReadonlyMap<number, number>;
  /** Without the crypto-agile header. */
  readonly events: readonly TcgEvent[];
  /** Bytes of 00, or of FF, behind the last event: firmware and kernels hand out the area that was reserved for the log. */
  readonly padding: number;
};

/** Linux hands out logs of 16 to 300 KiB; firmware reserves 64 KiB to 1 MiB. */
const MAX_EVENT_LOG_BYTES = 4 << 20;
const MAX_EVENTS = 16_384;
/** The largest events hold the UEFI revocation list, 20 KiB and growing. */
const MAX_EVENT_BYTES = 1 << 20;
const MAX_ALGORITHMS = 16;

const SHA1 = 0x0004;
const SHA1_BYTES = 20;

/** "Spec ID Event03" and its zero (section 10.4.5.1). */
const SPEC_ID_03 = Buffer.from('Spec ID Event03\0', 'latin1');
/** A platform class, two versions, errata and uintnSize: read and not judged. */
const SPEC_ID_FIXED_BYTES = 8;

/**
 * Parses a log to its last byte, or to where nothing but 00 or nothing but FF follows: no event that extends anything
 * looks so, for its digests would be missing or of no data.
 * @throws FormatError: `truncated` (an empty log too), `trailing_data`, `too_long`, `budget_exceeded`, `bad_value`
 */
export function parseEventLog(bytes: Uint8Array): EventLog {
  if (bytes.length > MAX_EVENT_LOG_BYTES) {
    throw new FormatError('too_long', 'the event log is longer than any firmware writes', {
      path: 'eventLog',
      expected: `at most ${MAX_EVENT_LOG_BYTES} bytes`,
      actual: `${bytes.length} bytes`,
    });
  }
  const cursor = new Cursor(bytes, 'eventLog');
  const first = readLegacyEvent(cursor, 0);
  if (first.eventType !== EV_NO_ACTION || !startsWith(first.event, SPEC_ID_03)) {
    const events = readEvents(cursor, bytes, [first], readLegacyEvent);
    const algorithms = new Map([[SHA1, SHA1_BYTES]]);
    return { format: 'legacy', algorithms, events, padding: cursor.remaining };
  }
  const algorithms = parseSpecId(first.event);
  const events = readEvents(cursor, bytes, [], (inner, index) => readAgileEvent(inner, index, algorithms));
  return { format: 'crypto-agile', algorithms, events, padding: cursor.remaining };
}

function readEvents(
  cursor: Cursor,
  bytes: Uint8Array,
  events: TcgEvent[],
  read: (cursor: Cursor, index: number) => TcgEvent,
): readonly TcgEvent[] {
  const filledFrom = beginOfFilling(bytes);
  const isPadding = (): boolean => cursor.offset >= filledFrom && cursor.remaining >= MIN_PADDING_BYTES;
  while (cursor.remaining > 0 && !isPadding()) {
    if (events.length === MAX_EVENTS) {
      throw new FormatError('budget_exceeded', `the event log holds more than ${MAX_EVENTS} events`, {
        path: 'eventLog',
        offset: cursor.offset,
      });
    }
    events.push(read(cursor, events.length));
  }
  return events;
}

/** TCG_PCClientPCREvent (section 10.2.1). */
function readLegacyEvent(cursor: Cursor, index: number): TcgEvent {
  const pcrIndex = cursor.u32le('event.pcrIndex');
  const eventType = cursor.u32le('event.eventType');
  const digest = cursor.take(SHA1_BYTES, 'event.digest');
  const event = cursor.sized32le('event.event', MAX_EVENT_BYTES);
  return { index, pcrIndex, eventType, digests: new Map([[SHA1, digest]]), event };
}

/** TCG_PCR_EVENT2 (section 10.2.2): one digest for each algorithm of the header at most, none twice. */
function readAgileEvent(cursor: Cursor, index: number, algorithms: ReadonlyMap<number, number>): TcgEvent {
  const pcrIndex = cursor.u32le('event.pcrIndex');
  const eventType = cursor.u32le('event.eventType');
  const count = cursor.u32le('event.digests.count');
  if (count > algorithms.size) {
    throw cursor.bad('event.digests.count', `at most ${algorithms.size}`, `${count}`);
  }
  const digests = new Map<number, Uint8Array>();
  for (let digest = 0; digest < count; digest++) {
    const id = cursor.u16le('event.digests.hashAlg');
    const size = algorithms.get(id);
    if (size === undefined || digests.has(id)) {
      throw cursor.bad('event.digests.hashAlg', 'each algorithm of the header once', algorithmText(id));
    }
    digests.set(id, cursor.take(size, 'event.digests.digest'));
  }
  return { index, pcrIndex, eventType, digests, event: cursor.sized32le('event.event', MAX_EVENT_BYTES) };
}

/** TCG_EfiSpecIdEvent (section 10.4.5.1). */
function parseSpecId(event: Uint8Array): ReadonlyMap<number, number> {
  const cursor = new Cursor(event, 'specIdEvent');
  cursor.take(SPEC_ID_03.length + SPEC_ID_FIXED_BYTES, 'signature');
  const count = cursor.u32le('numberOfAlgorithms');
  if (count === 0 || count > MAX_ALGORITHMS) {
    throw cursor.bad('numberOfAlgorithms', `1 to ${MAX_ALGORITHMS}`, `${count}`);
  }
  const algorithms = new Map<number, number>();
  for (let index = 0; index < count; index++) {
    const id = cursor.u16le('digestSizes.algorithmId');
    const size = cursor.u16le('digestSizes.digestSize');
    // A header that halves SHA-256 would have every digest behind it read at the wrong place.
    const known = hashAlgorithmById(id)?.digestBytes ?? size;
    if (size !== known || size === 0 || size > MAX_DIGEST_BYTES || algorithms.has(id)) {
      throw cursor.bad(
        'digestSizes',
        'each algorithm once, at its own size',
        `${algorithmText(id)}: ${size}`,
      );
    }
    algorithms.set(id, size);
  }
  cursor.take(cursor.u8('vendorInfoSize'), 'vendorInfo');
  cursor.end();
  return algorithms;
}

/** Fewer octets than these could be what is left of an event of PCR 0 that was cut off. */
const MIN_PADDING_BYTES = 16;

/**
 * From where one octet that begins no event, 00 or FF, is all that follows; the length of the log where nothing does. Looked for once, from
 * behind: asked anew at each event, a log of events that look like padding would cost its length for each.
 */
function beginOfFilling(bytes: Uint8Array): number {
  const filling = bytes.at(-1);
  if (filling !== 0x00 && filling !== 0xff) return bytes.length;
  return bytes.findLastIndex((octet) => octet !== filling) + 1;
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return Buffer.compare(bytes.subarray(0, prefix.length), prefix) === 0;
}
