import { deployed } from './read.ts';

const LINES = deployed('container/Containerfile').replaceAll('\\\n', ' ').split('\n');

/** Each stage of the container file, in order: what it is made from, and its name. */
export const STAGES = LINES.flatMap((line) => {
  const [, from, name] = /^FROM (\S+) AS (\w+)$/.exec(line) ?? [];
  return from === undefined || name === undefined ? [] : [{ from, name }];
});

/** The lines of a stage, continued ones joined. */
export function linesOf(stage: string): readonly string[] {
  const begin = LINES.findIndex((line) => line.endsWith(` AS ${stage}`));
  const length = LINES.slice(begin + 1).findIndex((line) => line.startsWith('FROM '));
  return LINES.slice(begin, length === -1 ? undefined : begin + 1 + length);
}

/** What the last such instruction of a stage says. */
export function instruction(stage: string, name: string): string | undefined {
  return linesOf(stage)
    .findLast((line) => line.startsWith(`${name} `))
    ?.slice(name.length + 1);
}
