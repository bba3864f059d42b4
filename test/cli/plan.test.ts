import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sextant } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'sextant-plan-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [facilities, candidates] = [join(folder, 'facilities'), join(folder, 'candidates')];
const plan = (...more: string[]) =>
  sextant('plan', '--facilities', facilities, '--candidates', candidates, ...more);

const FACILITIES =
  'id,latitude,longitude,countries\r\nfrankfurt,50.11,8.68,"DE FR BE NL LU CH AT"\r\nparis,48.85,2.35,DE\r\n';
const CANDIDATES =
  'id,controlGroup,latitude,longitude,existing\nfra1,a,50.1,8.7,true\nfra2,b,50.1,8.6,\ntokyo,,35.7,139.7,false\n';

describe('sextant plan', () => {
  it('prints the landmarks to put up, and what each facility may expect', async () => {
    writeFileSync(facilities, FACILITIES);
    writeFileSync(candidates, CANDIDATES);
    const { status, stdout } = await plan('--excess', 'p25');
    expect(status).toBe(1);
    expect(stdout).toMatch(/fra2 +b +50\.100, 8\.600 +to put up/);
    expect(stdout).toContain('the map has it outside its countries');
    expect(stdout).toContain('1 of 2 facilities provable with 1 new landmarks, the fewest that do.');
  });

  it('reads JSON alike, and answers in JSON', async () => {
    const one = [
      {
        id: 'frankfurt',
        latitude: 50.11,
        longitude: 8.68,
        countries: ['DE', 'FR', 'BE', 'NL', 'LU', 'CH', 'AT'],
      },
    ];
    writeFileSync(facilities, JSON.stringify(one));
    writeFileSync(candidates, CANDIDATES);
    const { status, stdout } = await plan('--excess', '0.65', '--tolerate', '0', '--json');
    expect(status).toBe(0);
    const made = JSON.parse(stdout);
    expect(made).toMatchObject({
      grade: 'B',
      tolerate: 0,
      model: { stretch: 3, excessMs: 0.65 },
      smallest: true,
    });
    expect(made.chosen.map(({ id }: { id: string }) => id)).toEqual(['fra1']);
    expect(made.facilities[0].radiusMeters).toBeGreaterThan(60_000);
  });

  it.each([
    ['a country that is none', 'id,latitude,longitude,countries\nf,1,1,XX\n', CANDIDATES, 'row 1: countries'],
    ['a decimal comma', 'id,latitude,longitude,countries\nf,"1,5",1,DE\n', CANDIDATES, 'row 1: latitude'],
    [
      'a facility twice',
      'id,latitude,longitude,countries\nf,1,1,DE\nf,1,1,DE\n',
      CANDIDATES,
      'f stands there twice',
    ],
    ['no candidate', FACILITIES, 'id,controlGroup,latitude,longitude\n', 'names nothing'],
    ['an object for a list', '{}', CANDIDATES, 'facilities'],
  ])('refuses %s', async (_, first, second, message) => {
    writeFileSync(facilities, first);
    writeFileSync(candidates, second);
    const { status, stderr } = await plan();
    expect(status).toBe(2);
    expect(stderr).toContain('bad_sites');
    expect(stderr).toContain(message);
  });
});
