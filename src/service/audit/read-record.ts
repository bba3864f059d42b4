import { toBase64Url, toUtf8 } from '../../bytes/text.ts';
import type { RecordKind } from '../../protocol/audit.ts';
import { TILE_WIDTH } from '../../record/tiles.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import type { RecordSource } from './source.ts';
import { storeSource } from './store-source.ts';

/** An act as it travels (protocol/audit.ts). */
type ShownAct = {
  readonly leafIndex: number;
  readonly type: string;
  readonly atMs: number;
  readonly tenant: string;
  readonly body: string;
  readonly salt: string;
};

/**
 * The acts of 256 leaves, of those tenants that the caller sees: the others' leaves stay hashes to him. An auditor sees all.
 * @param bundle counted from 0
 */
export async function readActs(
  { store }: Pick<Context, 'store'>,
  by: Principal,
  bundle: number,
): Promise<readonly ShownAct[]> {
  const { acts } = storeSource('store', (work) => store.read(work));
  const tenant = visibleTenant(by);
  const found = (await acts?.(bundle, TILE_WIDTH)) ?? [];
  return found.flatMap((act) =>
    act === undefined || (tenant !== null && act.tenant !== tenant)
      ? []
      : [{ ...act, salt: toBase64Url(act.salt) }],
  );
}

/**
 * Something that an act speaks of, for auditors and the authority alone: JSON, or the bytes themselves.
 * @throws RequestError `not_found`
 */
export async function readRecord(
  { store }: Pick<Context, 'store'>,
  by: Principal,
  kind: RecordKind,
  id: string,
): Promise<object> {
  const { records } = storeSource('store', (work) => store.read(work));
  const found =
    visibleTenant(by) === null && records !== null ? await pickRecord(records, kind, id) : undefined;
  if (found !== undefined) return found;
  throw new RequestError('not_found', 'there is no such record');
}

/** A record as it is handed out: a JSON value, or bytes. */
export async function pickRecord(
  records: RecordSource,
  kind: RecordKind,
  id: string,
): Promise<object | undefined> {
  switch (kind) {
    case 'appraisals':
      return records.appraisal(id);
    case 'decisions':
      return records.decision(id);
    case 'weighed': {
      const text = await records.weighed(id);
      return text === undefined ? undefined : toUtf8(text, 'weighed');
    }
    case 'deleted': {
      const deletion = await records.deletedBy(leafOf(id));
      return deletion === undefined ? undefined : { deletion };
    }
    case 'deletions': {
      const text = await records.deletedItems(leafOf(id));
      return text === undefined ? undefined : toUtf8(text, 'items');
    }
    case 'evidence':
      return records.evidence(id);
    case 'documents':
      return records.document(id);
    case 'trust-inputs': {
      const rows = await records.trustInputs(id);
      const items = rows.map(({ name, version, digest, content, ...row }) => {
        const { id: inputId, kind: of, self_approved, publisher_id } = row;
        return { id: inputId, kind: of, name, version, digest, content, self_approved, publisher_id };
      });
      return items.length === 0 ? undefined : { items };
    }
  }
}

/** What is no leaf's index names nothing. */
function leafOf(id: string): number {
  return /^(?:0|[1-9]\d{0,14})$/.test(id) ? Number(id) : -1;
}
