import type { Reason } from '../protocol/reason.ts';
import { decideDevice, USABLE } from './device.ts';
import type { DeviceState, FacilityState, Latch, LatchIndex, LicenceState, PartyState } from './inputs.ts';
import {
  beganAt,
  countsAgainstLicence,
  type Endings,
  MAX_MISSING_PERCENT,
  type VerifierOutage,
} from './lifecycle-reasons.ts';
import type { PacksOfFleet } from './packs/fleet.ts';
import { type Deny, denyReason } from './reasons.ts';
import { withinGrace } from './register/screening.ts';
import { byId, bySubject, decideStanding } from './standing.ts';

/** A licence and its fleet as one snapshot has them, and what was known of the licence before. */
export type LifecycleInput = {
  readonly licence: LicenceState;
  readonly devices: readonly DeviceState[];
  readonly facilities: readonly FacilityState[];
  readonly parties: readonly PartyState[];
  readonly latches: readonly Latch[];
  /** Devices that were ever seen proven under it: one that never was is not yet part of its fleet. */
  readonly provenBefore: ReadonlySet<string>;
  /** Since when each code failed without a break, as of the last look. */
  readonly failing: Readonly<Record<string, Date>>;
  /** What failed before a person reinstated it is forgiven. */
  readonly reinstatedAt: Date | null;
  /** When the verifier could not be reached by anybody, and until when its hosts had time to attest again. */
  readonly outage: VerifierOutage | null;
  /** What the licence's rule packs say of its hosts; null where none has to be asked. */
  readonly packs: PacksOfFleet | null;
  readonly at: Date;
};

export type Cause = Pick<Reason, 'code' | 'subject' | 'sentence'>;

/** How a licence stands with its fleet. */
export type Lifecycle = {
  /** waiting: its first day is to come. ended: its last day is over. */
  readonly state: 'waiting' | 'holds' | 'failing' | 'ended';
  readonly failing: Readonly<Record<string, Date>>;
  /** What fails now, once for each code and subject. */
  readonly reasons: readonly Reason[];
  /** When it is to be suspended if nothing is proven or mended until then; null where nothing that it rests on ends before it does. */
  readonly suspendsAt: Date | null;
  /** What ends, or has ended, so that it is. */
  readonly cause: Cause | null;
  /** When this may become another answer by itself; null for never. */
  readonly nextLook: Date | null;
};

/**
 * When do the conditions of a licence stop holding, and when is it to be suspended for that?
 *
 * A condition fails for as long as its code is found without a break; what ends by itself (evidence, screening, authorisations)
 * fails from its end on, whenever anybody looks. Grace is counted from there. It lengthens nothing else: the gate denies, and
 * grants end, from the first moment. Devices that are out of service, or never were proven under this licence, do not count
 * against it, only for themselves; and nothing counts that the verifier could not find out. A new list of those who may not be served
 * counts from the end of its own grace. What only a rule pack denies counts as what the gate does.
 */
export function judgeLifecycle(input: LifecycleInput): Lifecycle {
  const { conditions } = input.licence;
  const [from, until] = [new Date(conditions.validFrom), new Date(conditions.validUntil)];
  const nothing = { failing: {}, reasons: [], suspendsAt: null, cause: null };
  if (!(input.at < until)) return { ...nothing, state: 'ended', nextLook: null };
  if (input.at < from) return { ...nothing, state: 'waiting', nextLook: from };
  const fleet = new Fleet(input);
  const { reasons, ends } = fleet.lookAt(input.at);
  const graceMs = (conditions.graceSeconds ?? 0) * 1000;
  // What ends after the licence does ends nothing.
  const times = new Set(ends.flatMap((end) => (end > input.at && end <= until ? [end.getTime()] : [])));
  const [next = until.getTime(), ...later] = [...times].sort((a, b) => a - b);
  if (reasons.length > 0) return failingSince(input, fleet, reasons, { graceMs, next: new Date(next) });
  // Where nothing is found to fail at an end, another look then knows more; meanwhile the next end is named that does.
  let holding = input.at;
  for (const ms of [next, ...later.slice(0, MOST_ENDS)]) {
    const end = input.packs?.endOf(holding, new Date(ms)) ?? new Date(ms);
    const [cause] = fleet.lookAt(end).reasons;
    holding = new Date(ms);
    if (cause === undefined) continue;
    const suspendsAt = new Date(end.getTime() + graceMs);
    const nextLook = new Date(Math.min(next, end.getTime()));
    return { ...nothing, state: 'holds', suspendsAt, cause: shortly(cause), nextLook };
  }
  return { ...nothing, state: 'holds', nextLook: new Date(next) };
}

/** So many ends are tried at most: each looks at the whole fleet. */
const MOST_ENDS = 10;

function failingSince(
  input: LifecycleInput,
  fleet: Fleet,
  reasons: readonly Reason[],
  { graceMs, next }: { readonly graceMs: number; readonly next: Date },
): Lifecycle {
  const failing: Record<string, Date> = {};
  let first: { readonly since: Date; readonly reason: Reason } | undefined;
  for (const reason of reasons) {
    const since = latest([
      beganAt(reason, fleet.endings) ?? input.failing[reason.code] ?? noticedAt(reason, input),
      input.reinstatedAt,
    ]);
    const known = failing[reason.code];
    if (known === undefined || since < known) failing[reason.code] = since;
    if (first === undefined || since < first.since) first = { since, reason };
  }
  const suspendsAt = first === undefined ? null : new Date(first.since.getTime() + graceMs);
  const cause = first === undefined ? null : shortly(first.reason);
  // What is excused for a while may be overtaken by what is not.
  const nextLook = suspendsAt === null || next < suspendsAt ? next : suspendsAt;
  return { state: 'failing', failing, reasons, suspendsAt, cause, nextLook };
}

/** Rule packs mind ages that grew while the verifier was gone: hosts have their turn first. */
function noticedAt({ subject }: Reason, { at, outage }: LifecycleInput): Date {
  const isOfPack = subject?.startsWith('rule-pack:') === true;
  return isOfPack && outage !== null && at >= outage.from && at < outage.until ? outage.until : at;
}

/** Devices that are in service, and are or were proven under the licence. */
export function countingOf(
  devices: readonly DeviceState[],
  provenBefore: ReadonlySet<string>,
): readonly DeviceState[] {
  return devices.filter(
    ({ id, lifecycle, evidence }) =>
      USABLE.has(lifecycle) && (evidence?.outcome === 'accepted' || provenBefore.has(id)),
  );
}

/** What counts of a licence at an instant, by what is known now. */
class Fleet {
  readonly #input: LifecycleInput;
  readonly #counting: readonly DeviceState[];
  readonly #latches: LatchIndex;
  readonly endings: Endings;

  constructor(input: LifecycleInput) {
    const { devices, provenBefore } = input;
    this.#input = input;
    this.endings = {
      devices: byId(devices),
      facilities: byId(input.facilities),
      parties: byId(input.parties),
      evidenceMaxAgeSeconds: input.licence.conditions.evidenceMaxAgeSeconds,
      outage: input.outage,
    };
    this.#latches = bySubject(input.latches);
    this.#counting = countingOf(devices, provenBefore);
  }

  lookAt(at: Date): { readonly reasons: readonly Reason[]; readonly ends: readonly Date[] } {
    const { licence, devices } = this.#input;
    const { conditions } = licence;
    const { facilities } = this.endings;
    const parties = byId([...this.endings.parties.values()].map((party) => withinGrace(party, at)));
    const found = new Map<string, Reason>();
    const ends: Date[] = [];
    const keep = (reason: Reason): void => {
      if (countsAgainstLicence(reason)) found.set(`${reason.code} ${reason.subject}`, reason);
    };
    const deny: Deny = (code, subject, sentence) => keep(denyReason(code, subject, sentence));
    decideStanding({ licence, parties, latches: this.#latches, purpose: null, at }, deny, ends);
    for (const device of this.#counting) {
      const { id } = device;
      const shared = { conditions, facilities, latches: this.#latches, at };
      const answer = decideDevice({ id, device, ...shared });
      for (const reason of answer.reasons) keep(reason);
      ends.push(...answer.ends);
    }
    const missing = devices.filter(({ lifecycle }) => lifecycle === 'missing').length;
    if (missing * 100 > conditions.devices.length * MAX_MISSING_PERCENT) {
      keep(tooManyMissing(licence.id, missing));
    }
    for (const reason of this.#input.packs?.reasonsAt(at) ?? []) keep(reason);
    return { reasons: [...found.values()], ends };
  }
}

function tooManyMissing(id: string, missing: number): Reason {
  return {
    code: 'licence.devices-missing',
    kind: 'violated',
    subject: `licence:${id}`,
    sentence: `${missing} of the licence's devices are missing, more than ${MAX_MISSING_PERCENT} % of them.`,
    mend: 'Show the devices again, or account for them.',
  };
}

function shortly({ code, subject, sentence }: Reason): Cause {
  return { code, subject, sentence };
}

function latest(dates: readonly (Date | null)[]): Date {
  return new Date(Math.max(...dates.flatMap((date) => (date === null ? [] : [date.getTime()]))));
}
