import { analysePack } from '../../policy/packs/index.ts';
import { EXIT } from '../failure.ts';
import { bold, dim, green, red } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { readPack } from './read-pack.ts';

/** Prints every fault of a pack, and its digest. */
export function check(path: string, json: boolean): number {
  const { loaded, findings } = analysePack(readPack(path));
  const { manifest } = loaded.pack;
  const sound = findings.length === 0;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ sound, digest: loaded.digest, manifest, findings }, null, 2)}\n`,
    );
    return sound ? EXIT.ok : EXIT.refused;
  }
  const lines = [
    `${bold(`${manifest.name} ${manifest.version}`)}  ${manifest.status}, ${manifest.jurisdiction}`,
    printable(manifest.title),
    dim(`sha256 ${loaded.digest}`),
    ...manifest.gaps.map((gap) => dim(`left out: ${printable(gap)}`)),
    '',
    ...findings.map(({ code, where, message }) => `${red(code)}  ${printable(where)}: ${printable(message)}`),
    sound
      ? green(`sound: ${loaded.rules.length} rules, each decided both ways by the tests`)
      : red(`${findings.length} faults: nothing may be decided by this pack`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return sound ? EXIT.ok : EXIT.refused;
}
