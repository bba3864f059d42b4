import type { Command } from 'commander';
import type { RawDatabase } from '../../store/transfer/raw.ts';
import { openRaw, type PlaceFlags, placedCommand } from './place.ts';

type Flags = PlaceFlags & { readonly json?: boolean };

export function statusCommand(): Command {
  return placedCommand(
    'status',
    'What a database holds. One that is behind is migrated, as by every start of a verifier.',
  )
    .option('--json', 'print JSON')
    .action(async (flags: Flags) => {
      const status = await withRaw(flags, readStatus);
      process.stdout.write(flags.json === true ? `${JSON.stringify(status, null, 2)}\n` : describe(status));
    });
}

export function migrateCommand(): Command {
  return placedCommand('migrate', 'Make the tables, or bring them to the version of this program.').action(
    async (flags: PlaceFlags) => {
      const { migrations } = await withRaw(flags, readStatus);
      process.stdout.write(
        `The database has had ${migrations.length} migrations, up to ${migrations.at(-1)}.\n`,
      );
    },
  );
}

type Status = {
  readonly migrations: readonly string[];
  readonly leaves: number;
  readonly root: string;
  readonly rows: { readonly [table: string]: number };
};

async function withRaw<T>(flags: PlaceFlags, work: (database: RawDatabase) => Promise<T>): Promise<T> {
  const database = await openRaw(flags);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function readStatus(database: RawDatabase): Promise<Status> {
  await database.begin('read');
  const [head] = await database.query('select size, root from log_head');
  const root = head?.['root'];
  const rows: Record<string, number> = {};
  for (const { name } of await database.tables()) {
    const [counted] = await database.query(`select count(*) as count from "${name}"`);
    rows[name] = Number(counted?.['count']);
  }
  return {
    migrations: await database.migrations(),
    leaves: Number(head?.['size']),
    root: root instanceof Uint8Array ? Buffer.from(root).toString('hex') : '',
    rows,
  };
}

function describe({ migrations, leaves, root, rows }: Status): string {
  const lines = Object.entries(rows).map(([name, count]) => `  ${name.padEnd(24)}${count}`);
  return [
    `migrations  ${migrations.length}, up to ${migrations.at(-1)}`,
    `log         ${leaves} leaves, root ${root}`,
    'rows',
    ...lines,
    '',
  ].join('\n');
}
