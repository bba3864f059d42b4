import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeWithDatasets } from '../vectors.ts';
import { sextant } from './in-process.ts';
import { sextant as apart } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'sextant-locate-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(nodes: readonly string[], rtts: readonly string[]): void {
  const header = 'id,latitude,longitude,country,uncertaintyMeters';
  writeFileSync(join(folder, 'nodes.csv'), `${[header, ...nodes].join('\n')}\n`);
  writeFileSync(join(folder, 'rtts.csv'), `${['landmark,host,rttMs', ...rtts].join('\n')}\n`);
}
const locate = (...more: string[]) => sextant('locate', '--matrix', folder, '--leave-one-out', ...more);

const BERN = 'bern,46.948,7.447,CH,0';
const LUZERN = 'luzern,47.05,8.306,CH,0';
const TOKYO = 'tokyo,35.68,139.76,JP,0';

describe('sextant locate', () => {
  it('proves a host in a country from one near landmark, and never by a far one', async () => {
    // 0.66 ms are 68 km of fibre: Bern and Luzern lie 66 km apart.
    write([BERN, LUZERN, TOKYO], ['bern,luzern,0.66', 'tokyo,luzern,250', 'luzern,tokyo,250']);
    const { status, stdout } = await locate('--json');
    const { hosts, summary } = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(hosts.map(({ host, verdict }: { host: string; verdict: string }) => [host, verdict])).toEqual([
      ['bern', 'inconclusive'],
      ['luzern', 'inconclusive'],
      ['tokyo', 'inconclusive'],
    ]);
    expect(hosts[1]).toMatchObject({ excluded: ['CN', 'RU', 'IR', 'KP'], truthInside: true });
    expect(hosts[2]).toMatchObject({ excluded: [], truthInside: true });
    expect(summary).toMatchObject({ hosts: 3, measured: 3, truthOutside: 0 });
    const directed = JSON.parse((await locate('--json', '--directed')).stdout);
    expect(directed.hosts[0]).toMatchObject({ host: 'bern', verdict: 'unmeasured' });
    write([BERN, LUZERN], ['bern,luzern,0.30', 'luzern,bern,0.30']);
    const near = JSON.parse((await locate('--json', '--grade', 'A')).stdout);
    expect(near.hosts[0]).toMatchObject({ provenCountry: 'CH', truthInside: false });
  });

  it('reports a host outside what its round trips allow, and says so by its exit status', async () => {
    write([BERN, TOKYO], ['bern,tokyo,10']);
    const { status, stdout } = await locate();
    expect(status).toBe(1);
    expect(stdout).toContain('Outside their regions: 2.');
  });

  it.each([
    ['an unknown node', [BERN], ['bern,atlantis,1'], 'rtts.csv, row 1: atlantis'],
    ['a latitude beyond the pole', ['bern,91,7,CH,0'], [], 'nodes.csv, row 1: latitude'],
    ['a country that is no code', ['bern,46,7,Switzerland,0'], [], 'nodes.csv, row 1: country'],
    ['a decimal comma', ['bern,"46,948",7.447,CH,0'], [], 'nodes.csv, row 1: latitude'],
    ['a round trip that is no number', [BERN, LUZERN], ['bern,luzern,NaN'], 'rtts.csv, row 1: rttMs'],
    ['a negative round trip', [BERN, LUZERN], ['bern,luzern,-1'], 'rtts.csv, row 1: rttMs'],
    ['a node twice', [BERN, BERN], [], 'nodes.csv, row 2: bern stands there twice'],
  ])('refuses %s with file and row', async (_, nodes, rtts, message) => {
    write(nodes, rtts);
    const { status, stderr } = await locate();
    expect(status).toBe(2);
    expect(stderr).toContain('bad_matrix');
    expect(stderr).toContain(message);
  });

  it('refuses columns that it cannot tell apart, and says which are missing', async () => {
    writeFileSync(
      join(folder, 'nodes.csv'),
      'id;latitude;longitude;country;uncertaintyMeters\nbern;46;7;CH;0\n',
    );
    const { status, stderr } = await locate();
    expect(status).toBe(2);
    expect(stderr).toContain('nodes.csv has no column id, latitude, longitude, country, uncertaintyMeters');
  });

  it('reads what other programs write: quotes, CRLF, a byte order mark, more columns, gaps, repetitions', async () => {
    const nodes = [
      '"bern, west","46.948",7.447,CH,0,x',
      '"lu""zern",4.705e1,8.306,CH,+0.,y',
      'kosovo,42.66,21.16,XK,5,z',
    ];
    writeFileSync(
      join(folder, 'nodes.csv'),
      `\uFEFF${['id,latitude,longitude,country,uncertaintyMeters,note', ...nodes].join('\r\n')}\r\n`,
    );
    const rtts = [
      '"lu""zern","bern, west",9',
      '"bern, west","lu""zern",0.7',
      'kosovo,"bern, west",',
      'kosovo,kosovo,0',
    ];
    writeFileSync(join(folder, 'rtts.csv'), `${['host,landmark,rttMs', ...rtts].join('\r\n')}\r\n\r\n`);
    const { status, stdout } = await locate('--json');
    const { hosts, summary } = JSON.parse(stdout);
    expect(status).toBe(0);
    // 0.7 ms counts, not 9, and for both of them; Kosovo was measured by nobody.
    expect(
      hosts.map(({ radiusMeters }: { radiusMeters: number | null }) => radiusMeters && radiusMeters < 90_000),
    ).toEqual([true, true, null]);
    expect(summary).toMatchObject({ hosts: 3, measured: 2, truthOutside: 0 });
  });

  it('finds a host inside its region if any place within its own uncertainty is', async () => {
    const off = (meters: number): string => `luzern,47.05,8.306,CH,${meters}`;
    write([BERN, off(0)], ['bern,luzern,0.4']);
    expect(JSON.parse((await locate('--json')).stdout).hosts[1].truthInside).toBe(false);
    // The landmark's place is exact, the host's is not.
    write([BERN, off(30_000)], ['bern,luzern,0.4']);
    expect(JSON.parse((await locate('--json')).stdout).hosts[1].truthInside).toBe(true);
  });

  it('proves nothing by measurements that contradict each other', async () => {
    write([BERN, LUZERN, TOKYO], ['bern,luzern,0.66', 'tokyo,luzern,10']);
    const { hosts, summary } = JSON.parse((await locate('--json')).stdout);
    expect(hosts[1]).toMatchObject({
      verdict: 'inconsistent',
      provenCountry: null,
      excluded: [],
      radiusMeters: null,
    });
    expect(summary.provenInNoForbiddenCountry).toMatchObject({ count: 2, of: 3 });
  });

  it('names each host on which another analysis differs, and why', async () => {
    write([BERN, LUZERN, TOKYO], ['bern,luzern,0.66', 'tokyo,luzern,250', 'luzern,tokyo,250']);
    const baseline = join(folder, 'baseline.csv');
    const rows = ['bern,0.69c,1,1', 'luzern,0.69c,0,0', 'luzern,c,1,1', 'tokyo,0.69c,0,'];
    writeFileSync(
      baseline,
      `${['id,speed,proven_own_country,proven_not_CN_RU_IR_KP', ...rows].join('\n')}\n`,
    );
    const { differences } = JSON.parse((await locate('--json', '--explain-against', baseline)).stdout);
    expect(differences.compared).toBe(5);
    expect(differences.list).toMatchObject([
      { host: 'bern', question: { kind: 'inside', country: 'CH' }, baseline: true, here: false },
      {
        host: 'luzern',
        question: { kind: 'in-none-of' },
        baseline: false,
        here: true,
        because: { reason: 'exhausted' },
      },
    ]);
    expect(differences.list[0].because).toMatchObject({ reason: 'witness', slackPercent: null });
    expect(differences.list[0].because.witness.country).toMatch(/^(FR|DE|IT|AT|LI)$/);
    expect((await locate('--explain-against', baseline)).stdout).toContain(
      '5 answers compared with the baseline: 2 differ.',
    );
  });
});

describe('sextant locate of one host', () => {
  it('writes its proof as a picture and as GeoJSON, from a matrix', async () => {
    write([BERN, LUZERN], ['bern,luzern,0.66']);
    const [svg, geojson] = [join(folder, 'proof.svg'), join(folder, 'region.json')];
    const { status, stdout } = await apart(
      ...['locate', '--matrix', folder, '--host', 'luzern', '--svg', svg, '--geojson', geojson],
    );
    expect(status).toBe(1);
    expect(stdout).toContain('luzern: inconclusive CH');
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg.*Not proven.*<\/svg>\n$/s);
    const { features } = JSON.parse(readFileSync(geojson, 'utf8'));
    expect(features.map(({ properties }: { properties: { role: string } }) => properties.role)).toEqual([
      ...['outer', 'inner', 'landmark'],
    ]);
  });

  it('reads its bounds from JSON, and judges the countries that are named, together', async () => {
    const file = join(folder, 'bounds.json');
    const landmarks = [{ id: 'basel', latitude: 47.56, longitude: 7.59, rttMs: 0.3 }];
    const judge = async (more: object, ...flags: readonly string[]) => {
      writeFileSync(file, JSON.stringify({ subject: 'host', landmarks, ...more }));
      return sextant('locate', '--bounds', file, '--json', ...flags);
    };
    expect(JSON.parse((await judge({ countries: ['CH'] })).stdout)).toMatchObject({
      verdict: 'inconclusive',
    });
    const bloc = await judge({ countries: ['CH', 'DE', 'FR'] });
    expect([bloc.status, JSON.parse(bloc.stdout).verdict]).toEqual([0, 'proven-inside']);
    expect(JSON.parse((await judge({}, '--area', 'JP')).stdout)).toMatchObject({ verdict: 'proven-outside' });
  });

  it.each([
    ['no JSON', 'nonsense', 'is not JSON'],
    ['an unknown member', '{"landmarks":[{"id":"a","latitude":0,"longitude":0,"rttMs":1}],"more":1}', 'more'],
    ['no landmark', '{"landmarks":[]}', 'landmarks'],
    [
      'both a round trip and a radius',
      '{"landmarks":[{"id":"a","latitude":0,"longitude":0,"rttMs":1,"radiusMeters":1}]}',
      'either',
    ],
    [
      'a latitude beyond the pole',
      '{"landmarks":[{"id":"a","latitude":91,"longitude":0,"rttMs":1}]}',
      'landmarks.0.latitude',
    ],
    [
      'one landmark twice',
      `{"landmarks":[${Array(2).fill('{"id":"a","latitude":0,"longitude":0,"rttMs":1}').join()}]}`,
      'twice',
    ],
  ])('refuses bounds with %s', async (_, text, message) => {
    const file = join(folder, 'bounds.json');
    writeFileSync(file, text);
    const { status, stderr } = await sextant('locate', '--bounds', file);
    expect(status).toBe(2);
    expect(stderr).toContain('bad_bounds');
    expect(stderr).toContain(message);
  });

  it.each([
    ['neither matrix nor bounds', []],
    ['a matrix without a question', ['--matrix', '.']],
    ['a picture of an experiment', ['--matrix', '.', '--leave-one-out', '--svg', 'x.svg']],
  ])('refuses %s', async (_, flags) => {
    write([BERN, LUZERN], []);
    const { status, stderr } = await sextant(
      'locate',
      ...flags.map((flag) => (flag === '.' ? folder : flag)),
    );
    expect(status).toBe(2);
    expect(stderr).toContain('usage');
  });
});

/** Some seconds of computation, and many more where the machine has other things to do. */
const PATIENCE = { timeout: 240_000 };

type Anchor = { readonly lat: number; readonly lng: number };

describeWithDatasets('sextant locate on measured latency', (datasets) => {
  const read = <T>(name: string): T =>
    JSON.parse(readFileSync(join(datasets, 'ripe-atlas-anchors-2018', name), 'utf8')) as T; // a dataset of known shape

  it.each([
    ['B', 0, 34.8, 84],
    ['A', 0, 25.5, 79],
    ['B', 1, 22, 70],
  ])(
    'places anchors at grade %s with f = %i, none outside its region',
    PATIENCE,
    async (grade, f, own, clear) => {
      const places = read<Record<string, Anchor>>('anchor_onlyrelevant.json');
      const pings = read<Record<string, Record<string, number>>>('ping_mins.json');
      const ids = Object.keys(places);
      const rtts = ids.flatMap((host) =>
        ids.flatMap((landmark) => {
          const rtt = Math.min(pings[host]?.[landmark] ?? 1e5, pings[landmark]?.[host] ?? 1e5);
          return host !== landmark && rtt < 1e5 ? [`${landmark},${host},${rtt}`] : [];
        }),
      );
      const country = (id: string): string => (id.startsWith('uk') ? 'GB' : id.slice(0, 2).toUpperCase());
      write(
        Object.entries(places).map(([id, { lat, lng }]) => `${id},${lat},${lng},${country(id)},0`),
        rtts,
      );
      const against = join(datasets, 'ripe-atlas-anchors-2018', 'baseline_per_host.csv');
      const flags = f === 0 ? ['--explain-against', against] : [];
      const { stdout } = await locate('--json', '--grade', grade, '--tolerate', String(f), ...flags);
      const { summary, differences } = JSON.parse(stdout);
      expect(summary).toMatchObject({ measured: 227, truthOutside: 0, provenInAnotherCountry: 0 });
      expect(summary.provenInOwnCountry.percent).toBeGreaterThanOrEqual(own);
      expect(summary.provenInNoForbiddenCountry.percent).toBeGreaterThanOrEqual(clear);
      // What docs/location.md says of each host on which the published analysis differs.
      if (f > 0) return;
      const named = differences.list.map(
        ({ host, here, because }: { host: string; here: boolean; because: { reason: string } }) =>
          `${host} ${here ? 'here' : 'there'} ${because.reason}`,
      );
      expect(differences.compared).toBe(451);
      expect(named).toEqual(
        grade === 'B'
          ? ['fo-hyv-as15389 here exhausted']
          : ['cr-sjo-as263779 here exhausted', 'nl-ams-as1101 there margin', 'pe-lim-as27843 there surface'],
      );
    },
  );
});
