import { existsSync } from 'node:fs';
import { openFolderCache } from '../../collateral/cache/folder.ts';
import { isCurrent, isDue } from '../../collateral/freshness.ts';
import { type CollateralEvent, type CollateralMetadata, keyText } from '../../collateral/port.ts';
import { dim, green, red, yellow } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';
import type { CollateralFlags } from './flags.ts';
import { collateralFolder } from './open.ts';

type State = 'current' | 'due' | 'expired' | 'kept';

/** Prints what is cached. */
export async function status(flags: CollateralFlags): Promise<void> {
  const folder = collateralFolder(flags);
  const damaged: CollateralEvent[] = [];
  // Looking makes no folder.
  const cache = existsSync(folder)
    ? await openFolderCache(folder, (event) => void damaged.push(event))
    : null;
  const at = new Date();
  const documents = [...((await cache?.list()) ?? [])].sort((a, b) =>
    keyText(a.key) < keyText(b.key) ? -1 : 1,
  );
  const rows = documents.map((document) => ({ document, state: stateOf(document, at) }));
  if (flags.json === true) {
    const printed = rows.map(({ document: { key, ...rest }, state }) => ({ ...key, state, ...rest }));
    process.stdout.write(`${JSON.stringify({ folder, documents: printed }, null, 2)}\n`);
    return;
  }
  for (const { key, reason } of damaged) process.stderr.write(`${yellow('!')} ${key}: ${reason}\n`);
  if (rows.length === 0) {
    process.stdout.write(`Nothing is cached in ${folder}.\n`);
    process.stdout.write(
      dim('Next: sextant collateral fetch --for quote.bin, or sextant collateral import DIR\n'),
    );
    return;
  }
  process.stdout.write(`${table(columns(at), rows)}\n`);
}

type Row = { readonly document: CollateralMetadata; readonly state: State };

function columns(at: Date): Parameters<typeof table<Row>>[0] {
  return [
    { title: 'DOCUMENT', value: ({ document: { key } }) => shortName(key), max: 64 },
    { title: 'STATE', value: ({ state }) => PAINTED[state] },
    { title: 'EVALUATION', value: ({ document }) => String(document.evaluationNumber ?? '–') },
    { title: 'FETCHED', value: ({ document: { fetchedAt } }) => `${spanOf(at, fetchedAt)} ago` },
    { title: 'ISSUED', value: ({ document: { issuedAt } }) => issuedAt?.toISOString().slice(0, 10) ?? '–' },
    { title: 'NEXT UPDATE', value: ({ document: { nextUpdate } }) => untilOf(at, nextUpdate) },
    { title: 'FROM', value: ({ document: { source } }) => URL.parse(source)?.host ?? source, max: 40 },
  ];
}

const PAINTED: Readonly<Record<State, string>> = {
  current: green('current'),
  due: yellow('due'),
  expired: red('expired'),
  kept: green('kept'),
};

function stateOf(document: CollateralMetadata, at: Date): State {
  if (document.nextUpdate === null) return 'kept';
  if (!isCurrent(document, at)) return 'expired';
  return isDue(document, at) ? 'due' : 'current';
}

/** Chip ids are 128 digits: their beginning tells them apart. */
function shortName({ kind, name }: CollateralMetadata['key']): string {
  return `${kind} ${name.replace(/[0-9a-f]{64,}/, (id) => `${id.slice(0, 16)}…`)}`;
}

function untilOf(at: Date, end: Date | null): string {
  if (end === null) return '–';
  const day = end.toISOString().slice(0, 10);
  return end >= at ? `${day} (in ${spanOf(end, at)})` : `${day} (${spanOf(at, end)} ago)`;
}

function spanOf(later: Date, earlier: Date): string {
  const minutes = Math.max(0, Math.round((later.getTime() - earlier.getTime()) / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} d`;
}
