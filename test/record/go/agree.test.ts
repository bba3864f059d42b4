import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signCheckpoint } from '../../../src/record/checkpoint.ts';
import { consistencyProof } from '../../../src/record/consistency.ts';
import { cosign, formatWitnessKey, parseWitnessKey } from '../../../src/record/cosignature.ts';
import { inclusionProof } from '../../../src/record/inclusion.ts';
import { rangeNodes, rootOf } from '../../../src/record/merkle.ts';
import { formatVerifierKey, parseVerifierKey } from '../../../src/record/note.ts';
import { TILE_WIDTH, type Tile, tilePath, tileWidth } from '../../../src/record/tiles.ts';
import { verifyCosignedCheckpoint } from '../../../src/record/witness-policy.ts';
import { tiledLog } from '../tiled-log.ts';

const run = promisify(execFile);
const party = (name: string) => ({ name, ...generateKeyPairSync('ed25519') });
const [log, witness] = [party('log.example/sextant'), party('witness.example/w1')];
const at = new Date('2026-11-21T10:00:00Z');

/** Debian's golang-golang-x-mod-dev: the library as it is packaged, so that nothing is fetched. */
const GOPATH = '/usr/share/gocode';
const hasGo =
  existsSync(join(GOPATH, 'src/golang.org/x/mod/sumdb/tlog')) &&
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'go')));

const SIZES = [1, 255, 256, 257, 777, 65_536 + 300];

describeWithGo('Go’s golang.org/x/mod/sumdb', () => {
  it('reads our tiles, makes the proofs that we make, and opens our cosigned checkpoints', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sextant-go-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const program = join(folder, 'agree');
    const environment = { ...process.env, GOPATH, GO111MODULE: 'off', GOCACHE: join(folder, 'cache') };
    await run('go', ['build', '-o', program, join(import.meta.dirname, 'agree.go')], { env: environment });
    for (const size of SIZES) {
      const files = join(folder, String(size));
      const { root } = await writeLog(files, size);
      const { stdout } = await run(program, [files]);
      const made: { note: string; logKey: string; witnessKey: string } = JSON.parse(stdout);
      // And the other way: what Go signed as a log and as a witness verifies here.
      const policy = { threshold: 1, witnesses: [parseWitnessKey(made.witnessKey)] };
      const opened = verifyCosignedCheckpoint(made.note, parseVerifierKey(made.logKey), policy);
      expect(opened).toEqual({
        origin: 'go.example/log',
        size,
        root: new Uint8Array(root),
        cosignedBy: [{ witness: 'go.example/witness', at: new Date(1_700_000_000_000) }],
      });
    }
    // It does look: a bit of a tile, of a proof and of a cosignature each make it stop.
    const files = join(folder, '777');
    for (const [path, place] of [
      ['tile/0/001', 8_000],
      ['tile/0/003.p/9', 5],
      ['tile/entries/002', 3],
      ['claims.json', -20],
      ['checkpoint', 25],
    ] as const) {
      const sound = readFileSync(join(files, path));
      const changed = Buffer.from(sound);
      const index = place < 0 ? sound.length + place : place;
      changed[index] = (changed[index] ?? 0) ^ 1;
      writeFileSync(join(files, path), changed);
      await expect(run(program, [files]), path).rejects.toMatchObject({ code: 1 });
      writeFileSync(join(files, path), sound);
    }
    await run(program, [files]);
  }, 120_000);
});

/** The log as static files, and beside them what we claim of it. */
async function writeLog(folder: string, size: number) {
  const tiled = tiledLog(size);
  for (const tile of allTiles(size)) {
    const path = join(folder, tilePath(tile));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, (await tiled.get(tilePath(tile))) ?? '');
  }
  const bare = signCheckpoint(size, tiled.root, log);
  writeFileSync(join(folder, 'checkpoint'), bare + cosign(bare, witness, at));
  const some = [...new Set([0, 1, 255, 256, 300, 65_535, 65_536, size - 2, size - 1])];
  const leaves = some.filter((index) => index >= 0 && index < size);
  const base64 = (hash: Uint8Array) => Buffer.from(hash).toString('base64');
  const all = async <T>(numbers: readonly number[], make: (n: number) => Promise<T>) =>
    Object.fromEntries(await Promise.all(numbers.map(async (n) => [n, await make(n)] as const)));
  const sizes = leaves.map((index) => index + 1);
  const claims = {
    logKey: formatVerifierKey(log),
    witnessKey: formatWitnessKey(witness),
    inclusion: await all(leaves, async (n) => (await inclusionProof(n, size, tiled.read)).map(base64)),
    consistency: await all(sizes, async (n) => (await consistencyProof(n, size, tiled.read)).map(base64)),
    oldRoots: await all(sizes, async (n) =>
      base64(rootOf({ size: n, roots: await tiled.read(rangeNodes(n)) })),
    ),
    paths: PLACES.map((tile) => ({ ...tile, path: tilePath(tile) })),
  };
  writeFileSync(join(folder, 'claims.json'), JSON.stringify(claims));
  return tiled;
}

const PLACES = [0, 5, 999, 1_000, 1_234_067, 2 ** 40].flatMap((index) =>
  [0, 3, 7].flatMap((level) => [1, 255, 256].map((width) => ({ level, index, width }))),
);

function allTiles(size: number): Tile[] {
  const tiles: Tile[] = [];
  for (const level of ['entries', 0, 1, 2] as const) {
    for (let index = 0; tileWidth(level, index, size) > 0; index++)
      tiles.push({ level, index, width: Math.min(TILE_WIDTH, tileWidth(level, index, size)) });
  }
  return tiles;
}

function describeWithGo(name: string, suite: () => void): void {
  if (hasGo) {
    describe(name, suite);
    return;
  }
  if (process.env['SEXTANT_REQUIRE_ALL'] === '1')
    throw new Error('Go and golang-golang-x-mod-dev are required here and absent');
  describe.skip(`${name} (skipped: golang-go or golang-golang-x-mod-dev is absent)`, () => {});
}
