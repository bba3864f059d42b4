/**
 * The trustworthiness vector of AR4SI (draft-ietf-rats-ar4si, 2.3.4) and its tiers, as EAR carries them.
 *
 * Values run from -128 to 127. A category of which nothing is claimed is absent; a vector has at least one.
 */
export const AR4SI_CATEGORIES = [
  'instance-identity',
  'configuration',
  'executables',
  'file-system',
  'hardware',
  'runtime-opaque',
  'storage-opaque',
  'sourced-data',
] as const;

export type TrustworthinessVector = { readonly [C in (typeof AR4SI_CATEGORIES)[number]]?: number };

export type Tier = 'none' | 'affirming' | 'warning' | 'contraindicated';

/** The values that are used here, by AR4SI, 2.3.2 and 2.3.4. */
export const CLAIM = {
  /** Nothing is claimed: written only where the vector would be empty without it. */
  none: 0,
  /** Recognised and not compromised; genuine; approved; encrypted memory. */
  affirmed: 2,
  /** Executables: only approved ones were loaded while booting; says nothing of what ran afterwards. */
  approvedBoot: 3,
  /** Hardware: genuine, with known weaknesses that are not mended. */
  unsafeHardware: 32,
  /** Executables: some that are not recognised. */
  unrecognised: 33,
  /** Executables: some that are known to be bad. Hardware: genuine once, and now known to be bad. */
  contraindicated: 96,
  /** Any category: the evidence failed cryptographic validation. */
  cryptoFailed: 99,
} as const;

/** The tier of a vector's worst claim (draft-ietf-rats-ear-03, `ear_status`). */
export function statusOf(vector: TrustworthinessVector): Tier {
  const worst = Math.max(CLAIM.none, ...Object.values(vector));
  if (worst >= 96) return 'contraindicated';
  if (worst >= 32) return 'warning';
  return worst >= 2 ? 'affirming' : 'none';
}

/** From the tier that promises most to the one that promises least: of what nothing is known is no better than a host. */
const FALLING: readonly Tier[] = ['affirming', 'none', 'warning', 'contraindicated'];

/** The status of the whole: no better than that of any part, and none where there is no part. */
export function worstStatus(parts: readonly Tier[]): Tier {
  if (parts.length === 0) return 'none';
  return FALLING[Math.max(...parts.map((part) => FALLING.indexOf(part)))] ?? 'contraindicated';
}
