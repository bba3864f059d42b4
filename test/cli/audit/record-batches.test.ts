import { expect, it } from 'vitest';
import { httpFiles } from '../../../src/cli/audit/http-files.ts';
import { RecordBatches } from '../../../src/cli/audit/record-batches.ts';
import { runAudit } from '../../../src/cli/audit/run.ts';
import type { RecordLine } from '../../../src/protocol/audit.ts';
import { temporaryFolder } from '../../store/temporary.ts';
import { makeStory } from './story.ts';

it('hands out what the acts of a bundle speak of at once, in pieces where that is asked for, and to auditors alone', async () => {
  const { world, auditor } = await makeStory();
  const get = async (path: string, token = auditor) => {
    const response = await fetch(`${world.server.url}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const batch = async (query = ''): Promise<readonly RecordLine[]> => {
    const { status, bytes } = await get(`/v1/log/records/0${query}`);
    expect(status).toBe(200);
    return bytes
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  const lines = await batch();
  expect(lines.at(-1)).toEqual({ next: null });
  const records = lines
    .slice(0, -1)
    .map((line) => ('kind' in line ? line : expect.fail('an end in between')));
  expect(records.map(({ kind }) => kind)).toEqual([
    ...Array.from({ length: 4 }, () => ['appraisals', 'evidence']).flat(),
    ...Array.from({ length: 2 }, () => ['decisions', 'weighed']).flat(),
  ]);
  for (const record of records) {
    const { bytes } = await get(`/v1/audit/${record.kind}/${encodeURIComponent(record.id)}`);
    expect('text' in record ? Buffer.from(record.text) : Buffer.from(record.base64, 'base64')).toEqual(bytes);
  }
  // One act at a time, and on from there.
  const pieces: RecordLine[] = [];
  for (let after: number | null = -1; after !== null; ) {
    const piece = await batch(`?most=1${after < 0 ? '' : `&after=${after}`}`);
    const end = piece.at(-1);
    after = end !== undefined && 'next' in end ? end.next : expect.fail('cut off');
    pieces.push(...piece.slice(0, -1));
  }
  expect(pieces).toEqual(records);

  expect(await batch('?tenant=nobody')).toEqual([{ next: null }]);
  expect(await batch('?until=2020-01-01T00:00:00Z')).toEqual([{ next: null }]);
  expect(await batch('?from=2020-01-01T00:00:00Z')).toEqual(lines);
  expect(await batch('?tenant=chips')).toEqual([...records.slice(8), { next: null }]);
  expect(await get('/v1/log/records/0', world.people.operator.token)).toMatchObject({ status: 401 });
  expect((await get('/v1/log/records/7')).bytes.toString()).toBe('{"next":null}\n');
  expect((await get('/v1/log/records/0?most=0')).status).toBe(400);

  // An audit takes them so, and asks by itself for what many share.
  const asked: string[] = [];
  const files = httpFiles(new URL(world.server.url), async ({ pathname }) => {
    asked.push(pathname);
    return { authorization: `Bearer ${auditor}` };
  });
  const report = await runAudit({
    ...{
      source: { files },
      mirror: temporaryFolder(),
      known: [],
      replays: true,
      whole: false,
      at: new Date(),
    },
    keys: { log: null, served: files.get, witnesses: null },
    onProgress: () => {},
  });
  expect(report).toMatchObject({
    verdict: 'holds',
    holds: { 'appraisals.judged-again': 4, 'decisions.decided-again': 2 },
  });
  expect(asked).toContain('/v1/log/records/0');
  expect(asked.filter((path) => /audit\/(?:appraisals|evidence|decisions)/.test(path))).toEqual([]);
});

it('asks by itself for what a batch does not bring: where there are none, where one is cut off, and where it is garbage', async () => {
  const line = (id: string) => JSON.stringify({ kind: 'decisions', id, text: `"${id}"` });
  const answers: Record<string, readonly string[] | null> = {
    '0': [line('a'), '{"next":3}'],
    '0 3': [line('b'), '{"next":null}'],
    '1': [line('c'), 'no JSON'],
    '2': null,
  };
  const asked: string[] = [];
  const batches = new RecordBatches(async (bundle, after) => {
    const name = after === null ? `${bundle}` : `${bundle} ${after}`;
    asked.push(name);
    const lines = answers[name] ?? null;
    return lines === null
      ? null
      : (async function* () {
          yield* lines;
        })();
  });
  const take = async (id: string) => (await batches.take(`records/decisions/${id}`))?.toString();
  for (const bundle of [0, 1, 2, 3]) batches.expect(bundle);
  expect(await Promise.all(['a', 'b', 'c', 'd'].map(take))).toEqual(['"a"', '"b"', '"c"', undefined]);
  expect(await take('a')).toBeUndefined();
  batches.expect(4);
  expect(asked.sort()).toEqual(['0', '0 3', '1', '2', '3']);
});
