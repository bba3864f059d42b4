import type { Command } from 'commander';
import { EXAMPLES } from './examples.ts';

const DONE = 'Exit status: 0 done, 2 not done: why stands on standard error.';
const IMPORTED =
  'Exit status: 0 every row was taken, 1 rows were rejected (the others are kept), 2 not done: why stands on standard error.';

/** Of commands that can also answer *no*; `null` where their own text says it. */
const STATUSES: { readonly [command: string]: string | null } = {
  audit: null,
  'agent attest': 'Exit status: 0 accepted, 1 refused, 2 nothing was judged: why stands on standard error.',
  'agent check': null,
  'agent usage': 'Exit status: 0 counted, 1 not counted, 2 not done: why stands on standard error.',
  'challenge verify': null,
  'collateral export':
    'Exit status: 0 written, 1 there was nothing to write, 2 not done: why stands on standard error.',
  'collateral fetch': null,
  'collateral import': null,
  decide: 'Exit status: 0 allow, 1 deny, 2 nothing was decided: why stands on standard error.',
  'device import': IMPORTED,
  'disclose verify': null,
  doctor: null,
  'grant verify': null,
  'locate simulate': null,
  'party import': IMPORTED,
  plan: null,
  'policy check': 'Exit status: 0 sound, 1 it has faults, 2 could not be judged.',
  'policy diff': 'Exit status: 0 the same, 1 they differ, 2 could not be judged.',
  'policy explain': 'Exit status: 0 allow, 1 deny, 2 could not be judged.',
  'policy test':
    'Exit status: 0 every test holds and every rule is decided by one, 1 not so, 2 could not be tried.',
  'report verify': null,
  'screening import': IMPORTED,
  'trust import': null,
  verify: null,
};

/** Gives each command that does something its examples and its exit status, where its own help has none. */
export function teach(command: Command, path: readonly string[] = []): Command {
  for (const child of command.commands) teach(child, [...path, child.name()]);
  const name = path.join(' ');
  return command.commands.length > 0 ? command : command.addHelpText('after', lesson(name));
}

function lesson(name: string): string {
  const status = STATUSES[name] === undefined ? [DONE] : (STATUSES[name] ?? []);
  const examples = EXAMPLES[name] ?? [];
  return [
    ...[status].flat().map((line) => `\n${line}`),
    ...(examples.length === 0 ? [] : [`\nExample${examples.length === 1 ? '' : 's'}:`]),
    ...examples.map((line) => `  ${line}`),
  ].join('\n');
}
