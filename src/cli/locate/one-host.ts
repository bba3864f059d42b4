import { writeFileSync } from 'node:fs';
import type { Grade } from '../../location/bound.ts';
import { regionGeoJson } from '../../location/geojson.ts';
import { type AreaJudgement, judgeCountries } from '../../location/judge.ts';
import { boundsOf, type Matrix } from '../../location/leave-one-out.ts';
import { provePicture } from '../../location/picture/index.ts';
import { regionOf } from '../../location/region.ts';
import { EXIT, UsageError } from '../failure.ts';
import { withProgress } from '../terminal/progress.ts';
import { green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { worldAtlas, worldCountries } from './atlas.ts';
import { countryName, countryNames } from './names.ts';
import type { Subject } from './read-bounds.ts';

export type OneHostOptions = {
  readonly grade: Grade;
  readonly tolerate: number;
  readonly forbid: readonly string[];
  /** Countries asked about, instead of those that the input names. */
  readonly area?: readonly string[];
  readonly svg?: string;
  readonly geojson?: string;
  readonly json?: boolean;
};

/** One host of a matrix, placed by all others. @throws {UsageError} `bad_matrix` for a host that is not there or unmeasured */
export function subjectOf(matrix: Matrix, id: string, grade: Grade): Subject {
  const host = matrix.nodes.find((node) => node.id === id);
  if (host === undefined) throw new UsageError('bad_matrix', `${id} is not in nodes.csv`);
  const bounds = boundsOf(host, matrix, grade);
  if (bounds.length === 0) throw new UsageError('bad_matrix', `no landmark measured ${id}`);
  const measuring = new Set(bounds.map(({ landmarkId }) => landmarkId));
  return {
    name: id,
    countries: [host.country],
    facility: { name: id, place: host },
    landmarks: matrix.nodes
      .filter((node) => measuring.has(node.id))
      .map((node) => ({ id: node.id, controlGroup: node.id, place: node })),
    bounds,
  };
}

/** Judges one host, prints the verdict, and writes the proof as GeoJSON and as a picture where that is asked for. */
export async function locateOne(subject: Subject, options: OneHostOptions): Promise<number> {
  const { grade, tolerate, area } = options;
  const region = regionOf(subject.bounds, tolerate);
  const judgement = await withProgress(`placing ${subject.name}`, async () =>
    judgeCountries(region, worldAtlas(), area ?? subject.countries),
  );
  const { verdict, radiusMeters, elsewhere } = judgement;
  const name = countryNames(judgement.countries);
  if (options.geojson !== undefined) {
    const facts = { verdict, grade, tolerance: tolerate, radiusMeters, area: name };
    write(options.geojson, `${JSON.stringify(regionGeoJson(region, subject.landmarks, facts))}\n`);
  }
  if (options.svg !== undefined) {
    const { landmarks, bounds, facility } = subject;
    const areas = worldCountries().map(({ name: code, rings }) => ({
      name: countryName(code),
      role: judgement.countries.includes(code)
        ? ('authorised' as const)
        : options.forbid.includes(code)
          ? ('forbidden' as const)
          : ('other' as const),
      rings,
    }));
    const said = {
      verdict,
      area: name,
      elsewhere: elsewhere === null ? null : countryName(elsewhere),
      grade,
      tolerance: tolerate,
      radiusMeters,
    };
    const proof = { subject: subject.name, landmarks, bounds, region, areas, facility, verdict: said };
    write(options.svg, provePicture(proof));
  }
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ host: subject.name, grade, tolerate, reading: 'land-only', ...judgement }, null, 2)}\n`
      : describe(subject, judgement, grade, tolerate),
  );
  return verdict === 'proven-inside' ? EXIT.ok : EXIT.refused;
}

function describe(subject: Subject, judgement: AreaJudgement, grade: Grade, f: number): string {
  const { verdict, countries, elsewhere, radiusMeters } = judgement;
  const look = verdict === 'proven-inside' ? green : verdict === 'inconsistent' ? red : yellow;
  const radius =
    radiusMeters === null ? 'no point is possible' : `radius ${Math.round(radiusMeters / 1000)} km`;
  const lines = [
    `${printable(subject.name)}: ${look(verdict)} ${countries.map(printable).join(',')}`.trimEnd(),
    `Grade ${grade}, f = ${f}, land-only reading; ${subject.bounds.length} landmarks; ${radius}.`,
    ...(elsewhere === null
      ? []
      : [`Also possible: ${printable(countryName(elsewhere))} (${printable(elsewhere)}).`]),
  ];
  return `${lines.join('\n')}\n`;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError('unwritable', `cannot write ${path}: ${why}`, undefined, cause);
  }
}
