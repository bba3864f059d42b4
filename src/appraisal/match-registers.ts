import { toHex } from '../bytes/text.ts';
import type { PcrBanks } from '../evidence/tpm/pcrs.ts';
import type { Difference } from '../protocol/appraisal.ts';
import type { Registers } from './reference/registers.ts';
import type { OfflineReferenceSet } from './reference-set.ts';

/** A value that some set declares bad. */
export type Denied = { readonly field: string; readonly value: string };

/** Registers of the host's own TPM and of a guest's virtual one are never taken for each other. */
type Source = 'pcr' | 'vtpm.pcr';

/** The registers that a set names, and whose they are; null where it names none. */
export function registersOf(
  set: OfflineReferenceSet,
): { readonly source: Source; readonly registers: Registers } | null {
  switch (set.kind) {
    case 'tpm-pcrs':
      return { source: 'pcr', registers: set };
    case 'tdx':
    case 'snp':
      return set.vtpm === undefined ? null : { source: 'vtpm.pcr', registers: set.vtpm };
    case 'sgx':
      return null;
  }
}

/** What the evidence shows of registers, by source. */
export type ShownRegisters = { readonly [source in Source]: PcrBanks };

/** A register that the set names and the quote does not cover differs: a host cannot match by quoting less. */
export function compareRegisters(
  shown: ShownRegisters,
  set: OfflineReferenceSet,
): { readonly differences: readonly Difference[]; readonly denied: readonly Denied[] } {
  const named = registersOf(set);
  if (named === null) return { differences: [], denied: [] };
  const { source, registers } = named;
  const values = shown[source].get(registers.bank);
  const shownValue = (index: string): string | null => {
    const value = values?.get(Number(index));
    return value === undefined ? null : toHex(value);
  };
  const fieldOf = (index: string): string => `${source}.${registers.bank}.${index}`;

  const differences = Object.entries(registers.pcrs).flatMap(([index, expected]): Difference[] => {
    const actual = shownValue(index);
    return actual !== null && expected.includes(actual)
      ? []
      : [{ field: fieldOf(index), expected: [...expected], actual }];
  });
  const denied = Object.entries(registers.denied ?? {}).flatMap(([index, bad]): Denied[] => {
    const value = shownValue(index);
    return value !== null && bad.includes(value) ? [{ field: fieldOf(index), value }] : [];
  });
  return { differences, denied };
}

/**
 * Registers of which some set denies values and of which the quote shows none, each once, with the sets that this concerns:
 * those of the same bank of the same TPM.
 */
export function hiddenRegisters(
  shown: ShownRegisters,
  sets: readonly OfflineReferenceSet[],
): readonly { readonly field: string; readonly concerns: (set: OfflineReferenceSet) => boolean }[] {
  const hidden = new Map<string, (set: OfflineReferenceSet) => boolean>();
  for (const named of sets.map(registersOf)) {
    if (named === null) continue;
    const { source, registers } = named;
    const concerns = (set: OfflineReferenceSet): boolean => {
      const its = registersOf(set);
      return its !== null && its.source === source && its.registers.bank === registers.bank;
    };
    for (const index of Object.keys(registers.denied ?? {})) {
      const isShown = shown[source].get(registers.bank)?.has(Number(index)) === true;
      if (!isShown) hidden.set(`${source}.${registers.bank}.${index}`, concerns);
    }
  }
  return [...hidden].map(([field, concerns]) => ({ field, concerns }));
}
