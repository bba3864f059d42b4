import { toHex } from '../bytes/text.ts';
import type { PcrBanks } from '../evidence/tpm/pcrs.ts';
import type { Difference } from '../protocol/appraisal.ts';
import type { ApprovedReferenceSet, ReferenceSet } from './reference-set.ts';

/** What a TPM signed of its host's state. */
export type MeasuredState = {
  readonly pcrs: PcrBanks;
  /** 0 where the quote does not prove it. */
  readonly firmwareVersion: bigint;
};

/** How a host compares with one set. It matches only if nothing differs. */
export type Match = {
  readonly reference: ApprovedReferenceSet;
  readonly differences: readonly Difference[];
  /** Registers that hold a value which the set declares bad. */
  readonly denied: readonly { readonly field: string; readonly value: string }[];
};

/**
 * Compares the state that a TPM signed with every set in force.
 *
 * A host chooses what it quotes. Where any set denies values of a register, a host that leaves the register out of the
 * same bank matches no set of that bank: else whoever shows a denied value would only have to stop showing it.
 *
 * @param facilityId where the host is enrolled; null where that is unknown, and then no set of particular facilities fits
 */
export function matchReferenceSets(
  measured: MeasuredState,
  references: readonly ApprovedReferenceSet[],
  facilityId: string | null,
): Match[] {
  const hidden = hiddenRegisters(measured, references);
  return references.map((reference) => {
    const match = elsewhere(matchReferenceSet(measured, reference), facilityId);
    const more = hidden.filter(
      ({ bank, field }) =>
        bank === reference.set.bank && match.differences.every((difference) => difference.field !== field),
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
  const difference = { field: 'facility', expected: [...facilities], actual: facilityId };
  return { ...match, differences: [...match.differences, difference] };
}

const NOT_DENIED = 'any value that is not denied';

/** Registers of which some set denies values and of which the TPM signed none, each once. */
function hiddenRegisters(
  { pcrs }: MeasuredState,
  references: readonly ApprovedReferenceSet[],
): readonly { readonly bank: string; readonly field: string }[] {
  const hidden = new Map<string, string>();
  for (const { set } of references) {
    for (const index of Object.keys(set.denied ?? {})) {
      if (pcrs.get(set.bank)?.has(Number(index)) !== true) hidden.set(`pcr.${set.bank}.${index}`, set.bank);
    }
  }
  return [...hidden].map(([field, bank]) => ({ bank, field }));
}

/**
 * Compares the state that a TPM signed with one reference set, alone: use {@link matchReferenceSets} to judge by.
 * A register that the set names and the quote does not
 * cover differs: a host cannot match by quoting less.
 */
export function matchReferenceSet(measured: MeasuredState, reference: ApprovedReferenceSet): Match {
  const { set } = reference;
  const values = measured.pcrs.get(set.bank);
  const shown = (index: string): string | null => {
    const value = values?.get(Number(index));
    return value === undefined ? null : toHex(value);
  };
  const fieldOf = (index: string): string => `pcr.${set.bank}.${index}`;

  const differences: Difference[] = [];
  for (const [index, expected] of Object.entries(set.pcrs)) {
    const actual = shown(index);
    if (actual !== null && expected.includes(actual)) continue;
    differences.push({ field: fieldOf(index), expected: [...expected], actual });
  }
  differences.push(...firmwareDifference(measured, set));

  const denied = Object.entries(set.denied ?? {}).flatMap(([index, bad]) => {
    const value = shown(index);
    return value !== null && bad.includes(value) ? [{ field: fieldOf(index), value }] : [];
  });
  return { reference, differences, denied };
}

function firmwareDifference(measured: MeasuredState, set: ReferenceSet): Difference[] {
  const minimum = set.minimumFirmwareVersion;
  if (minimum === undefined || measured.firmwareVersion >= BigInt(`0x${minimum}`)) return [];
  const version = measured.firmwareVersion;
  const actual = version === 0n ? null : version.toString(16).padStart(16, '0');
  return [{ field: 'firmwareVersion', expected: [`at least ${minimum}`], actual }];
}

/** The comparison with the fewest differences, the first of equals; null without any set. */
export function nearest(matches: readonly Match[]): Match | null {
  return matches.reduce<Match | null>(
    (best, match) => (best === null || match.differences.length < best.differences.length ? match : best),
    null,
  );
}
