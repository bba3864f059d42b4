import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type PostgresServer, removeServer, run, serverFolder } from './server.ts';
import { execute } from './shared.ts';

/** A standby that streams from a primary, reached over a Unix socket of its own until it takes over. */
export type Standby = {
  readonly url: (database: string) => string;
  /** From now on it hears nothing of its primary. */
  readonly lag: () => Promise<void>;
  /** Becomes the primary, at the address that the other had. */
  readonly takeOver: () => Promise<void>;
  readonly remove: () => void;
};

/** What a primary must be started with to have one. */
export const FOR_A_STANDBY = ['wal_level=replica', 'max_wal_senders=4'];

export async function startStandby(primary: PostgresServer): Promise<Standby> {
  const folder = serverFolder();
  const data = join(folder, 'data');
  await run('pg_basebackup', [
    '-h',
    primary.folder,
    '-U',
    'sextant',
    '-D',
    data,
    '-R',
    '-X',
    'stream',
    '-c',
    'fast',
  ]);
  const start = (sockets: string): Promise<void> => {
    const flags = ['listen_addresses=', `unix_socket_directories=${sockets}`, 'max_connections=200'];
    const text = flags.map((flag) => `-c ${flag.replace(/=$/, "=''")}`).join(' ');
    return run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', text, 'start']);
  };
  await start(folder);
  const url = (database: string): string => `postgres://sextant@localhost/${database}?host=${folder}`;
  return {
    url,
    lag: async () => {
      await execute(url('postgres'), `alter system set primary_conninfo = ''`);
      await execute(url('postgres'), 'select pg_reload_conf()');
      while ((await execute(url('postgres'), 'select 1 from pg_stat_wal_receiver')).length > 0)
        await delay(20);
    },
    takeOver: async () => {
      await run('pg_ctl', ['-D', data, '-m', 'fast', '-w', 'stop']);
      await start(primary.folder);
      await run('pg_ctl', ['-D', data, '-w', 'promote']);
    },
    remove: () => removeServer(folder),
  };
}
