import { generateKeyPairSync } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { signCheckpoint, verifyCheckpoint } from '../../../src/record/checkpoint.ts';
import { formatVerifierKey, parseVerifierKey } from '../../../src/record/note.ts';
import { formatEntryBundle, parseEntryBundle } from '../../../src/record/tiles.ts';
import { sextant } from '../in-process.ts';
import { makeStory, type Story } from './story.ts';

/** The audit as a program reads it: status, codes, and the whole. */
async function audit(...args: readonly string[]) {
  const { status, stdout, stderr } = await sextant('audit', ...args, '--json');
  if (stdout === '') throw new Error(stderr);
  const report = JSON.parse(stdout);
  return { status, codes: Object.keys(report.found).sort(), report };
}

/** A mirror that an auditor made over HTTP. */
async function mirrored({ world, key, folder, auditor }: Story, name = 'mirror'): Promise<string> {
  const mirror = join(folder, name);
  process.env['SEXTANT_TOKEN'] = auditor;
  try {
    const { status, codes } = await audit(world.server.url, '--mirror', mirror, '--key', key);
    expect(codes).toEqual([]);
    expect(status).toBe(0);
  } finally {
    delete process.env['SEXTANT_TOKEN'];
  }
  return mirror;
}

const sizeOf = (story: Story, file: string): number =>
  verifyCheckpoint(readFileSync(file, 'utf8'), parseVerifierKey(story.key)).size;

type Files = { readonly folder: string; readonly size: number; readonly story: Story };
const rewrite = (path: string, change: (bytes: Buffer) => Uint8Array): void =>
  writeFileSync(path, change(readFileSync(path)));
const flip = (place: number) => (bytes: Buffer) => {
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return bytes;
};
const entries =
  (change: (found: Uint8Array[]) => Uint8Array[]) =>
  ({ folder, size }: Files) =>
    rewrite(join(folder, `tile/entries/000.p/${size}`), (bytes) =>
      formatEntryBundle(change(parseEntryBundle(bytes, size))),
    );
const text = (file: (files: Files) => string, from: string, to: string) => (files: Files) =>
  rewrite(join(files.folder, file(files)), (bytes) =>
    Buffer.from(bytes.toString('utf8').replaceAll(from, to)),
  );
const every =
  (kind: string, change: (bytes: Buffer) => Uint8Array) =>
  ({ folder }: Files) => {
    for (const name of readdirSync(join(folder, 'records', kind)))
      rewrite(join(folder, 'records', kind, name), change);
  };
const replacing = (from: string, to: string) => (bytes: Buffer) =>
  Buffer.from(bytes.toString('utf8').replaceAll(from, to));
const stranger = generateKeyPairSync('ed25519');

const TABLE: readonly (readonly [string, (files: Files) => void, readonly string[]])[] = [
  ['nothing', () => {}, []],
  [
    'one byte of an entry',
    ({ folder, size }) => rewrite(join(folder, `tile/entries/000.p/${size}`), flip(40)),
    ['log.leaf-altered'],
  ],
  ['a removed entry', entries((found) => found.toSpliced(9, 1)), ['log.leaf-removed']],
  [
    'a reordered pair',
    entries((found) => found.with(9, found[12] ?? Buffer.of()).with(12, found[9] ?? Buffer.of())),
    ['log.leaves-reordered'],
  ],
  [
    'one byte of a tile',
    ({ folder, size }) => rewrite(join(folder, `tile/0/000.p/${size}`), flip(40)),
    ['log.tile-altered'],
  ],
  [
    'a tile that is gone',
    ({ folder, size }) => rmSync(join(folder, `tile/0/000.p/${size}`)),
    ['log.tile-absent'],
  ],
  [
    'an edited checkpoint',
    ({ folder, size }) =>
      text(() => 'checkpoint', `\n${size}\n`, `\n${size - 1}\n`)({ folder, size } as Files),
    ['log.signature'],
  ],
  [
    'another key than the log is known by',
    ({ folder, size, story }) => {
      const name = story.world.context.config.logOrigin;
      const { root } = verifyCheckpoint(
        readFileSync(join(folder, 'checkpoint'), 'utf8'),
        parseVerifierKey(story.key),
      );
      writeFileSync(join(folder, 'checkpoint'), signCheckpoint(size, root, { name, ...stranger }));
      writeFileSync(join(folder, 'key'), formatVerifierKey({ name, publicKey: stranger.publicKey }));
    },
    ['log.key-changed', 'log.signature'],
  ],
  [
    'an earlier checkpoint',
    ({ folder, story }) => cpSync(story.early, join(folder, 'checkpoint')),
    ['log.rolled-back', 'log.tile-absent'],
  ],
  [
    'an act',
    text(({ size }) => `acts/000.p/${size}`, '"leafIndex":9,"type":"', '"leafIndex":9,"type":"x'),
    ['act.altered'],
  ],
  ['an answer', every('appraisals', replacing('\\"G2\\"', '\\"G3\\"')), ['appraisal.altered']],
  ['a decision', every('decisions', replacing('\\"allow\\"', '\\"deny\\"')), ['decision.altered']],
  ['evidence', every('evidence', flip(200)), ['decision.without-evidence', 'evidence.altered']],
  [
    'a trust input',
    every('trust-inputs', replacing(String.raw`\"version\":\"1\"`, String.raw`\"version\":\"3\"`)),
    ['trust-input.altered'],
  ],
];

describe('files of a log that somebody serves', () => {
  it('are found out by code, whatever was done to them, and nothing else is accused', {
    timeout: 120_000,
  }, async () => {
    const story = await makeStory();
    const mirror = await mirrored(story);
    const size = sizeOf(story, story.published);
    const said: Record<string, readonly string[]> = {};
    for (const [what, tamper] of TABLE) {
      const folder = join(story.folder, 'served');
      rmSync(folder, { recursive: true, force: true });
      cpSync(mirror, folder, { recursive: true });
      rmSync(join(folder, 'state.json'));
      tamper({ folder, size, story });
      const { status, codes } = await audit(folder, '--key', story.key, '--checkpoint', story.published);
      expect(status).toBe(codes.length === 0 ? 0 : 1);
      said[what] = codes;
    }
    expect(said).toEqual(Object.fromEntries(TABLE.map(([what, , codes]) => [what, codes])));
  });

  it('are found to be two logs where two readers were shown one each, by the mirror or a checkpoint of the other', {
    timeout: 120_000,
  }, async () => {
    // The tests' worlds sign with one key under one name: two of them are what a log that forks shows.
    const [one, other] = [await makeStory(), await makeStory()];
    const mirror = await mirrored(one);
    await other.decide();
    const address = other.world.server.url;
    const byMirror = await audit(address, '--mirror', mirror);
    expect(byMirror).toMatchObject({ status: 1, codes: ['log.forked'] });
    const byOther = await audit(address, '--key', one.key, '--checkpoint', one.published);
    expect(byOther).toMatchObject({ status: 1, codes: ['log.forked'] });
    const byReceipt = await audit(address, '--key', one.key, '--receipt', one.receipt);
    expect(byReceipt).toMatchObject({ status: 1, codes: ['log.forked'] });
    // Nothing of the other history was taken into the mirror.
    expect((await audit(mirror, '--checkpoint', one.published)).codes).toEqual([]);
  });
});
