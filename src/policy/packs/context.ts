import type { JsonValue } from '../../bytes/json.ts';
import type { PackData } from './data.ts';
import type { PackInput } from './input.ts';
import { tierSharesOf } from './tier-shares.ts';

/** What the rules of a pack read, before it is cut down to what its schema names. */
export type PackContext = {
  readonly context: { readonly [name: string]: JsonValue };
  /** Models that are asked for and stand in no table: nothing was counted then, so that whatever counts denies. */
  readonly unknownChips: readonly string[];
};

/**
 * Input and data as one record. `chips` becomes sums, counted here and never taken from who asks: `quantity`, `totalTpp`,
 * `largestTpp` and, where the pack knows it of every model, `largestDramBandwidthGBs`. A sum that no double holds exactly
 * is left out. `ledger.groupTpp` becomes `tier1SharePercent` and `largestTier2SharePercent`, by the pack's `countries.tier1`.
 */
export function contextOf(
  input: PackInput,
  { chips: table, countries, lists, limits }: PackData,
): PackContext {
  const { action: _, chips, ledger, ...rest } = input;
  const told = { ...rest, ledger: ledger && sharesIn(ledger, countries['tier1']) };
  const known = Object.entries(told).filter(([, value]) => value !== undefined);
  const models = new Map(Object.entries(table));
  const unknownChips = [...new Set(chips?.map(({ model }) => model))].filter((model) => !models.has(model));
  const sums =
    chips === undefined || unknownChips.length > 0 ? [] : [['chips', count(chips, models)] as const];
  const data = { countries, lists, limits };
  return { context: Object.fromEntries([...known, ...sums, ['data', data]]), unknownChips };
}

function sharesIn(
  { groupTpp, ...sums }: NonNullable<PackInput['ledger']>,
  tier1: readonly string[] | undefined,
): { readonly [name: string]: JsonValue } {
  const shares = groupTpp === undefined || tier1 === undefined ? null : tierSharesOf(groupTpp, tier1);
  return { ...(sums as { readonly [name: string]: number }), ...shares }; // zod leaves no undefined among them
}

type Chip = PackData['chips'][string];

function count(chips: NonNullable<PackInput['chips']>, models: ReadonlyMap<string, Chip>): JsonValue {
  const lines = chips.map(({ model, quantity }) => ({ quantity, chip: models.get(model) }));
  const largest = (of: (chip: Chip) => number | undefined): number =>
    Math.max(...lines.map(({ chip }) => (chip && of(chip)) ?? Number.NaN));
  const sums = {
    quantity: lines.reduce((sum, { quantity }) => sum + quantity, 0),
    totalTpp: lines.reduce((sum, { quantity, chip }) => sum + quantity * (chip?.tpp ?? Number.NaN), 0),
    largestTpp: largest(({ tpp }) => tpp),
    largestDramBandwidthGBs: largest(({ dramBandwidthGBs }) => dramBandwidthGBs),
  };
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => Number.isSafeInteger(sum)));
}
