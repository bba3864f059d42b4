import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandLinesOfPage, refusal } from './command-lines.ts';

const project = resolve(import.meta.dirname, '../..');
// Decisions and the changelog speak of their day.
const PAGES = globSync(['README.md', 'SECURITY.md', 'docs/*.md', 'examples/**/README.md'], {
  cwd: project,
}).sort();

describe('the commands that pages show', () => {
  it.each(PAGES)('%s: each is one that the program takes', async (page) => {
    const refused: string[] = [];
    for (const line of commandLinesOfPage(readFileSync(resolve(project, page), 'utf8'))) {
      const reason = await refusal(line);
      if (reason !== null) refused.push(`${page}:${line.line} sextant ${line.args.join(' ')}: ${reason}`);
    }
    expect(refused).toEqual([]);
  });
});

describe('what reads them', () => {
  const page = [
    'Say `sextant keys list`, or `sextant status host\\|device ID`.',
    '```sh',
    '$ A=$(sextant party add --name "Two words" \\',
    '    --country $(cat country) | sextant device import - --format csv  # and so on',
    'sudo -u sextant SEXTANT_DATA=/x npx sextant host list; echo sextant is a name',
    '```',
  ].join('\n');

  it('finds each, with its words and its line', () => {
    expect(commandLinesOfPage(page)).toEqual([
      { args: ['keys', 'list'], inPassing: true, line: 1 },
      { args: ['status', 'host', 'ID'], inPassing: true, line: 1 },
      { args: ['party', 'add', '--name', 'Two words', '--country', '$'], inPassing: false, line: 3 },
      { args: ['device', 'import', '-', '--format', 'csv'], inPassing: false, line: 4 },
      { args: ['host', 'list'], inPassing: false, line: 5 },
    ]);
  });

  it('refuses an unknown command, an unknown option, a word too many and an option left out', async () => {
    const refused = async (text: string): Promise<boolean> =>
      (await refusal({ args: text.split(' '), inPassing: false, line: 1 })) !== null;
    expect(await refused('licence status')).toBe(true);
    expect(await refused('keys list --purpose ear')).toBe(true);
    expect(await refused('db status now')).toBe(true);
    expect(await refused('facility authorise fac_… --reason seen')).toBe(true);
    expect(await refused('facility authorise fac_… --reason seen --digest $')).toBe(false);
  });
});
