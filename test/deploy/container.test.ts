import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { instruction, linesOf, STAGES } from './containerfile.ts';
import { unknownIn, unknownVariables } from './options.ts';
import { deployed } from './read.ts';

const project = resolve(import.meta.dirname, '../..');

describe('the container file', () => {
  it('builds in one stage, and brings none of it into the images but the program', () => {
    expect(STAGES.map(({ name }) => name)).toEqual(['build', 'verifier', 'agent']);
    for (const stage of ['verifier', 'agent']) {
      const copies = linesOf(stage).filter((line) => line.startsWith('COPY '));
      for (const copy of copies) expect(copy).toMatch(/^COPY --from=build (--chown=65532:65532 )?\/image\//);
    }
  });

  it('has in the image what is published, and lets through to the build all of that which it is made of', () => {
    expect(linesOf('build').join('\n')).toMatch(
      /npm pack .*\n?.*tar -xzf \/tmp\/sextant-\*\.tgz .*-C \/image\/app/,
    );
    const [everything, ...allowed] = deployed('container/Containerfile.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(everything).toBe('*');
    const names = allowed.map((line) => line.replace(/^!/, ''));
    for (const name of names) expect(existsSync(resolve(project, name)), name).toBe(true);
    const { files }: { files: string[] } = JSON.parse(readFileSync(resolve(project, 'package.json'), 'utf8'));
    const made = new Set(['dist']);
    for (const path of files.filter((one) => !made.has(one)))
      expect(names, path).toContain(path.split('/', 1)[0]);
    expect(names).toEqual(expect.arrayContaining(['package.json', 'package-lock.json', 'tsconfig.json']));
  });

  it.each(['verifier', 'agent'])('runs %s as nobody, by a command line that there is', (stage) => {
    expect(instruction(stage, 'USER')).toBe('65532:65532');
    expect(instruction(stage, 'STOPSIGNAL')).toBe('SIGTERM');
    const entry: string[] = JSON.parse(instruction(stage, 'ENTRYPOINT') ?? '[]');
    expect(entry.at(-1)).toBe('/app/src/cli/sextant.mjs');
    expect(unknownIn(JSON.parse(instruction(stage, 'CMD') ?? '[]'))).toEqual([]);
    const set = (instruction(stage, 'ENV') ?? '').split(' ').map((pair) => pair.split('=', 1)[0] ?? pair);
    expect(unknownVariables(set)).toEqual([]);
  });
});
