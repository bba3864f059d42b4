import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { pemOf } from '../http/possession.ts';
import { startTestVerifier } from '../http/verifier.ts';
import { temporaryFolder } from '../store/temporary.ts';

const project = resolve(import.meta.dirname, '../..');
const ROWS = 1_000;

/** Seven rows that no register takes, by their number, each for a reason of its own. */
const BAD: ReadonlyMap<number, readonly [row: string, code: string, field: string]> = new Map([
  [3, ['cpu,Xeon,X-1,FACILITY', 'field_invalid', 'kind']],
  [144, ['gpu,H100 SXM5 80GB,1650000000001,FACILITY', 'duplicate_row', 'serial']],
  [145, ['gpu,H200 SXM5 141GB,X-2,fac_nowhere', 'field_invalid', 'facilityId']],
  [500, ['gpu,H100 SXM5 80GB', 'row_malformed', 'row']],
  [501, ['gpu,H100 SXM5 80GB,,', 'field_invalid', 'serial']],
  [998, ['gpu,H100 SXM5 80GB,X-3,fac_00000000000000000000000000', 'facility_unknown', 'facilityId']],
  [1000, [`gpu,${'H'.repeat(500)},X-4,FACILITY`, 'field_invalid', 'model']],
]);

function shipment(): string {
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const serial = 1_650_000_000_000 + index + 1;
    return BAD.get(index + 1)?.[0] ?? `gpu,H100 SXM5 80GB,${serial},FACILITY`;
  });
  return `${['kind,model,serial,facilityId', ...rows].join('\n')}\n`;
}

/** A line of the report: row, outcome and, where it was rejected, code and field. */
const rowsOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s{2,}/));

it('the bulk import of the examples takes a shipment row by row, and nothing twice', async () => {
  const verifier = await startTestVerifier();
  onTestFinished(() => verifier.close());
  const { token } = await verifier.principal('exporter', 'acme');
  const facility = await verifier.call('POST', '/v1/facilities', {
    token,
    body: {
      name: 'Hall 1',
      country: 'IS',
      operatorTenant: 'acme',
      area: { type: 'Point', coordinates: [-21.9, 64.1], radiusMeters: 500 },
    },
  });
  const folder = temporaryFolder();
  const file = join(folder, 'shipment.csv');
  const key = join(folder, 'exporter.key');
  writeFileSync(file, shipment());
  writeFileSync(key, pemOf(token), { mode: 0o600 });
  const send = async () => {
    const script = join(project, 'examples/bulk-import/import.sh');
    const env = {
      ...process.env,
      SEXTANT: `${process.execPath} ${join(project, 'src/cli/sextant.mjs')}`,
      SEXTANT_TOKEN: token,
      SEXTANT_TOKEN_KEY: key,
      SEXTANT_URL: verifier.url,
      NO_COLOR: '1',
    };
    return promisify(execFile)(script, [String(facility.body['id']), file], { env }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  };

  const first = await send();
  expect(first.stderr).toContain('993 created, 0 changed, 0 unchanged, 7 rejected');
  expect(first.code).toBe(1); // some rows were rejected
  const report = rowsOf(first.stdout);
  expect(report).toHaveLength(ROWS);
  const rejected = report.filter(([, outcome]) => outcome === 'rejected');
  expect(rejected.map(([row, , , code, field]) => [Number(row), code, field])).toEqual(
    [...BAD].map(([row, [, code, field]]) => [row, code, field]),
  );
  const again = await send();
  expect(again.stderr).toContain('0 created, 0 changed, 993 unchanged, 7 rejected');
  writeFileSync(file, shipment().split('\n').slice(0, 3).join('\n'));
  expect((await send()).code).toBe(0);
});
