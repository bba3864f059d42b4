import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportReport } from '../../src/protocol/device.ts';
import type { PartyImportReport } from '../../src/protocol/party-import.ts';
import type { ScreeningReport } from '../../src/protocol/screening.ts';
import { readHead } from '../../src/store/log/statements.ts';
import { startTestVerifier, type TestPrincipal, type TestVerifier } from './verifier.ts';

let verifier: TestVerifier;
let exporter: TestPrincipal;
let authority: TestPrincipal;
beforeAll(async () => {
  verifier = await startTestVerifier();
  exporter = await verifier.principal('exporter', 'acme');
  authority = await verifier.principal('authority', 'bureau');
});
afterAll(() => verifier.close());

type Report = ImportReport | PartyImportReport | ScreeningReport;

async function send<R extends Report>(path: string, by: TestPrincipal, body: unknown): Promise<R> {
  const mediaType = typeof body === 'string' ? 'text/csv' : 'application/json';
  const answer = await verifier.call('POST', path, { token: by.token, body, mediaType });
  expect(answer.status).toBe(200);
  return answer.body as unknown as R; // the schema was checked
}

const headOf = () => verifier.context.store.read((view) => view.first(readHead, {}));

/** What is said of a row before it is kept as well as after. */
const judged = (report: Report) =>
  report.results.map(({ row, outcome, code, field }) => ({ row, outcome, code, field }));

/**
 * A dry run of a file, and then the file itself: both say the same of every row, and the log stands still in between.
 * @returns the report of the dry run
 */
async function tried<R extends Report>(path: string, by: TestPrincipal, body: unknown): Promise<R> {
  const head = await headOf();
  const dry = await send<R>(`${path}?dryRun=true`, by, body);
  expect(await headOf()).toEqual(head);
  expect(dry.dryRun).toBe(true);
  expect(dry.results.every(({ leafIndex }) => leafIndex === null)).toBe(true);
  const done = await send<R>(path, by, body);
  expect(done.dryRun).toBe(false);
  expect(judged(dry)).toEqual(judged(done));
  const { results: _, dryRun: __, ...counts } = dry;
  expect(done).toMatchObject(counts);
  return dry;
}

describe('a dry run of an import', () => {
  it('of devices says of each row what becomes of it, those before it taken as kept', async () => {
    const digest = (digit: string) => digit.repeat(64);
    const known = await send<ImportReport>('/v1/devices/import', exporter, [
      { kind: 'gpu', serial: 'known', model: 'H100' },
      { kind: 'host-tpm', identity: { type: 'tpm-ek', sha256: digest('a') } },
    ]);
    const [first, byIdentity] = known.results.map(({ deviceId }) => deviceId);
    const dry = await tried<ImportReport>('/v1/devices/import', exporter, [
      { kind: 'gpu', serial: 'known' },
      { kind: 'gpu', serial: 'new', identity: { type: 'nvidia-chip-key', sha256: digest('b') } },
      { kind: 'gpu', serial: 'other', identity: { type: 'nvidia-chip-key', sha256: digest('b') } },
      { kind: 'gpu', identity: { type: 'nvidia-chip-key', sha256: digest('b') } },
      { kind: 'host-tpm', serial: 'box', identity: { type: 'tpm-ek', sha256: digest('a') } },
      { kind: 'host-tpm', identity: { type: 'tpm-ek', sha256: digest('a') } },
      { kind: 'host-tpm', serial: 'box 2', identity: { type: 'tpm-ek', sha256: digest('a') } },
      { kind: 'gpu', serial: 'here', facilityId: `fac_${'0'.repeat(26)}` },
      { kind: 'gpu', serial: 'new' },
      { kind: 'cpu' },
      ...Array.from({ length: 120 }, (_, index) => ({ kind: 'gpu', serial: `many ${index}` })),
      { kind: 'gpu', serial: 'late', identity: { type: 'nvidia-chip-key', sha256: digest('b') } },
    ]);
    expect(dry.results.slice(0, 10).map(({ outcome, code }) => code ?? outcome)).toEqual([
      'unchanged',
      'created',
      'identity_differs',
      'unchanged',
      'changed',
      'unchanged',
      'identity_differs',
      'facility_unknown',
      'duplicate_row',
      'field_invalid',
    ]);
    expect(dry.results.at(-1)).toMatchObject({ code: 'identity_differs', field: 'serial' });
    expect(dry.results[2]?.message).toContain('row 2 has this identity');
    expect(dry.results.slice(0, 6).map(({ deviceId }) => deviceId)).toEqual([
      first,
      null,
      null,
      null,
      byIdentity,
      byIdentity,
    ]);
  });

  it('of parties finds parents that come before those whom they own, and loops that a file would close', async () => {
    const header = 'reference,legalName,country,parentReference,ownUltimateParent,source,dated';
    const before = [header, 'R 1,Top,CH,,true,register,2026-01-02', 'R 2,Middle,DE,R 1,,,'].join('\n');
    await send('/v1/parties/import', exporter, before);
    const dry = await tried<PartyImportReport>(
      '/v1/parties/import',
      exporter,
      [
        header,
        'R 3,Below,DE,R 2,,,',
        'R 1,Top,CH,R 3,,register,2026-01-03',
        'R 4,Leaf,DE,R 5,,,',
        'R 5,Later,DE,R 3,,,',
        'R 2,Middle SE,DE,R 1,,,',
        'R 3,Twice,DE,,,,',
        'R 6,Short',
      ].join('\n'),
    );
    expect(dry.results.map(({ outcome, code }) => code ?? outcome)).toEqual([
      'created',
      'ownership_loops',
      'parent_unknown',
      'created',
      'changed',
      'duplicate_row',
      'row_malformed',
    ]);
  });

  it('of screenings says how each party stands after each row', async () => {
    const { body } = await verifier.call('POST', '/v1/parties', {
      token: exporter.token,
      body: { legalName: 'Acme GmbH', country: 'DE' },
    });
    const reason = 'published';
    await verifier.call('POST', '/v1/screening-lists', {
      token: authority.token,
      body: { version: 'L1', reason },
    });
    const row = {
      partyId: body['id'],
      listVersion: 'L1',
      outcome: 'clear',
      reviewer: 'X',
      date: '2026-02-01',
    };
    const other = await verifier.call('POST', '/v1/parties', {
      token: exporter.token,
      body: { legalName: 'Before', country: 'DE' },
    });
    await verifier.call('POST', `/v1/parties/${other.body['id']}/versions`, {
      token: exporter.token,
      body: { legalName: 'After', reason },
    });
    const rows = [
      row,
      row,
      { ...row, outcome: 'hit' },
      { ...row, date: '2026-02-02' },
      { ...row, listVersion: 'L2' },
      { ...row, partyId: `pty_${'0'.repeat(26)}` },
      { ...row, partyId: other.body['id'] },
    ];
    const dry = await tried<ScreeningReport>('/v1/screenings/import', authority, rows);
    expect(dry.results.map(({ outcome, standing, code }) => code ?? `${outcome} ${standing}`)).toEqual([
      'recorded clear',
      'unchanged clear',
      'recorded denied',
      'recorded clear',
      'list_unknown',
      'party_unknown',
      'renamed_since',
    ]);
    const again = await send<ScreeningReport>('/v1/screenings/import?dryRun=true', authority, rows);
    expect(again).toMatchObject({ recorded: 0, unchanged: 4, rejected: 3 });
  });

  it('takes the right that the import takes', async () => {
    const file = { token: exporter.token, body: [{ kind: 'gpu', serial: 'right' }] };
    const foreign = await verifier.call('POST', '/v1/devices/import?dryRun=true', {
      ...file,
      token: authority.token,
    });
    expect(foreign.status).toBe(403);
    const unclear = await verifier.call('POST', '/v1/devices/import?dryRun=yes', file);
    expect(unclear.status).toBe(400);
  });
});
