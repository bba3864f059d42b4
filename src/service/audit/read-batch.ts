import type { RecordLine } from '../../protocol/audit.ts';
import { TILE_WIDTH } from '../../record/tiles.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { bodyOf } from './act-body.ts';
import { pickRecord } from './read-record.ts';
import type { FoundAct, RecordSource } from './source.ts';
import { storeSource } from './store-source.ts';

export type BatchWish = {
  /** Leaves from 256 * bundle on. */
  readonly bundle: number;
  /** Goes on behind this leaf. */
  readonly after?: number | undefined;
  /** Of this tenant's acts alone. */
  readonly tenant?: string | undefined;
  /** Of acts from an instant on, and before another. */
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
  /** Ends after the act with which it has so many characters. */
  readonly most: number;
};

/**
 * What the acts of a bundle speak of and nobody else does, one record a line: appraisals with their evidence, decisions with what they weighed. What many
 * share (documents, trust inputs, conditions) is asked for by itself, once. The last line says behind which leaf to go on; null: nothing is left.
 *
 * @throws RequestError `not_found`, for everybody but auditors and the authority
 */
export async function readBatch(
  { store }: Pick<Context, 'store'>,
  by: Principal,
  wish: BatchWish,
): Promise<AsyncGenerator<RecordLine>> {
  const source = storeSource('store', (work) => store.read(work));
  const { acts, records } = source;
  if (visibleTenant(by) !== null || acts === null || records === null)
    throw new RequestError('not_found', 'there are no such records');
  const found = await acts(wish.bundle, TILE_WIDTH);
  return linesOf(records, found, wish);
}

async function* linesOf(
  records: RecordSource,
  acts: readonly (FoundAct | undefined)[],
  wish: BatchWish,
): AsyncGenerator<RecordLine> {
  let size = 0;
  for (const act of acts) {
    if (act === undefined || act.leafIndex <= (wish.after ?? -1) || !isAsked(act, wish)) continue;
    if (size >= wish.most) return yield { next: act.leafIndex - 1 };
    for (const [kind, id] of await namesOf(records, act)) {
      const record = await pickRecord(records, kind, id);
      if (record === undefined) continue;
      const line: RecordLine =
        record instanceof Uint8Array
          ? { kind, id, base64: Buffer.from(record).toString('base64') }
          : { kind, id, text: JSON.stringify(record) };
      size += 'text' in line ? line.text.length : line.base64.length;
      yield line;
    }
  }
  yield { next: null };
}

function isAsked({ tenant, atMs }: FoundAct, wish: BatchWish): boolean {
  if (wish.tenant !== undefined && tenant !== wish.tenant) return false;
  const { from, until } = wish;
  return !(from !== undefined && atMs < from.getTime()) && !(until !== undefined && atMs >= until.getTime());
}

type Named = readonly [kind: 'appraisals' | 'evidence' | 'decisions' | 'weighed', id: string];

async function namesOf(records: RecordSource, { type, body: text }: FoundAct): Promise<readonly Named[]> {
  const body = type === 'appraisal' || type === 'decision' ? bodyOf(text) : null;
  if (body === null) return [];
  const { sessionId, decisionId, inputSha256 } = body;
  if (type === 'decision') {
    const weighed: Named[] = typeof inputSha256 === 'string' ? [['weighed', inputSha256]] : [];
    return typeof decisionId === 'string' ? [['decisions', decisionId], ...weighed] : weighed;
  }
  if (typeof sessionId !== 'string') return [];
  const kept = await records.appraisal(sessionId);
  return kept === undefined
    ? []
    : [
        ['appraisals', sessionId],
        ['evidence', kept.evidenceSha256],
      ];
}
