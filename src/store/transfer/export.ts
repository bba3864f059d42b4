import { createHash } from 'node:crypto';
import { FORMAT, type Footer, type Header, rowLine } from './format.ts';
import { type RawDatabase, rowsOf } from './raw.ts';

/** The lines of a whole database (format.ts), as it is at one moment. */
export async function* exportDatabase(database: RawDatabase): AsyncGenerator<string, Footer> {
  const digest = createHash('sha256');
  const ended = (line: string): string => {
    const text = `${line}\n`;
    digest.update(text);
    return text;
  };
  await database.begin('read');
  const tables = await database.tables();
  const header: Header = { format: FORMAT, migrations: await database.migrations(), tables };
  yield ended(JSON.stringify(header));
  let rows = 0;
  for (const table of tables) {
    for await (const row of rowsOf(database, table)) {
      yield ended(rowLine(table, row));
      rows++;
    }
  }
  const footer: Footer = { rows, sha256: digest.digest('hex') };
  yield `${JSON.stringify(footer)}\n`;
  return footer;
}
