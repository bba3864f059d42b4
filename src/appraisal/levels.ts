import type { AppraisedDevice, Missing } from '../protocol/appraisal.ts';
import { type Facts, LEVELS, type Level, type Weakness } from '../protocol/facts.ts';
import { isBoundToHost } from './bound-to-host.ts';

/** One thing that a level asks for beyond the level below it. */
type Demand = Missing & {
  readonly holds: (facts: Facts) => boolean;
  /** By which name a licence may do without it; most it cannot do without. */
  readonly waiver?: Weakness;
};

const DEMANDS: Readonly<Record<Exclude<Level, 'G0'>, readonly Demand[]>> = {
  G1: [
    {
      code: 'device.not-attested',
      sentence: 'The device has not attested itself.',
      mend: "Attest from a host that can ask the device's own hardware.",
      holds: ({ device }) => device === 'attested',
    },
  ],
  G2: [
    {
      code: 'host.no-matching-reference-set',
      sentence: "The host's measured state matches no approved reference set.",
      mend: 'Compare the named differences; boot an approved image, or have a set for this one approved.',
      holds: ({ host }) => host !== 'none',
    },
  ],
  G3: [
    {
      code: 'host.not-sealed',
      sentence: 'Whoever owns the host could carry its keys elsewhere (operator-extractable).',
      mend: 'Run the workload in a confidential guest under a reference set that is marked sealed; a TPM alone reaches G2.',
      holds: ({ host, place }) => host === 'sealed' && place.keyCustody === 'sealed',
    },
    {
      code: 'place.not-proven-inside',
      sentence: 'It is not proven that the host stands inside its authorised area.',
      mend: 'Answer landmarks; ask for more of them near the facility.',
      holds: ({ place }) => place.verdict === 'proven-inside',
    },
    {
      code: 'place.grade-too-low',
      sentence: 'The proof of place has neither grade A nor grade B.',
      mend: 'Answer landmarks that measure with grade A or B.',
      holds: ({ place }) => place.grade === 'A' || place.grade === 'B',
    },
    {
      code: 'place.one-liar-suffices',
      sentence: 'The proof of place would not survive one lying landmark operator (f < 1).',
      mend: 'Have landmarks of more operators near the facility.',
      holds: ({ place }) => place.toleratedLiars !== null && place.toleratedLiars >= 1,
    },
    {
      code: 'device.not-bound-to-host',
      sentence: "The device's report could have been relayed from a machine elsewhere.",
      mend: 'Use TDISP, or a host that can time a nonce through the device.',
      holds: isBoundToHost,
      waiver: 'gpu-binding',
    },
  ],
  G4: [
    {
      code: 'place.not-inside-geofence',
      sentence: "No on-site landmark has proven the host inside the facility's own geofence.",
      mend: 'Operate landmarks on the site.',
      holds: ({ place }) => place.insideGeofence,
    },
    {
      code: 'audit.absent',
      sentence: 'The facility has no dated independent audit.',
      mend: 'Have the facility audited and the audit filed.',
      holds: ({ audit }) => audit.auditedAt !== null,
    },
    {
      code: 'audit.tamper-signal',
      sentence: 'A tamper signal of the facility is open.',
      mend: 'Have the signal examined and closed.',
      holds: ({ audit }) => !audit.tamperSignal,
    },
  ],
};

/** All codes, for documents and tests. */
export const DEMAND_CODES: readonly string[] = Object.values(DEMANDS).flatMap((demands) =>
  demands.map(({ code }) => code),
);

export type Assessment = Pick<AppraisedDevice, 'level' | 'label' | 'next'>;

/**
 * The guarantee level of a device: the highest whose demands, and those of every level below it, all hold. Computed from
 * facts alone; nothing can assert it.
 */
export function assess(facts: Facts): Assessment {
  let level: Level = 'G0';
  for (const candidate of LEVELS) {
    if (candidate === 'G0') continue;
    const missing = DEMANDS[candidate].filter(({ holds }) => !holds(facts));
    if (missing.length > 0) {
      const named = missing.map(({ code, sentence, mend }) => ({ code, sentence, mend }));
      return { level, label: label(level, facts), next: { level: candidate, missing: named } };
    }
    level = candidate;
  }
  return { level, label: label(level, facts), next: null };
}

/** G2 is shown with what attests the host: a TPM and a TEE do not promise the same. */
function label(level: Level, { host }: Facts): string {
  if (level !== 'G2') return level;
  return host === 'tpm' ? 'G2-tpm' : 'G2-tee';
}

/** Whether `level` is at least `minimum`; an unknown name of either is not. */
export function reaches(level: Level, minimum: Level): boolean {
  const [have, need] = [LEVELS.indexOf(level), LEVELS.indexOf(minimum)];
  return need >= 0 && have >= need;
}

/** A demand that facts do not meet, and the name by which a licence may do without it; null where it may not. */
export type Unmet = Missing & { readonly waiver: Weakness | null };

/** Every demand of a level, and of those below it, that facts do not meet. An unknown level names none: ask {@link reaches}. */
export function unmetDemands(facts: Facts, minimum: Level): Unmet[] {
  const needed = LEVELS.slice(0, LEVELS.indexOf(minimum) + 1);
  return needed.flatMap((name) =>
    name === 'G0'
      ? []
      : DEMANDS[name]
          .filter(({ holds }) => !holds(facts))
          .map(({ code, sentence, mend, waiver = null }) => ({ code, sentence, mend, waiver })),
  );
}
