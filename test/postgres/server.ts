import { execFile, execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Debian puts a version's programs in a folder of their own. */
const DEBIAN = '/usr/lib/postgresql';
const FREE_OF_DISKS = '/dev/shm';

const programs = findPrograms();

/** Why no PostgreSQL server can be started here; null where one can. */
export const serverAbsent: string | null =
  programs === null ? 'initdb and pg_ctl not installed (Debian: postgresql)' : null;

/** A PostgreSQL server of a test's own, reached over a Unix socket alone. */
export type PostgresServer = {
  /** Everything of it: data, socket and log. */
  readonly folder: string;
  readonly url: (database: string) => string;
  readonly start: () => Promise<void>;
  /** `fast`: as an administrator does; `immediate`: as if its machine had lost power. */
  readonly stop: (mode: 'fast' | 'immediate') => Promise<void>;
  /** Stops it and removes its folder. */
  readonly remove: () => void;
};

/** Somewhere to put a server: in memory where there is such a folder, so that syncing costs nothing. */
export function serverFolder(): string {
  const folder = mkdtempSync(join(existsSync(FREE_OF_DISKS) ? FREE_OF_DISKS : tmpdir(), 'sextant-pg-'));
  const { uid, gid } = whom();
  if (uid !== undefined) chownSync(folder, uid, gid ?? uid);
  return folder;
}

/** Makes a server in a folder, and starts it; or one that was made there before, with the same settings. */
export async function startServer(folder: string, settings: readonly string[] = []): Promise<PostgresServer> {
  const data = join(folder, 'data');
  const options = [
    'listen_addresses=',
    `unix_socket_directories=${folder}`,
    'max_connections=200',
    'shared_buffers=32MB',
    'autovacuum=off',
    ...settings,
  ];
  const flags = options.map((setting) => `-c ${setting.replace(/=$/, "=''")}`).join(' ');
  const start = async (): Promise<void> => {
    await run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', flags, 'start']);
  };
  if (!existsSync(data)) {
    const made = ['-U', 'sextant', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
    await run('initdb', ['--no-sync', ...made, '-D', data]);
  }
  await start();
  return {
    folder,
    url: (database) => `postgres://sextant@localhost/${database}?host=${folder}`,
    start,
    stop: (mode) => run('pg_ctl', ['-D', data, '-m', mode, '-w', 'stop']),
    remove: () => removeServer(folder),
  };
}

/** Ends whatever server was started in a folder, and removes both. */
export function removeServer(folder: string): void {
  const data = join(folder, 'data');
  if (programs !== null && existsSync(join(data, 'postmaster.pid'))) {
    try {
      const stop = ['-D', data, '-m', 'immediate', '-w', 'stop'];
      execFileSync(join(programs, 'pg_ctl'), stop, { ...whom(), cwd: folder, stdio: 'ignore' });
    } catch {
      // It had ended by itself.
    }
  }
  rmSync(folder, { recursive: true, force: true });
}

export async function run(program: string, args: readonly string[]): Promise<void> {
  if (programs === null) throw new Error(serverAbsent ?? '');
  // What the server writes goes to its log: a pipe that it kept open would never end. `cwd`: one that its user may enter.
  // `PGCTLTIMEOUT`: by itself pg_ctl gives a server up after a minute, which a busy machine may take.
  const env = { ...process.env, PGCTLTIMEOUT: '110' };
  await execute(join(programs, program), [...args], { ...whom(), env, cwd: FREE_OF_DISKS });
}

/** A server refuses to run as root; Debian's package brings a user for it. */
function whom(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** The newest version's. */
function findPrograms(): string | null {
  const folders = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin'))
    : [];
  const whole = folders.filter((folder) =>
    ['initdb', 'pg_ctl'].every((name) => existsSync(join(folder, name))),
  );
  return whole.sort().at(-1) ?? null;
}
