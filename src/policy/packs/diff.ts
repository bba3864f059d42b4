import { canonicalJson } from '../../bytes/canonical-json.ts';
import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { evaluatePack, type PackAnswer } from './evaluate.ts';
import type { LoadedPack } from './loaded.ts';
import type { Rule } from './rules.ts';
import { testInput } from './tests.ts';

export type Change = { readonly where: string; readonly before: JsonValue; readonly after: JsonValue };

export type PackDifference = {
  readonly digests: readonly [string, string];
  /** Members of manifest and data, by path; null where one does not have it. */
  readonly members: readonly Change[];
  /** Rules by id, as written; null where one does not have it. */
  readonly rules: readonly Change[];
  readonly schema: boolean;
  readonly tests: boolean;
  /** Inputs of both packs' tests that the two answer differently. */
  readonly outcomes: readonly Outcome[];
};

type Said = { readonly outcome: PackAnswer['outcome']; readonly codes: readonly string[] };
export type Outcome = { readonly test: string; readonly before: Said; readonly after: Said };

/** What the newer pack changes. Equal outcomes show that no test tells them apart, not that nothing would. */
export function diffPacks(before: LoadedPack, after: LoadedPack): PackDifference {
  const outcomes = [before, after].flatMap((of) =>
    of.pack.tests.tests.map((test) => {
      const input = testInput(of.pack, test);
      const [one, other] = [before, after].map((by) => said(evaluatePack(by, input)));
      return { test: test.name, input: canonicalJson(input), before: one, after: other };
    }),
  );
  const distinct = [...new Map(outcomes.map((outcome) => [outcome.input, outcome])).values()];
  return {
    digests: [before.digest, after.digest],
    members: ['manifest' as const, 'data' as const].flatMap((name) =>
      compare(plain(before.pack[name]), plain(after.pack[name]), name),
    ),
    rules: compare(texts(before.rules), texts(after.rules), ''),
    schema: before.pack.schema !== after.pack.schema,
    tests: canonicalJson(plain(before.pack.tests)) !== canonicalJson(plain(after.pack.tests)),
    outcomes: distinct.flatMap(({ test, before: one, after: other }) =>
      one === undefined || other === undefined || canonicalJson(one) === canonicalJson(other)
        ? []
        : [{ test, before: one, after: other }],
    ),
  };
}

function said({ outcome, reasons }: PackAnswer): { outcome: PackAnswer['outcome']; codes: string[] } {
  return { outcome, codes: [...new Set(reasons.map(({ code }) => code))].sort() };
}

function texts(rules: readonly Rule[]): JsonValue {
  return Object.fromEntries(rules.map(({ id, text }) => [id, text]));
}

function plain(member: object): JsonValue {
  return JSON.parse(JSON.stringify(member));
}

/** Objects are compared member by member; everything else, lists too, as a whole. */
function compare(before: JsonValue | undefined, after: JsonValue | undefined, where: string): Change[] {
  if (!isJsonObject(before) || !isJsonObject(after)) {
    const [one, other] = [before ?? null, after ?? null];
    return canonicalJson(one) === canonicalJson(other) ? [] : [{ where, before: one, after: other }];
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) =>
    compare(before[name], after[name], where === '' ? name : `${where}.${name}`),
  );
}
