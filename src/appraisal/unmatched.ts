import type { EventLogStanding } from '../evidence/bundle/event-log.ts';
import type { Reason } from '../protocol/reason.ts';
import { reasonsOf } from './explain.ts';
import { updateAdvice } from './intel/update-advice.ts';
import { type Match, nearest } from './match.ts';
import { isTeeSet } from './match-tee.ts';
import type { TeeState } from './tee-state.ts';

/** Events of the boot log that a reason names: the first of each register tell what happened. */
const MAX_EVENTS = 8;

/** Why a host that matches no set stays below G2, and what its operator can do. */
export function unmatchedReasons(closest: Match | null, tee: TeeState | null, deviceId: string): Reason[] {
  const subject = `device:${deviceId}`;
  if (closest === null) {
    return [
      {
        code: 'host.no-reference-set',
        kind: 'unproven',
        subject,
        sentence: 'No reference set is in force for this host.',
        mend: 'Propose a set of the values that it should measure, and have it approved.',
      },
    ];
  }
  const { set } = closest.reference;
  const fields = [...new Set(closest.differences.map(({ field }) => field))].join(', ');
  const events = closest.differences.flatMap(({ event }) => event?.sentence ?? []).slice(0, MAX_EVENTS);
  return [
    {
      code: 'host.no-matching-reference-set',
      kind: 'unproven',
      subject,
      sentence: `${isTeeSet(set) ? 'The guest' : 'The host'} matches no reference set; the nearest, ${set.name} ${set.version}, differs in ${fields}.${events.map((sentence) => ` ${sentence}`).join('')}`,
      mend: 'Boot an approved image, or have a set for this one approved.',
    },
    ...policyReasons(closest, tee),
  ];
}

/** Why the guest of a host whose TPM matches counts for nothing; no reason where it matches, or no set is of its kind. */
export function unmatchedTee(matches: readonly Match[], tee: TeeState | null, deviceId: string): Reason[] {
  const ofGuests = matches.filter(({ reference, comparable }) => comparable && isTeeSet(reference.set));
  const matched = ofGuests.some(({ differences }) => differences.length === 0);
  return matched || ofGuests.length === 0 ? [] : unmatchedReasons(nearest(ofGuests), tee, deviceId);
}

/** What the nearest set's policy refuses of the TEE, each with its own mend. */
function policyReasons({ outcome }: Match, tee: TeeState | null): Reason[] {
  if (outcome === null) return [];
  const advice = tee === null || tee.kind === 'snp' ? [] : updateAdvice(tee.verdict);
  return reasonsOf(outcome.findings).map((reason) =>
    reason.code === 'intel.policy.tcb-status' && advice.length > 0
      ? { ...reason, mend: sentenceOf(advice) }
      : reason,
  );
}

function sentenceOf(advice: readonly string[]): string {
  const text = advice.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A log that does not fit costs no level but under sets that rest on it. Its reader must not believe it. */
export function eventLogReasons(log: EventLogStanding, deviceId: string): Reason[] {
  return logReasons(log, deviceId, { code: 'host.event-log', name: 'event log' });
}

/** The same of Linux's log of the files that were run. */
export function imaLogReasons(log: EventLogStanding, deviceId: string): Reason[] {
  return logReasons(log, deviceId, { code: 'host.ima-log', name: 'IMA log' });
}

function logReasons(
  log: EventLogStanding,
  deviceId: string,
  { code, name }: { readonly code: string; readonly name: string },
): Reason[] {
  const what = shortcoming(log);
  if (what === null) return [];
  return [
    {
      code: `${code}-${log.status}`,
      kind: 'unproven',
      subject: `device:${deviceId}`,
      sentence: `The ${name} ${what}; the quote stands without it, the log explains nothing.`,
      mend:
        log.status === 'absent'
          ? 'Let the agent read it: run it as root, or give its group access to /sys/kernel/security.'
          : "Have the agent read the log of what it quotes with; a firmware's own faults need its update.",
    },
  ];
}

/** Null where there is nothing to say: a host without a log, of which nobody said why, has none. */
function shortcoming(log: EventLogStanding): string | null {
  switch (log.status) {
    case 'agrees':
      return null;
    case 'absent':
      return log.why === undefined ? null : `could not be had: ${log.why}`;
    case 'differs':
      return `does not replay to ${log.pcrs.join(', ')}`;
    case 'unusable':
      return `is unusable: ${log.why}`;
  }
}
