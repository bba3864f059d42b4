import type { PcrBanks } from '../evidence/tpm/pcrs.ts';
import type { Difference } from '../protocol/appraisal.ts';
import type { ImaState } from './boot/ima-state.ts';
import { compareBoot } from './boot/match-boot.ts';
import { compareIma } from './boot/match-ima.ts';
import type { BootState } from './boot/state.ts';
import { compareRegisters, type Denied, hiddenRegisters, type ShownRegisters } from './match-registers.ts';
import { compareTee, deniedValues, isTeeSet, type TeeComparison, type TeeRules } from './match-tee.ts';
import type { PolicyOutcome } from './policy-findings.ts';
import type { ApprovedReferenceSet, OfflineReferenceSet } from './reference-set.ts';
import type { TeeState } from './tee-state.ts';

/** What verified evidence shows of a host's state; null where it shows no such thing. */
export type MeasuredState = {
  readonly tpm: TpmState | null;
  readonly tee: TeeState | null;
  /** PCRs of a virtual TPM whose key `tee` vouches for. */
  readonly vtpm: { readonly pcrs: PcrBanks } | null;
};

/** What a TPM signed of its host's state. */
export type TpmState = {
  readonly pcrs: PcrBanks;
  /** 0 where the quote does not prove it. */
  readonly firmwareVersion: bigint;
  /** What its boot log shows, as far as it replays to these PCRs; none unless given. */
  readonly boot?: BootState | null;
  /** The files that its kernel measured, likewise. */
  readonly ima?: ImaState | null;
};

/** How a host compares with one set. It matches only if nothing differs. */
export type Match = {
  readonly reference: ApprovedReferenceSet;
  readonly differences: readonly Difference[];
  /** Fields that hold a value which the set declares bad. */
  readonly denied: readonly Denied[];
  /** Whether the evidence is of the set's kind at all. */
  readonly comparable: boolean;
  /** How the set's policy judges the TEE; null for sets of TPMs, and where the host shows no such TEE. */
  readonly outcome: PolicyOutcome | null;
};

/** By what a comparison is made besides the sets. */
export type MatchContext = {
  /** Where the host is enrolled; null where that is unknown, and then no set of particular facilities fits. */
  readonly facilityId: string | null;
  /** Grace for platforms that are out of date is counted to here. */
  readonly at: Date;
  /** Demands on TEEs under those of each set; the defaults unless given. */
  readonly teeRules?: TeeRules;
};

/**
 * Compares what verified evidence shows with every set in force.
 *
 * A host chooses what it shows. Where any set denies values of a field, a host that leaves the field out matches no set
 * that it could have shown it for: else whoever shows a denied value would only have to stop showing it.
 */
export function matchReferenceSets(
  measured: MeasuredState,
  references: readonly ApprovedReferenceSet[],
  context: MatchContext,
): Match[] {
  const sets = references.map(({ set }) => set);
  const hidden = [...hiddenRegisters(shownRegisters(measured), sets), ...hiddenFields(measured.tee, sets)];
  return references.map((reference) => {
    const match = elsewhere(matchReferenceSet(measured, reference, context), context.facilityId);
    const more = hidden.filter(
      ({ field, concerns }) =>
        match.comparable &&
        concerns(reference.set) &&
        match.differences.every((difference) => difference.field !== field),
    );
    if (more.length === 0) return match;
    const withheld = more.map(({ field }) => ({ field, expected: [NOT_DENIED], actual: null }));
    return { ...match, differences: [...match.differences, ...withheld] };
  });
}

/** A set of particular facilities fits no host of another; what it denies still counts. */
function elsewhere(match: Match, facilityId: string | null): Match {
  const { facilities } = match.reference.set;
  if (facilities === undefined || (facilityId !== null && facilities.includes(facilityId))) return match;
  const expected = facilities.length === 0 ? ['none: the set only declares values bad'] : [...facilities];
  const difference = { field: 'facility', expected, actual: facilityId };
  return { ...match, differences: [...match.differences, difference] };
}

const NOT_DENIED = 'any value that is not denied';

/** Fields of a TEE of which some set denies values and which the evidence does not carry, as MRSERVICETD in TD 1.0. */
function hiddenFields(tee: TeeState | null, sets: readonly OfflineReferenceSet[]) {
  if (tee === null) return [];
  const names = sets.flatMap((set) =>
    isTeeSet(set) && set.kind === tee.kind ? deniedValues(set).map(([name]) => name) : [],
  );
  return [...new Set(names)]
    .filter((name) => (tee.measured[name] ?? null) === null)
    .map((name) => ({
      field: `${tee.kind}.${name}`,
      concerns: (set: OfflineReferenceSet): boolean => set.kind === tee.kind,
    }));
}

const NO_BANKS: PcrBanks = new Map();

function shownRegisters({ tpm, vtpm }: MeasuredState): ShownRegisters {
  return { pcr: tpm?.pcrs ?? NO_BANKS, 'vtpm.pcr': vtpm?.pcrs ?? NO_BANKS };
}

const NO_TEE: TeeComparison = { differences: [], denied: [], outcome: null };

/** Compares a host with one reference set, alone: use {@link matchReferenceSets} to judge by. */
export function matchReferenceSet(
  measured: MeasuredState,
  reference: ApprovedReferenceSet,
  { at, teeRules = {} }: MatchContext,
): Match {
  const { set } = reference;
  const tee = isTeeSet(set) ? compareTee(measured.tee, set, teeRules, at) : NO_TEE;
  const registers = compareRegisters(shownRegisters(measured), set);
  return {
    reference,
    differences: [
      ...tee.differences,
      ...registers.differences,
      ...firmwareDifference(measured.tpm, set),
      ...bootDifferences(measured.tpm, reference),
    ],
    denied: [...tee.denied, ...registers.denied],
    comparable: isTeeSet(set) ? tee.outcome !== null : measured.tpm !== null,
    outcome: tee.outcome,
  };
}

function firmwareDifference(tpm: TpmState | null, set: OfflineReferenceSet): Difference[] {
  const minimum = set.kind === 'tpm-pcrs' ? set.minimumFirmwareVersion : undefined;
  const version = tpm?.firmwareVersion ?? 0n;
  if (minimum === undefined || version >= BigInt(`0x${minimum}`)) return [];
  const actual = version === 0n ? null : version.toString(16).padStart(16, '0');
  return [{ field: 'firmwareVersion', expected: [`at least ${minimum}`], actual }];
}

/** What a log must show besides, where a set asks for it. */
function bootDifferences(tpm: TpmState | null, { set, digest }: ApprovedReferenceSet): Difference[] {
  if (set.kind !== 'tpm-pcrs') return [];
  const { bank, boot, ima } = set;
  const quoted = new Set(tpm?.pcrs.get(bank)?.keys());
  return [
    ...(boot === undefined ? [] : compareBoot(tpm?.boot ?? null, boot, { bank, quoted })),
    ...(ima === undefined ? [] : compareIma(tpm?.ima ?? null, ima, digest)),
  ];
}

/** Of the sets that the evidence is comparable with, if any, the one that differs least, the first of equals. */
export function nearest(matches: readonly Match[]): Match | null {
  const comparable = matches.filter((match) => match.comparable);
  const candidates = comparable.length > 0 ? comparable : matches;
  return candidates.reduce<Match | null>(
    (best, match) => (best === null || match.differences.length < best.differences.length ? match : best),
    null,
  );
}
