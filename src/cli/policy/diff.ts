import {
  analysePack,
  diffPacks,
  inWords,
  type LoadedPack,
  type PackDifference,
} from '../../policy/packs/index.ts';
import { EXIT } from '../failure.ts';
import { bold, dim, green } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { readPack } from './read-pack.ts';
import { soundEnough } from './sound-enough.ts';

/** Prints what a newer pack changes. Status 1 where anything differs, as diff(1) has it. */
export function diff(before: string, after: string, json: boolean): number {
  const difference = diffPacks(load(before), load(after));
  process.stdout.write(json ? `${JSON.stringify(difference, null, 2)}\n` : asText(difference));
  return difference.digests[0] === difference.digests[1] ? EXIT.ok : EXIT.refused;
}

function load(path: string): LoadedPack {
  const analysed = analysePack(readPack(path));
  soundEnough(path, analysed);
  return analysed.loaded;
}

function asText({ digests, members, rules, schema, tests, outcomes }: PackDifference): string {
  const [before, after] = digests;
  if (before === after) return `${green('the same pack')}  ${dim(`sha256 ${before}`)}\n`;
  const shown = (value: unknown): string => (value === null ? 'absent' : printable(JSON.stringify(value)));
  const sections = [
    [dim(`sha256 ${before}`), dim(`    -> ${after}`)],
    section(
      'manifest and data',
      members.map((change) => `${change.where}: ${shown(change.before)} -> ${shown(change.after)}`),
    ),
    section(
      'rules',
      rules.map(
        ({ where, before: one, after: other }) =>
          `${where}: ${one === null ? 'added' : other === null ? 'removed' : 'changed'}`,
      ),
    ),
    section('schema', schema ? ['changed'] : []),
    section('tests', tests ? ['changed'] : []),
    section(
      'outcomes',
      outcomes.map(
        ({ test, before: one, after: other }) =>
          `${printable(test)}: ${inWords(one.outcome, one.codes)} -> ${inWords(other.outcome, other.codes)}`,
      ),
    ),
  ];
  const silence =
    outcomes.length === 0 ? ['', 'No test of either pack is answered otherwise; others might be.'] : [];
  return `${[...sections.flat(), ...silence].join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', bold(title), ...lines.map((line) => `  ${line}`)];
}
