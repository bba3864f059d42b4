import { Command } from 'commander';
import { countries, gradeOption, wholeNumber } from './flags.ts';
import type { LocateFlags } from './locate.ts';
import { simulateCommand } from './simulate-command.ts';

export function locateCommand(): Command {
  return new Command('locate')
    .description('What round trips prove of where machines stand.')
    .option('--matrix <folder>', 'nodes.csv and rtts.csv: see below')
    .option('--bounds <file>', 'JSON of one host, its landmarks and round trips; - for standard input')
    .option('--leave-one-out', 'place each node by all others, each of them its own control group')
    .option('--host <id>', 'place this node of the matrix only')
    .addOption(gradeOption())
    .option('--tolerate <f>', 'how many control groups may lie (f)', wholeNumber, 0)
    .option(
      '--area <codes>',
      'with one host: the countries to prove it inside, alpha-2, by commas',
      countries,
    )
    .option('--forbid <codes>', 'countries to prove hosts out of, alpha-2, by commas', countries, [
      'CN',
      'RU',
      'IR',
      'KP',
    ])
    .option('--directed', 'count a round trip only as the landmark timed it, not for its reverse')
    .option('--explain-against <file>', 'name each host on which another analysis answers otherwise, and why')
    .option('--svg <file>', 'with one host: write a picture of the proof')
    .option('--geojson <file>', 'with one host: write its region as GeoJSON (RFC 7946)')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
A host is proven in a country only if every point of land that the measurements leave possible lies in it. Estimates
prove nothing and are not made; delay only widens what is possible.

nodes.csv   id,latitude,longitude,country,uncertaintyMeters   degrees WGS 84; country ISO 3166-1 alpha-2
rtts.csv    landmark,host,rttMs                               the least round trip that was seen
bounds      {"subject": "…", "facility": {"name": "…", "latitude": 0, "longitude": 0}, "countries": ["DE"],
             "landmarks": [{"id": "…", "controlGroup": "…", "latitude": 0, "longitude": 0, "rttMs": 1.5}]}
             (radiusMeters in place of rttMs gives a bound as it stands)

Exit status: of an experiment 0, or 1 where a host stands outside its region: a measurement or a stated place is wrong;
of one host 0 where it is proven inside, 1 where it is not; 2 for what could not be read.

Examples:
  sextant locate --matrix anchors/ --leave-one-out
  sextant locate --matrix anchors/ --leave-one-out --grade A --tolerate 1 --json
  sextant locate --matrix anchors/ --host de-fra-as8763 --svg proof.svg --geojson region.json
  sextant locate simulate --runs 10000`,
    )
    .addCommand(simulateCommand())
    .action(async (flags: LocateFlags) => {
      const { locate } = await import('./locate.ts');
      process.exitCode = await locate(flags);
    });
}
