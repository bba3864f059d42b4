import { isJsonObject } from '../../../bytes/json.ts';
import type { OpenAct } from '../open-act.ts';
import type { Past } from '../past.ts';
import type { ActReader } from '../read-act.ts';
import { type Columns, declared, moved, said, screened } from './columns.ts';

/**
 * What acts said of parties and devices in turn: who owns a party stands on its own act however often it was screened since, and what a device was
 * declared as, on several, however often it moved. Of each is remembered which leaf said it last.
 */
type Part = 'who' | 'screened' | 'declared' | 'moved';

const PARTS: { readonly [P in Part]: (body: OpenAct['body']) => Columns } = {
  who: said,
  screened,
  declared,
  moved,
};
const OF_KIND: { readonly [kind: string]: readonly Part[] } = {
  party: ['who', 'screened'],
  device: ['declared', 'moved'],
};

/** Members of `device.changed`, and their columns. */
const CHANGEABLE: { readonly [member: string]: string } = {
  model: 'model',
  serial: 'serial',
  facilityId: 'facility_id',
  partyId: 'party_id',
  identitySha256: 'identity_sha256',
};

export function noteSaid({ type, body, leafIndex }: OpenAct, { standings }: Past): void {
  if (type === 'party.registered' || type === 'party.changed')
    standings.set(`who:${body['partyId']}`, String(leafIndex));
  if (type === 'party.screened' || type === 'screening.imported')
    standings.set(`screened:${body['partyId']}`, String(leafIndex));
  if (!type.startsWith('device.')) return;
  const { deviceId, changes } = body;
  if (type === 'device.registered') standings.set(`declared:${deviceId}`, String(leafIndex));
  else if (typeof body['to'] === 'string') standings.set(`moved:${deviceId}`, String(leafIndex));
  if (type !== 'device.changed' || !isJsonObject(changes)) return;
  for (const [member, change] of Object.entries(changes)) {
    const column = CHANGEABLE[member];
    if (column !== undefined && isJsonObject(change))
      standings.set(`${column} of ${deviceId}`, JSON.stringify(change['to'] ?? null));
  }
}

/** Columns that a row must have for what was last said of it, by whichever act; null where one of these could not be read. */
export async function lastSaid(
  kind: string,
  id: string,
  { past: { standings }, readAct }: { readonly past: Past; readonly readAct: ActReader },
): Promise<Columns | null> {
  let columns: Columns = {};
  for (const part of OF_KIND[kind] ?? []) {
    const leaf = standings.get(`${part}:${id}`);
    if (leaf === undefined) continue;
    const act = await readAct(Number(leaf));
    if (act === null) return null;
    columns = { ...columns, ...PARTS[part](act.body) };
  }
  if (kind !== 'device') return columns;
  const changed = Object.values(CHANGEABLE).flatMap((column) => {
    const to = standings.get(`${column} of ${id}`);
    return to === undefined ? [] : [[column, JSON.parse(to)] as const];
  });
  return { ...columns, ...Object.fromEntries(changed) };
}
