import { setImmediate } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Grade } from '../../location/bound.ts';
import { type ExperimentOptions, type Placement, placeNode } from '../../location/leave-one-out.ts';
import { country } from '../../protocol/country.ts';
import { EXIT } from '../failure.ts';
import { withProgress } from '../terminal/progress.ts';
import { worldAtlas } from './atlas.ts';
import { describeExperiment } from './present.ts';
import { readMatrix } from './read-matrix.ts';
import { summarise } from './summary.ts';

type LocateOptions = {
  readonly matrix: string;
  readonly leaveOneOut: true;
  readonly grade: Grade;
  readonly tolerate: number;
  readonly forbid: readonly string[];
  readonly json?: boolean;
};

export function locateCommand(): Command {
  return new Command('locate')
    .description('What round trips prove of where machines stand.')
    .requiredOption('--matrix <folder>', 'nodes.csv and rtts.csv: see below')
    .requiredOption('--leave-one-out', 'place each node by all others, each of them its own control group')
    .addOption(
      new Option('--grade <grade>', 'A: light in vacuum, unconditional; B: solid glass fibre, an assumption')
        .choices(['A', 'B'])
        .default('B'),
    )
    .option('--tolerate <f>', 'how many control groups may lie (f)', wholeNumber, 0)
    .option('--forbid <codes>', 'countries to prove hosts out of, alpha-2, by commas', countries, [
      'CN',
      'RU',
      'IR',
      'KP',
    ])
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
A host is proven in a country only if every point of land that the measurements leave possible lies in it. Estimates
prove nothing and are not made; delay only widens what is possible.

nodes.csv   id,latitude,longitude,country,uncertaintyMeters   degrees WGS 84; country ISO 3166-1 alpha-2
rtts.csv    landmark,host,rttMs                               the least round trip that was seen

Exit status: 0 all hosts inside their regions, 1 one or more outside: a measurement or a stated place is wrong.

Examples:
  sextant locate --matrix anchors/ --leave-one-out
  sextant locate --matrix anchors/ --leave-one-out --grade A --tolerate 1 --json`,
    )
    .action(async (options: LocateOptions) => {
      process.exitCode = await locate(options);
    });
}

async function locate({ matrix: folder, grade, tolerate, forbid, json }: LocateOptions): Promise<number> {
  const matrix = readMatrix(folder);
  const options: ExperimentOptions = { grade, tolerance: tolerate, forbidden: forbid };
  const placements: Placement[] = [];
  await withProgress(`placing ${matrix.nodes.length} hosts`, async () => {
    const jurisdictions = worldAtlas();
    for (const host of matrix.nodes) {
      placements.push(placeNode(host, matrix, jurisdictions, options));
      await setImmediate();
    }
  });
  const summary = summarise(placements, forbid);
  const experiment = { grade, tolerate, reading: 'land-only', forbidden: forbid, summary, hosts: placements };
  process.stdout.write(
    json === true ? `${JSON.stringify(experiment, null, 2)}\n` : describeExperiment(experiment),
  );
  return summary.truthOutside === 0 ? EXIT.ok : EXIT.failed;
}

function wholeNumber(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number, 0 or more.');
}

function countries(text: string): readonly string[] {
  const codes = text.split(',').map((code) => code.trim());
  for (const code of codes) {
    if (!country.safeParse(code).success) {
      throw new InvalidArgumentError(`${code} is not an ISO 3166-1 alpha-2 code in capitals.`);
    }
  }
  return codes;
}
