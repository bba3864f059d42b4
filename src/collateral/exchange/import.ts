import { createHash } from 'node:crypto';
import type { Collateral } from '../collateral.ts';
import { keyText } from '../port.ts';
import { amdItems } from './import-amd.ts';
import { intelItems, isIntelCompanion } from './import-intel.ts';
import { type ImportFolder, type ImportItem, type ImportRow, refusalOf } from './import-item.ts';
import { nvidiaItems } from './import-nvidia.ts';

/**
 * Takes a folder's documents into the cache, each judged as if its vendor had sent it: signatures, dates, and that nothing newer was
 * seen. Nothing is fetched; what another is judged by comes first.
 * @param channel which of Intel's evaluations a folder without a manifest is kept as
 */
export async function importCollateral(
  folder: ImportFolder,
  collateral: Pick<Collateral, 'accept'>,
  channel: string,
): Promise<ImportRow[]> {
  const rows: ImportRow[] = [];
  for (const item of [...intelItems(folder, channel), ...amdItems(folder), ...nvidiaItems(folder)]) {
    rows.push(await take(item, collateral));
  }
  return [...rows, ...passedOver(folder, rows)];
}

async function take({ file, find }: ImportItem, collateral: Pick<Collateral, 'accept'>): Promise<ImportRow> {
  let key: string | null = null;
  try {
    const found = find();
    key = keyText(found.key);
    const { sha256 } = await collateral.accept(found.key, found.received);
    const isHeld = sha256 === createHash('sha256').update(found.received.body).digest('hex');
    return { file, key, outcome: isHeld ? 'accepted' : 'newer held', code: null, reason: null };
  } catch (error) {
    return { file, key, outcome: 'refused', ...refusalOf(error) };
  }
}

function passedOver(folder: ImportFolder, rows: readonly ImportRow[]): ImportRow[] {
  const seen = new Set(rows.flatMap(({ file }) => file.split(' + ')));
  const isKnown = (name: string): boolean =>
    seen.has(name) || name === 'manifest.json' || isIntelCompanion(name);
  return [...folder.keys()]
    .filter((name) => !isKnown(name))
    .map((file) => ({
      file,
      key: null,
      outcome: 'passed over',
      code: null,
      reason: 'holds no document that is kept: see docs/collateral.md for the names',
    }));
}
