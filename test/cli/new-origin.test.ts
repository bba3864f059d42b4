import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Verifier } from '../../src/cli/serve/verifier.ts';
import { signCheckpoint, verifyCheckpoint } from '../../src/record/checkpoint.ts';
import { formatVerifierKey } from '../../src/record/note.ts';
import { readOpening } from '../../src/record/origin.ts';
import { verifyReceipt } from '../../src/record/receipt.ts';
import { latestCheckpoint } from '../../src/service/log.ts';
import { sextant } from './in-process.ts';
import { backedUp, ORIGIN, readiness, record, serving } from './restoring.ts';

const NEXT = `${ORIGIN}/2`;

/** A verifier that lost what it had published since its backup, and goes on under another name. */
async function renamed() {
  const { folder, data, before, restore } = await backedUp();
  const early = join(folder, 'early');
  writeFileSync(early, await latestCheckpoint(before.context));
  for (const text of ['two', 'three']) await record(before, text);
  const mirror = join(folder, 'mirror');
  expect(await sextant('audit', before.url, '--mirror', mirror)).toMatchObject({ status: 0 });
  const published = join(folder, 'published-checkpoint');
  writeFileSync(published, readFileSync(join(mirror, 'checkpoint')));
  await before.close();
  restore();
  const reason = 'the disk failed';
  const made = await sextant('log', 'new-origin', '--data', data, '--reason', reason);
  const after = await serving({ data, config: {} });
  await record(after, 'another two');
  const { privateKey, publicKey } = after.context.keys.log;
  const sign = (size: number, name = ORIGIN, root = new Uint8Array(32)) => {
    const file = join(folder, `${size}-${name.replaceAll('/', '-')}`);
    writeFileSync(file, signCheckpoint(size, root, { name, privateKey, publicKey }));
    return file;
  };
  const key = formatVerifierKey({ name: ORIGIN, publicKey });
  return { folder, data, mirror, made, after, early, published, key, publicKey, sign };
}

type Renamed = Awaited<ReturnType<typeof renamed>>;

async function auditOf({ after }: Pick<Renamed, 'after'>, ...more: readonly string[]) {
  const { status, stdout } = await sextant('audit', after.url, '--json', ...more);
  return { status, report: JSON.parse(stdout) };
}

const sizeIn = (file: string, { publicKey }: Renamed) =>
  verifyCheckpoint(readFileSync(file, 'utf8'), { name: ORIGIN, publicKey }).size;

async function openingOf({ url }: Verifier): Promise<unknown> {
  return ((await (await fetch(`${url}/v1/log/origins`)).json()) as { readonly openings: unknown[] })
    .openings[0];
}

describe('sextant log new-origin', () => {
  it('lets a log go on that was restored, with an act that anybody can verify', async () => {
    const story = await renamed();
    const { after, data, made, publicKey, published } = story;
    expect(made).toMatchObject({ status: 0, stderr: '' });
    expect(made.stdout).toContain(formatVerifierKey({ name: NEXT, publicKey }));
    expect(await readiness(after)).toEqual([200, { name: 'log', status: 'ok' }]);
    const { act, leafIndex } = verifyReceipt(await openingOf(after), { name: NEXT, publicKey });
    const { origin, predecessor, reason } = readOpening(act, leafIndex, { publicKey });
    expect([origin, predecessor.origin, reason]).toEqual([NEXT, ORIGIN, 'the disk failed']);
    expect(predecessor).toMatchObject({ size: leafIndex, publishedSize: sizeIn(published, story) });
    await after.close();
    // The old name is gone for good, and what was kept under the new one counts from here on.
    await expect(serving({ data })).rejects.toMatchObject({ code: 'log_key_differs' });
    expect(await readiness(await serving({ data, config: { logOrigin: NEXT } }))).toEqual([
      200,
      { name: 'log', status: 'ok' },
    ]);
  });

  it('is refused where nothing that was published is missing, without the old key, and for names that are none', async () => {
    const { folder, data, before, restore } = await backedUp();
    await latestCheckpoint(before.context);
    await record(before, 'two');
    const elsewhere = join(folder, 'brought');
    const open = (...more: string[]) =>
      sextant('log', 'new-origin', '--data', data, '--reason', 'none', ...more);
    await before.close();
    expect(await open()).toMatchObject({ status: 2, stderr: expect.stringContaining('nothing is known') });
    expect((await open('--keys', elsewhere)).stderr).toContain('no key of a log');
    const { privateKey, publicKey } = before.context.keys.log;
    writeFileSync(elsewhere, signCheckpoint(99, new Uint8Array(32), { name: ORIGIN, privateKey, publicKey }));
    restore();
    for (const name of ['two words', 'a+b', ORIGIN])
      expect(await open('--checkpoint', elsewhere, '--origin', name)).toMatchObject({ status: 2 });
    expect(await open('--checkpoint', elsewhere, '--origin', 'other.example')).toMatchObject({ status: 0 });
    expect(await open('--checkpoint', elsewhere)).toMatchObject({ status: 2 });
  });
});

describe('an audit of a log that goes on under another name', () => {
  it('follows from the old name, tells what is lost, and holds what was shown before against it', async () => {
    const story = await renamed();
    const { mirror, early, key, published } = story;
    const { status, report } = await auditOf(story, '--mirror', mirror);
    expect([status, report.verdict, report.origin]).toEqual([0, 'holds', NEXT]);
    const [{ leaves, published: shown, ...former }] = report.openings;
    expect(former).toEqual({ origin: ORIGIN, reason: 'the disk failed' });
    expect(shown).toBe(sizeIn(published, story));
    expect(leaves).toBe(sizeIn(early, story));
    expect(report.unchecked).toContainEqual(
      expect.objectContaining({
        what: 'log.lost',
        reason: expect.stringContaining(`${shown - leaves} leaves`),
      }),
    );
    // The mirror is still the old log's, whole.
    expect(readFileSync(join(mirror, 'checkpoint'), 'utf8')).toBe(readFileSync(published, 'utf8'));
    const again = await auditOf(story, '--key', key, '--checkpoint', early);
    expect(again.status).toBe(0);
    expect(again.report.holds['log.grew-from-checkpoints']).toBe(1);
    expect((await sextant('audit', story.after.url)).stdout).toContain(ORIGIN);
  });

  it('finds a log that does not begin as its predecessor did, or had published more than it says', async () => {
    const story = await renamed();
    const { key, published, sign } = story;
    const size = sizeIn(published, story);
    for (const [file, code] of [
      [sign(1), 'log.forked'],
      [sign(size), 'log.forked'],
      [sign(size + 1), 'log.rolled-back'],
      [sign(2, 'another.example/log'), 'log.origin-unexplained'],
    ] as const) {
      const { status, report } = await auditOf(story, '--key', key, '--checkpoint', file);
      expect([status, Object.keys(report.found)]).toEqual([1, [code]]);
    }
  });

  it('finds a name that is not explained, and an explanation that is not the log’s', async () => {
    const story = await renamed();
    const { folder, key } = story;
    const mirror = join(folder, 'later');
    await sextant('audit', story.after.url, '--mirror', mirror);
    const file = join(mirror, 'origins');
    const shown = JSON.parse(readFileSync(file, 'utf8'));
    const found = async () => {
      const { stdout } = await sextant('audit', mirror, '--json', '--key', key);
      return Object.keys(JSON.parse(stdout).found);
    };
    expect(await found()).toEqual([]);
    shown.openings[0].act.body.predecessor.publishedSize = 0;
    writeFileSync(file, JSON.stringify(shown));
    expect(await found()).toEqual(['log.origin-unexplained']);
    rmSync(file);
    expect(await found()).toEqual(['log.origin-unexplained']);
  });
});
