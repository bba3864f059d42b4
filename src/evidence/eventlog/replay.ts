import { hash as digest } from 'node:crypto';
import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { type HashAlgorithm, type HashName, hashAlgorithmByName } from '../tpm/algorithms.ts';
import { EV_NO_ACTION } from './event-types.ts';
import type { EventLog, TcgEvent } from './parse.ts';

/**
 * Replays a log in one bank (TCG PC Client Platform Firmware Profile, 10.1): each PCR begins at zero, PCR 0 at the
 * startup locality, and every event but EV_NO_ACTION extends its PCR with the digest that it states.
 */
export type Replay = {
  readonly bank: HashName;
  /** The PCRs that some event extended, and their final values. */
  readonly pcrs: ReadonlyMap<number, Uint8Array>;
};

/**
 * PCRs that only a reset of the platform clears. From 16 on, software at run time may reset them (PC Client Platform
 * TPM Profile, table 6), and no log of the firmware says when it did.
 */
export const LAST_STATIC_PCR = 15;

/** "StartupLocality" and its zero (section 10.4.5.3), then the locality. */
const STARTUP_LOCALITY = Buffer.from('StartupLocality\0', 'latin1');

/** 0: nothing ran before the firmware; 3: it was started by one that did; 4: an H-CRTM measured first. */
const LOCALITIES: ReadonlySet<number> = new Set([0, 3, 4]);

/**
 * @throws FormatError `unsupported` where the log has no such bank; `bad_value` where an event lacks its digest, names
 * no PCR, or where the startup locality is stated twice, too late, or is none
 * @remarks Proves nothing: compare the values with a verified quote's before anything in the log is believed.
 */
export function replayEventLog(log: EventLog, bank: HashName): Replay {
  const hash = hashAlgorithmByName(bank);
  if (hash === undefined || !log.algorithms.has(hash.id)) {
    throw new FormatError('unsupported', `the event log has no ${bank} digests`, {
      path: 'eventLog.algorithms',
      expected: bank,
    });
  }
  const pairs = new Map<number, Buffer>();
  let locality: number | null = null;
  for (const event of log.events) {
    if (event.eventType !== EV_NO_ACTION) {
      extend(pairs, event, hash, locality ?? 0);
      continue;
    }
    const stated = startupLocality(event);
    if (stated === null) continue;
    // Once, and before PCR 0 is first extended: afterwards it would rewrite what already happened.
    if (locality !== null || pairs.has(0)) throw bad(event, 'one startup locality, before PCR 0', 'another');
    locality = stated;
  }
  const values = [...pairs].map(
    ([pcr, pair]) => [pcr, new Uint8Array(pair.subarray(0, hash.digestBytes))] as const,
  );
  return { bank, pcrs: new Map(values) };
}

/** What firmware measures into PCR 5 as it hands over (profile, 3.3.4.6), in the ways that it goes. */
const HANDOVERS: readonly (readonly string[])[] = [
  ['Invocation', 'Returned with Success'],
  ['Invocation', 'Returned with Failure'],
  ['Invocation', 'Returned with Failure', 'Returned with Success'],
  ['Invocation', 'Returned with Failure', 'Invocation', 'Returned with Success'],
];
const HANDOVER_PCR = 5;

/**
 * A log that the boot loader took before it left the firmware lacks the events of leaving, as Windows's does. Answers what
 * they were where they lead from the replay to `quoted`: the quote then proves that just these were measured.
 */
export function leavesAsQuoted({ bank, pcrs }: Replay, pcr: number, quoted: Uint8Array): string | null {
  if (pcr !== HANDOVER_PCR) return null;
  const start = pcrs.get(pcr);
  if (start === undefined) return null;
  const found = HANDOVERS.find((steps) => {
    const value = steps.reduce<Uint8Array>((before, step) => {
      const measured = digest(bank, `Exit Boot Services ${step}`, 'buffer');
      return digest(bank, Buffer.concat([before, measured]), 'buffer');
    }, start);
    return equalBytes(value, quoted);
  });
  return found === undefined ? null : `Exit Boot Services ${found.join(', ')}`;
}

/** A register, and behind it room for what extends it: both are hashed together, over and over. */
function extend(pairs: Map<number, Buffer>, event: TcgEvent, hash: HashAlgorithm, locality: number): void {
  const { pcrIndex } = event;
  const measured = event.digests.get(hash.id);
  if (measured === undefined) throw bad(event, `a ${hash.name} digest`, 'none');
  if (pcrIndex > 23) throw bad(event, 'PCR 0 to 23', `${pcrIndex}`);
  if (pcrIndex > LAST_STATIC_PCR) return;
  let pair = pairs.get(pcrIndex);
  if (pair === undefined) {
    pair = Buffer.alloc(2 * hash.digestBytes);
    pair.set(initialValue(pcrIndex, hash, locality));
    pairs.set(pcrIndex, pair);
  }
  pair.set(measured, hash.digestBytes);
  pair.set(digest(hash.name, pair, 'buffer'));
}

/** TPM2_Startup sets PCR 0 to the locality it came from (TPM 2.0 Part 1, 17.2, and Part 3, 9.3). */
function initialValue(pcr: number, hash: HashAlgorithm, locality: number): Uint8Array {
  const value = new Uint8Array(hash.digestBytes);
  if (pcr === 0) value[value.length - 1] = locality;
  return value;
}

function startupLocality(event: TcgEvent): number | null {
  const { event: data } = event;
  const isLocality = Buffer.compare(data.subarray(0, STARTUP_LOCALITY.length), STARTUP_LOCALITY) === 0;
  if (!isLocality) return null;
  const locality = data[STARTUP_LOCALITY.length];
  if (data.length !== STARTUP_LOCALITY.length + 1 || locality === undefined || !LOCALITIES.has(locality)) {
    throw bad(event, 'locality 0, 3 or 4', `${locality}`);
  }
  return locality;
}

function bad(event: TcgEvent, expected: string, actual: string): FormatError {
  const path = `eventLog.events[${event.index}]`;
  return new FormatError('bad_value', `${path} has ${actual}, not ${expected}`, { path, expected, actual });
}
