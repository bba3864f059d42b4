import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The rooms of docs/architecture.md, top to bottom. A room imports only itself and what stands above it. */
const ROOMS = [
  'bytes',
  'protocol',
  'pki',
  'evidence',
  'location',
  'appraisal',
  'policy',
  'ledger',
  'record',
  'collateral',
  'store',
  'service',
  'http',
  'agent',
  'landmark',
  'dashboard',
  'forge',
  'cli',
] as const;

/** From `bytes` to `record`: bytes in, values out; time, anchors, collateral and randomness are arguments. */
const PURE: ReadonlySet<string> = new Set(ROOMS.slice(0, ROOMS.indexOf('record') + 1));

/** Pure rooms in which the primitives of `node:crypto` may be used. */
const MAY_HASH = new Set(['pki', 'evidence', 'location', 'record']);

const NO_STORE_NO_HTTP = new Set(['agent', 'landmark', 'dashboard', 'forge']);

/** What a browser can run, and what it is told: the rooms that the page may draw on. */
const FOR_BROWSERS = new Set(['bytes', 'protocol', 'location', 'appraisal', 'policy', 'record', 'dashboard']);

/** Statuses of grants are compressed, by the standard: zlib is a function of bytes like a hash. */
const MAY_INFLATE = new Set(['record']);

/** Ambient sources of time, chance, I/O and environment, as they would appear in a pure room. */
const IMPURE =
  /\bDate\.now\b|new Date\(\)|\bMath\.random\b|\bprocess\.|\bfetch\(|\bsetTimeout\b|\bperformance\.|\brandomBytes\b|\brandomUUID\b|\bgenerateKeyPair|\bgetRandomValues\b/;

const source = resolve(import.meta.dirname, '../../src');

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

type Import = { readonly from: string; readonly to: string };

function importsOf(file: string): Import[] {
  return importsIn(readFileSync(file, 'utf8'), file);
}

function importsIn(text: string, file: string): Import[] {
  const specifiers = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g,
  );
  return [...specifiers].map((match) => ({ from: file, to: match[1] ?? match[2] ?? match[3] ?? '' }));
}

/** Without those of types alone, which are gone when the program runs. */
function atRunTime(file: string): Import[] {
  if (!/\.tsx?$/.test(file)) return [];
  const text = readFileSync(file, 'utf8').replace(
    /(?:^|\n)\s*(?:import|export) type\b[^'"`;]*?from\s*['"][^'"]+['"]/g,
    '',
  );
  return importsIn(text, file);
}

function roomOf(path: string): string {
  return relative(source, path).split('/')[0] ?? '';
}

const files = filesBelow(source);
const imports = files.flatMap(importsOf);
const inner = imports
  .filter(({ to }) => to.startsWith('.'))
  .map(({ from, to }) => ({ from, to: resolve(dirname(from), to) }));
const show = (list: readonly Import[]): string[] =>
  list.map(
    ({ from, to }) => `${relative(source, from)} -> ${to.startsWith('/') ? relative(source, to) : to}`,
  );

describe('the house', () => {
  it('has only the rooms of the architecture', () => {
    const rooms = new Set(files.map(roomOf));
    expect([...rooms].filter((room) => !(ROOMS as readonly string[]).includes(room))).toEqual([]);
  });

  it('imports only upwards in the list, never down', () => {
    const order = new Map<string, number>(ROOMS.map((room, index) => [room, index]));
    const down = inner.filter(
      ({ from, to }) => (order.get(roomOf(to)) ?? 99) > (order.get(roomOf(from)) ?? -1),
    );
    expect(show(down)).toEqual([]);
  });

  it('keeps agents, landmarks, pages and forges away from store and http', () => {
    const leaks = inner.filter(
      ({ from, to }) => NO_STORE_NO_HTTP.has(roomOf(from)) && ['store', 'http'].includes(roomOf(to)),
    );
    expect(show(leaks)).toEqual([]);
  });

  it('lets the page draw on nothing but what a browser can run', () => {
    const leaks = inner.filter(
      ({ from, to }) => roomOf(from) === 'dashboard' && !FOR_BROWSERS.has(roomOf(to)),
    );
    expect(show(leaks)).toEqual([]);
    const ofNode = imports.filter(
      ({ from, to }) =>
        to.startsWith('node:') && roomOf(from) === 'dashboard' && !from.includes('/dashboard/build/'),
    );
    expect(show(ofNode)).toEqual([]);
  });

  // Proofs are checked in a worker of their own, which is built with what it needs.
  it('gives the page nothing that makes code of text, or needs Node, however far behind an import', () => {
    const reached = new Map<string, readonly string[]>();
    const follow = (file: string, way: readonly string[]): void => {
      if (reached.has(file)) return;
      reached.set(file, way);
      for (const { to } of atRunTime(file)) {
        if (to.startsWith('.')) follow(resolve(dirname(file), to), [...way, file]);
        else if (to === 'zod' || to.startsWith('node:')) reached.set(to, [...way, file]);
      }
    };
    for (const file of files) {
      if (roomOf(file) === 'dashboard' && !/\/dashboard\/(?:build|proofs\/inside)\//.test(file))
        follow(file, []);
    }
    expect(reached.size).toBeGreaterThan(300);
    const ways = [...reached].filter(([to]) => !to.startsWith('/'));
    expect(ways.map(([to, way]) => [...way.map((file) => relative(source, file)), to].join(' -> '))).toEqual(
      [],
    );
  });

  it('lets only the command line reach the forge', () => {
    const leaks = inner.filter(
      ({ from, to }) => roomOf(to) === 'forge' && !['forge', 'cli'].includes(roomOf(from)),
    );
    expect(show(leaks)).toEqual([]);
  });

  it('keeps evidence formats apart, azure excepted', () => {
    const formatOf = (path: string): string => relative(join(source, 'evidence'), path).split('/')[0] ?? '';
    const FORMATS = new Set(['intel', 'amd', 'nvidia', 'tpm', 'nitro', 'azure']);
    const crossings = inner.filter(({ from, to }) => {
      if (roomOf(from) !== 'evidence' || roomOf(to) !== 'evidence') return false;
      const [a, b] = [formatOf(from), formatOf(to)];
      if (!FORMATS.has(a) || !FORMATS.has(b) || a === b) return false;
      return !(a === 'azure' && to.endsWith('/index.ts'));
    });
    expect(show(crossings)).toEqual([]);
  });

  it('keeps the pure rooms pure', () => {
    const nodeModules = imports.filter(({ from, to }) => {
      if (!to.startsWith('node:') || !PURE.has(roomOf(from))) return false;
      const isHash = to === 'node:crypto' && MAY_HASH.has(roomOf(from));
      return !isHash && !(to === 'node:zlib' && MAY_INFLATE.has(roomOf(from)));
    });
    expect(show(nodeModules)).toEqual([]);
    const ambient = files
      .filter((file) => PURE.has(roomOf(file)))
      .filter((file) => IMPURE.test(readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')));
    expect(ambient.map((file) => relative(source, file))).toEqual([]);
  });

  it('lets only files called verify.ts under evidence declare something verified', () => {
    const sealers = inner.filter(
      ({ from, to }) =>
        to.endsWith('evidence/verified.ts') &&
        /\bsealVerified\b/.test(readFileSync(from, 'utf8')) &&
        !(roomOf(from) === 'evidence' && from.endsWith('/verify.ts')),
    );
    expect(show(sealers)).toEqual([]);
  });

  it('has no drawer for things without a place', () => {
    const drawers = files.filter((file) =>
      /(?:^|\/)(?:utils?|helpers?|manager|common|misc)(?:\.ts|\/)/.test(relative(source, file)),
    );
    expect(drawers.map((file) => relative(source, file))).toEqual([]);
  });
});
