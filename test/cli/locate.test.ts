import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeWithDatasets } from '../vectors.ts';
import { sextant } from './run.ts';

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
      ['bern', 'unmeasured'],
      ['luzern', 'inconclusive'],
      ['tokyo', 'inconclusive'],
    ]);
    expect(hosts[1]).toMatchObject({ excluded: ['CN', 'RU', 'IR', 'KP'], truthInside: true });
    expect(hosts[2]).toMatchObject({ excluded: [], truthInside: true });
    expect(summary).toMatchObject({ hosts: 3, measured: 2, truthOutside: 0 });
    write([BERN, LUZERN], ['bern,luzern,0.30', 'luzern,bern,0.30']);
    const near = JSON.parse((await locate('--json', '--grade', 'A')).stdout);
    expect(near.hosts[0]).toMatchObject({ provenCountry: 'CH', truthInside: false });
  });

  it('reports a host outside what its round trips allow, and says so by its exit status', async () => {
    write([BERN, TOKYO], ['bern,tokyo,10']);
    const { status, stdout } = await locate();
    expect(status).not.toBe(0);
    expect(stdout).toContain('Outside their regions: 1.');
  });

  it.each([
    ['an unknown node', [BERN], ['bern,atlantis,1'], 'rtts.csv, row 1: atlantis'],
    ['a latitude beyond the pole', ['bern,91,7,CH,0'], [], 'nodes.csv, row 1: latitude'],
    ['a country that is none', ['bern,46,7,XX,0'], [], 'nodes.csv, row 1: country'],
    ['a negative round trip', [BERN, LUZERN], ['bern,luzern,-1'], 'rtts.csv, row 1: rttMs'],
    ['a node twice', [BERN, BERN], [], 'nodes.csv, row 2: bern stands there twice'],
  ])('refuses %s with file and row', async (_, nodes, rtts, message) => {
    write(nodes, rtts);
    const { status, stderr } = await locate();
    expect(status).not.toBe(0);
    expect(stderr).toContain(message);
  });
});

type Anchor = { readonly lat: number; readonly lng: number };

describeWithDatasets('sextant locate on measured latency', (datasets) => {
  const read = <T>(name: string): T =>
    JSON.parse(readFileSync(join(datasets, 'ripe-atlas-anchors-2018', name), 'utf8')) as T; // a dataset of known shape

  it.each([
    ['B', 0, 34.8, 84],
    ['A', 0, 25.5, 79],
    ['B', 1, 22, 70],
  ])('places anchors at grade %s with f = %i, none outside its region', async (grade, f, own, clear) => {
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
    const { stdout } = await locate('--json', '--grade', grade, '--tolerate', String(f));
    const { summary } = JSON.parse(stdout);
    expect(summary).toMatchObject({ measured: 227, truthOutside: 0, provenInAnotherCountry: 0 });
    expect(summary.provenInOwnCountry.percent).toBeGreaterThanOrEqual(own);
    expect(summary.provenInNoForbiddenCountry.percent).toBeGreaterThanOrEqual(clear);
  });
});
