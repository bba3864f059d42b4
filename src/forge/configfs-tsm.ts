import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { systemError, type TsmOptions, TsmReports } from './tsm-reports.ts';

/**
 * A directory that behaves as /sys/kernel/config/tsm/report, for whoever in this process works on it with node:fs.
 *
 * No plain directory can: there, files of a new entry appear within the mkdir, a write of one file changes another,
 * a read makes what it returns, and rmdir removes a directory with files in it. A process that watches would come too
 * late for the first, and nothing but a file system of its own can do the last. So node:fs itself is intercepted, for paths
 * below the mounted directory alone; behind it lies a real directory, which holds what was last read or written.
 *
 * What is intercepted, in node:fs/promises and in the synchronous form: mkdir, mkdtemp, rmdir, rm, unlink, readFile,
 * writeFile, open, and close of what open gave. What the entries do then says tsm-reports.ts. Beyond that:
 * - `rm` and `unlink` of anything fail with EPERM, as in configfs: entries go by rmdir;
 * - `mkdir` inside an entry fails with EPERM;
 * - a write through `open` counts when the handle is closed, and not at all if nothing was written;
 * - errors that the kernel gives at the first read come from `open` here.
 * Nothing waits, nothing is timed: every effect is there when the call returns.
 */
export type MountedTsm = {
  /** In the place of /sys/kernel/config/tsm/report. */
  readonly path: string;
  /** Names of entries that exist now. */
  readonly entries: () => readonly string[];
  /** Takes it away, and node:fs is what it was once nothing is mounted. Safe to call twice. */
  readonly unmount: () => void;
};

export function mountConfigfsTsm(options: TsmOptions): MountedTsm {
  const path = real.mkdtempSync(join(tmpdir(), 'sextant-tsm-'));
  const reports = new TsmReports(options);
  if (mounts.size === 0) intercept();
  mounts.set(path, reports);
  return {
    path,
    entries: () => reports.entries,
    unmount: () => {
      if (!mounts.delete(path)) return;
      if (mounts.size === 0) restore();
      real.rmSync(path, { recursive: true, force: true });
    },
  };
}

const mounts = new Map<string, TsmReports>();

/** As they were before anything was mounted. */
const real = { ...fs };
const realPromises = { ...fs.promises };

/** A place below a mounted directory. */
type Place = {
  readonly path: string;
  readonly reports: TsmReports;
  readonly entry: string;
  /** Null: the entry itself. */
  readonly attribute: string | null;
};

function locate(path: unknown): Place | null {
  if (typeof path !== 'string') return null;
  const absolute = resolve(path);
  for (const [root, reports] of mounts) {
    const [entry, attribute, ...deeper] = relative(root, absolute).split(sep);
    if (!absolute.startsWith(root + sep) || entry === undefined) continue;
    return {
      path: absolute,
      reports,
      entry,
      attribute: attribute === undefined ? null : [attribute, ...deeper].join(sep),
    };
  }
  return null;
}

/** What happens around a call of node:fs on such a place. */
type Hook = {
  readonly before: (place: Place, args: readonly unknown[]) => void;
  readonly after: (place: Place, args: readonly unknown[], result: unknown) => void;
};

const nothing = (): void => {};
const refuse: Hook = {
  before: ({ path }) => {
    throw systemError('EPERM', 'unlink', path);
  },
  after: nothing,
};

const HOOKS = {
  mkdir: {
    before: ({ attribute, reports, entry, path }) => {
      if (attribute !== null) throw systemError('EPERM', 'mkdir', path);
      reports.create(entry);
    },
    after: populate,
  },
  mkdtemp: {
    before: nothing,
    after: (_, __, made) => {
      const place = locate(made);
      if (place === null) return;
      place.reports.create(place.entry);
      populate(place);
    },
  },
  rmdir: {
    before: ({ attribute, reports, entry, path }) => {
      if (attribute !== null) throw systemError('ENOTDIR', 'rmdir', path);
      reports.remove(entry);
      for (const file of real.readdirSync(path)) real.unlinkSync(join(path, file));
    },
    after: nothing,
  },
  rm: refuse,
  unlink: refuse,
  readFile: { before: refresh, after: nothing },
  writeFile: { before: (place) => real.writeFileSync(place.path, ''), after: commit },
  open: {
    before: (place, [, flags]) => (isWriting(flags) ? real.writeFileSync(place.path, '') : refresh(place)),
    after: (place, [, flags], opened) => {
      if (isWriting(flags)) commitOnClose(place, opened);
    },
  },
} as const satisfies Record<string, Hook>;

function intercept(): void {
  for (const [name, hook] of Object.entries<Hook>(HOOKS)) {
    const sync = `${name}Sync`;
    Object.assign(fs, { [sync]: hookedSync(Reflect.get(real, sync), hook) });
    Object.assign(fs.promises, { [name]: hooked(Reflect.get(realPromises, name), hook) });
  }
  Object.assign(fs, {
    closeSync: (descriptor: number): void => {
      real.closeSync(descriptor);
      const place = inside ? undefined : written.get(descriptor);
      if (place === undefined) return;
      written.delete(descriptor);
      unhooked(() => commitIfWritten(place));
    },
  });
  syncBuiltinESMExports();
}

function restore(): void {
  for (const name of Object.keys(HOOKS)) {
    Object.assign(fs, { [`${name}Sync`]: Reflect.get(real, `${name}Sync`) });
    Object.assign(fs.promises, { [name]: Reflect.get(realPromises, name) });
  }
  Object.assign(fs, { closeSync: real.closeSync });
  syncBuiltinESMExports();
}

type Call = (...args: readonly unknown[]) => unknown;

function hookedSync(original: Call, hook: Hook): Call {
  return (...args) => {
    const place = locate(args[0]);
    if (place === null || inside) return original(...args);
    return unhooked(() => {
      hook.before(place, args);
      const result = original(...args);
      hook.after(place, args, result);
      return result;
    });
  };
}

function hooked(original: Call, hook: Hook): Call {
  return async (...args) => {
    const place = locate(args[0]);
    if (place === null) return await original(...args);
    unhooked(() => hook.before(place, args));
    const result = await original(...args);
    unhooked(() => hook.after(place, args, result));
    return result;
  };
}

/** Node's own readFileSync and writeFileSync call the openSync and closeSync that are hooked here. */
let inside = false;

function unhooked<T>(act: () => T): T {
  inside = true;
  try {
    return act();
  } finally {
    inside = false;
  }
}

function populate({ path, reports }: Place): void {
  for (const attribute of reports.attributes) real.writeFileSync(join(path, attribute), '');
}

function refresh({ path, reports, entry, attribute }: Place): void {
  if (attribute !== null) real.writeFileSync(path, reports.read(entry, attribute));
}

function commit({ path, reports, entry, attribute }: Place): void {
  if (attribute !== null) reports.write(entry, attribute, real.readFileSync(path));
}

function commitIfWritten(place: Place): void {
  if (real.statSync(place.path).size > 0) commit(place);
}

/** Descriptors of synchronous opens for writing. */
const written = new Map<number, Place>();

function commitOnClose(place: Place, opened: unknown): void {
  if (typeof opened === 'number') {
    written.set(opened, place);
    return;
  }
  const handle = opened as fs.promises.FileHandle; // what fs.promises.open resolves to
  const close = handle.close.bind(handle);
  handle.close = async () => {
    await close();
    unhooked(() => commitIfWritten(place));
  };
}

function isWriting(flags: unknown): boolean {
  if (typeof flags === 'number') return (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0;
  return typeof flags === 'string' && /[wa+]/.test(flags);
}
