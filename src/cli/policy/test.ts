import {
  analysePack,
  type Coverage,
  coverageOf,
  inWords,
  runTests,
  type TestResult,
} from '../../policy/packs/index.ts';
import { EXIT } from '../failure.ts';
import { green, red } from '../terminal/style.ts';
import { printable, table } from '../terminal/table.ts';
import { readPack } from './read-pack.ts';
import { soundEnough } from './sound-enough.ts';

/** Runs a pack's tests and counts, for each rule, in how many it applies and does not. */
export function test(path: string, json: boolean): number {
  const analysed = analysePack(readPack(path));
  soundEnough(path, analysed);
  const results = runTests(analysed.loaded);
  const coverage = coverageOf(analysed.loaded, results);
  const passed = results.every((result) => result.passed);
  const covered = coverage.every(isCovered);
  process.stdout.write(json ? asJson(results, coverage) : asText(results, coverage));
  return passed && covered ? EXIT.ok : EXIT.refused;
}

function isCovered({ applies, appliesNot }: Coverage): boolean {
  return applies > 0 && appliesNot > 0;
}

function asJson(results: readonly TestResult[], coverage: readonly Coverage[]): string {
  const tests = results.map(({ test: { name, outcome, codes: expected }, answer, codes, passed }) => ({
    name,
    passed,
    expected: { outcome, codes: expected },
    actual: { outcome: answer.outcome, codes },
  }));
  return `${JSON.stringify({ tests, rules: coverage }, null, 2)}\n`;
}

function asText(results: readonly TestResult[], coverage: readonly Coverage[]): string {
  const lines = results.map(({ test: { name, outcome, codes: expected }, answer, codes, passed }) =>
    passed
      ? `${green('pass')}  ${printable(name)}: ${inWords(answer.outcome, codes)}`
      : `${red('fail')}  ${printable(name)}: expected ${inWords(outcome, expected)}, got ${inWords(answer.outcome, codes)}`,
  );
  const rules = table(
    [
      { title: 'rule', value: ({ id }: Coverage) => id, max: 60 },
      { title: 'applies', value: ({ applies }) => String(applies) },
      { title: 'does not', value: ({ appliesNot }) => String(appliesNot) },
      { title: '', value: (row) => (isCovered(row) ? '' : red('no test decides it')) },
    ],
    coverage,
  );
  const passed = results.filter((result) => result.passed).length;
  const undecided = coverage.filter((row) => !isCovered(row)).length;
  const sum = `${passed} of ${results.length} tests pass; ${undecided} of ${coverage.length} rules undecided.`;
  return `${[...lines, '', rules, '', sum].join('\n')}\n`;
}
