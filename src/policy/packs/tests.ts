import type { JsonValue } from '../../bytes/json.ts';
import { isJsonObject } from '../../bytes/json.ts';
import type { PackTest, RulePack } from './document.ts';
import { evaluatePack, type PackAnswer } from './evaluate.ts';
import type { PackFinding } from './findings.ts';
import type { LoadedPack } from './loaded.ts';

export type TestResult = {
  readonly test: PackTest;
  readonly answer: PackAnswer;
  readonly codes: readonly string[];
  readonly passed: boolean;
};

export function runTests(loaded: LoadedPack): readonly TestResult[] {
  return loaded.pack.tests.tests.map((test) => {
    const answer = evaluatePack(loaded, testInput(loaded.pack, test));
    const codes = [...new Set(answer.reasons.map(({ code }) => code))].sort();
    const expected = [...new Set(test.codes)].sort();
    return {
      test,
      answer,
      codes,
      passed: answer.outcome === test.outcome && String(codes) === String(expected),
    };
  });
}

export type Coverage = {
  readonly id: string;
  /** Tests in which the rule applies, and in which it was asked and does not. */
  readonly applies: number;
  readonly appliesNot: number;
};

/** What the tests say of each rule. A rule that no test decides both ways could as well be another. */
export function coverageOf({ rules }: LoadedPack, results: readonly TestResult[]): readonly Coverage[] {
  return rules.map(({ id }) => {
    const asked = results.flatMap(({ answer }) => answer.rules.filter((rule) => rule.id === id));
    const applies = asked.filter((rule) => rule.applies).length;
    return { id, applies, appliesNot: asked.length - applies };
  });
}

export function judgeTests(loaded: LoadedPack, results: readonly TestResult[]): readonly PackFinding[] {
  const failed = results
    .filter(({ passed }) => !passed)
    .map(({ test: { name, outcome, codes: expected }, answer, codes }): PackFinding => {
      const message = `expected ${inWords(outcome, expected)}, got ${inWords(answer.outcome, codes)}`;
      return { code: 'pack.test-failed', where: name, message };
    });
  const untested = coverageOf(loaded, results)
    .filter(({ applies, appliesNot }) => applies === 0 || appliesNot === 0)
    .map(({ id, applies }): PackFinding => {
      return {
        code: 'pack.untested',
        where: id,
        message: `no test in which it ${applies === 0 ? 'applies' : 'does not apply'}`,
      };
    });
  return [...failed, ...untested];
}

export function inWords(outcome: string, codes: readonly string[]): string {
  return codes.length === 0 ? outcome : `${outcome} for ${codes.join(', ')}`;
}

/** The common input with what the test changes. */
export function testInput({ tests: { input } }: RulePack, { set, remove }: PackTest): JsonValue {
  let made: JsonValue = input;
  for (const [path, value] of Object.entries(set)) made = changed(made, path.split('.'), value);
  for (const path of remove) made = changed(made, path.split('.'), undefined);
  return made;
}

/** A copy in which the member at the path has the value, or is absent. */
function changed(
  from: JsonValue,
  [name = '', ...rest]: readonly string[],
  value: JsonValue | undefined,
): JsonValue {
  const members = isJsonObject(from) ? from : {};
  const inner = rest.length === 0 ? value : changed(members[name] ?? {}, rest, value);
  const others = Object.entries(members).filter(([member]) => member !== name);
  return Object.fromEntries(inner === undefined ? others : [...others, [name, inner]]);
}
