import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../src/cli/help/examples.ts';
import { teach } from '../../src/cli/help/teach.ts';
import { sextant } from '../../src/cli/main.ts';
import { sextant as inProcess } from '../cli/in-process.ts';
import { commandLinesOfShell, refusal } from './command-lines.ts';

/** Every command that does something, by its name, with its help. */
function commands(): { readonly name: string; readonly help: string }[] {
  const found: { name: string; help: string }[] = [];
  const look = (command: Command, path: readonly string[]): void => {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text), writeErr: () => {} });
    command.outputHelp();
    if (command.commands.length === 0) found.push({ name: path.join(' '), help });
    for (const child of command.commands) look(child, [...path, child.name()]);
  };
  look(teach(sextant()), []);
  return found;
}

describe('the help of each command', () => {
  it('is taught to the program once somebody asks', async () => {
    for (const args of [
      ['party', 'list', '--help'],
      ['party', 'list', '-h'],
    ])
      expect((await inProcess(...args)).stdout).toContain('sextant party list --as exporter');
  });

  it('says once what it ends with', () => {
    const times = commands().map(({ name, help }) => [name, help.match(/Exit status:/g)?.length ?? 0]);
    expect(times.filter(([, count]) => count !== 1)).toEqual([]);
  });

  it('shows by an example how it is used', () => {
    const shows = ({ name, help }: { name: string; help: string }): boolean =>
      commandLinesOfShell(help).some(({ args }) => args.join(' ').startsWith(name));
    expect(
      commands()
        .filter((command) => !shows(command))
        .map(({ name }) => name),
    ).toEqual([]);
  });

  it('shows nothing that the program would not take', async () => {
    const refused: string[] = [];
    for (const { name, help } of commands())
      for (const line of commandLinesOfShell(help.slice(help.indexOf('Example')))) {
        const reason = await refusal(line);
        if (reason !== null) refused.push(`${name}: sextant ${line.args.join(' ')}: ${reason}`);
      }
    expect(refused).toEqual([]);
  });

  it('has examples of commands alone that there are', () => {
    const names = commands().map(({ name }) => name);
    expect(Object.keys(EXAMPLES).filter((name) => !names.includes(name))).toEqual([]);
  });
});
