import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportReport } from '../../src/protocol/device.ts';
import { shown } from './possession.ts';
import { startTestVerifier, type TestVerifier } from './verifier.ts';

let verifier: TestVerifier;
let token: string;
beforeAll(async () => {
  verifier = await startTestVerifier();
  token = (await verifier.principal('exporter', 'acme')).token;
});
afterAll(() => verifier.close());

const send = (body: unknown, mediaType: string) =>
  verifier.call('POST', '/v1/devices/import', { token, body, mediaType });

async function reportOf(body: unknown, mediaType: string): Promise<ImportReport> {
  const answer = await send(body, mediaType);
  expect(answer.status).toBe(200);
  return answer.body as ImportReport; // the schema was checked
}

describe('an import', () => {
  it('keeps the rows that are right and says of every other what to do', async () => {
    const csv = [
      'kind,serial,model,tpmEkSha256,facilityId',
      'gpu,A-1,H100,,',
      'cpu,A-2,,,',
      'gpu,A-1,H100,,',
      `host-tpm,,,${'AB'.repeat(32)},`,
      'gpu,A-3,,,fac_00000000000000000000000000',
      'gpu,A-4',
      'gpu,,,,',
      '',
    ].join('\r\n');
    const report = await reportOf(csv, 'text/csv');
    expect(report).toMatchObject({ rows: 7, created: 2, rejected: 5 });
    expect(report.results.map(({ row, outcome, code, field }) => [row, outcome, code, field])).toEqual([
      [1, 'created', null, null],
      [2, 'rejected', 'field_invalid', 'kind'],
      [3, 'rejected', 'duplicate_row', 'serial'],
      [4, 'created', null, null],
      [5, 'rejected', 'facility_unknown', 'facilityId'],
      [6, 'rejected', 'row_malformed', 'row'],
      [7, 'rejected', 'field_invalid', 'serial'],
    ]);
    expect(report.results.filter(({ message }) => message === null)).toHaveLength(2);
  });

  it('repeated changes nothing, whatever the format', async () => {
    const rows = [
      { kind: 'gpu', serial: 'B-1', model: 'H100' },
      { kind: 'switch', serial: 'B-2' },
    ];
    const first = await reportOf(rows, 'application/json');
    expect(first).toMatchObject({ created: 2 });
    const lines = `${rows.map((item) => JSON.stringify(item)).join('\n')}\n`;
    const again = await reportOf(lines, 'application/x-ndjson');
    expect(again).toMatchObject({ created: 0, unchanged: 2 });
    expect(again.results.map(({ deviceId }) => deviceId)).toEqual(
      first.results.map(({ deviceId }) => deviceId),
    );
    const csv = 'serial,kind\nB-1,gpu\n"B-2",switch';
    expect(await reportOf(csv, 'text/csv')).toMatchObject({ unchanged: 2 });
    expect(await reportOf('﻿kind,serial,model\ngpu,B-1,H200', 'text/csv')).toMatchObject({ changed: 1 });
  });

  it('gives every accepted row its own leaf in the log', async () => {
    const { results } = await reportOf(
      Array.from({ length: 250 }, (_, index) => ({ kind: 'gpu', serial: `C-${index}` })),
      'application/json',
    );
    const leaves = results.map(({ leafIndex }) => leafIndex);
    expect(new Set(leaves).size).toBe(250);
    const { body } = await verifier.call('GET', `/v1/log/receipts/${leaves[249]}`, { token });
    expect(body['act']).toMatchObject({ type: 'device.registered', body: { serial: 'C-249' } });
  });

  it.each([
    ['an unknown column', 'text/csv', 'kind,serial,colour\ngpu,X,red'],
    ['no column kind', 'text/csv', 'serial\nX'],
    ['a column twice', 'text/csv', 'kind,kind,serial\ngpu,gpu,X'],
    ['an open quote', 'text/csv', 'kind,serial\ngpu,"X'],
    ['only a header', 'text/csv', 'kind,serial\n'],
    ['nothing', 'text/csv', ''],
    ['an object instead of an array', 'application/json', '{"kind":"gpu","serial":"X"}'],
    ['an empty array', 'application/json', '[]'],
    ['too many rows', 'text/csv', `kind,serial\n${'gpu,X\n'.repeat(10_001)}`],
    ['a row of great length', 'text/csv', `kind,serial\ngpu,${'X'.repeat(5_000)}`],
  ])('of a file with %s is refused as a whole', async (_, mediaType, body) => {
    expect(await send(body, mediaType)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('of bytes that are not UTF-8 is refused', async () => {
    const url = `${verifier.url}/v1/devices/import`;
    const now = verifier.context.clock();
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...shown(token, { method: 'POST', url, now }), 'content-type': 'text/csv' },
      body: new Uint8Array([0x6b, 0xff, 0xfe]),
    });
    expect(response.status).toBe(400);
  });

  it('reads JSON lines one by one: a bad line spoils no other', async () => {
    const report = await reportOf(
      '{"kind":"gpu","serial":"D-1"}\n{"kind":\n\n{"kind":"gpu","kind":"gpu"}\n[1]',
      'application/x-ndjson',
    );
    expect(report.results.map(({ code }) => code)).toEqual([
      null,
      'row_malformed',
      'row_malformed',
      'row_malformed',
      'field_invalid',
    ]);
  });

  it('of spreadsheets is asked for in another format', async () => {
    expect(await send('x', 'application/vnd.ms-excel')).toMatchObject({ status: 415 });
  });
});
