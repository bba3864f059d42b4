import { RecordError } from '../../record/errors.ts';
import { entryOfText } from '../../record/leaf.ts';
import { formatHashTile, parseTilePath, TILE_WIDTH } from '../../record/tiles.ts';
import { decisionById, decisionInput } from '../../store/attestation/decisions.ts';
import { documentByDigest } from '../../store/attestation/documents.ts';
import {
  actsBetween,
  appraisalLeaves,
  decisionLeaves,
  effectiveTrustInputNames,
  everySigningKey,
  evidenceByDigest,
  keptAppraisal,
  trustInputsByDigest,
} from '../../store/audit/statements.ts';
import { StoreError } from '../../store/errors.ts';
import { logOrigins, readHead } from '../../store/log/statements.ts';
import { readHashTile } from '../../store/log/tiles.ts';
import type { View } from '../../store/port.ts';
import { deletionAt, deletionOf } from '../../store/retention/deletions.ts';
import type { AuditSource, FoundAct, Kept, RecordSource } from './source.ts';
import { storeState } from './state/store-state.ts';

/** Reads a snapshot of a store: the whole audit sees one state. */
export type Snapshot = <T>(work: (view: View) => Promise<T>) => Promise<T>;

const PAGE = 500;

/** A database as a source. It signs nothing: what it says of itself is held against checkpoints that others have. */
export function storeSource(name: string, read: Snapshot): AuditSource {
  const acts = async (bundle: number, width: number): Promise<(FoundAct | undefined)[]> => {
    const first = bundle * TILE_WIDTH;
    const rows = await read((view) => view.all(actsBetween, { first, end: first + width }));
    const found = new Map(rows.map((row) => [row.leaf_index, row]));
    return Array.from({ length: width }, (_, place) => {
      const row = found.get(first + place);
      if (row === undefined) return undefined;
      const { leaf_index: leafIndex, type, at_ms: atMs, tenant, body, salt } = row;
      return { leafIndex, type, atMs, tenant, body, salt };
    });
  };
  return {
    name,
    log: {
      checkpoint: async () => null,
      head: async () => (await read((view) => view.first(readHead, {}))) ?? null,
      origins: async () => {
        const rows = await read((view) => view.all(logOrigins, {}));
        const bundles = rows.map(
          async ({ leaf_index: leaf }) => (await acts(leafBundle(leaf), TILE_WIDTH))[leaf % TILE_WIDTH],
        );
        return (await Promise.all(bundles)).filter((act) => act !== undefined);
      },
      tile: async (path) => {
        try {
          return formatHashTile(await read((view) => readHashTile(view, parseTilePath(path))));
        } catch (error) {
          if (error instanceof StoreError && error.code === 'log_inconsistent') return undefined;
          throw error;
        }
      },
      entries: async (bundle, width) => (await acts(bundle, width)).map(entryOfFound),
    },
    acts,
    records: recordsOf(read),
  };
}

const leafBundle = (leafIndex: number): number => Math.floor(leafIndex / TILE_WIDTH);

/** Undefined also for an act of which no entry can be made: nothing of ours wrote it. */
export function entryOfFound(act: FoundAct | undefined): Uint8Array | undefined {
  if (act === undefined) return undefined;
  const { type, tenant, salt, atMs, body } = act;
  try {
    return entryOfText({ type, tenant, salt, at: new Date(atMs) }, body);
  } catch (error) {
    if (error instanceof RecordError || error instanceof RangeError) return new Uint8Array();
    throw error;
  }
}

function recordsOf(read: Snapshot): RecordSource {
  return {
    appraisal: async (sessionId) => {
      const row = await read((view) => view.first(keptAppraisal, { sessionId }));
      if (row === undefined) return undefined;
      const { leaf_index: leafIndex, evidence_digest: evidenceSha256, answer, inputs } = row;
      return { leafIndex, evidenceSha256, answer, inputs };
    },
    evidence: async (digest) => (await read((view) => view.first(evidenceByDigest, { digest })))?.content,
    document: async (digest) => (await read((view) => view.first(documentByDigest, { digest })))?.content,
    trustInputs: (digest) => read((view) => view.all(trustInputsByDigest, { digest })),
    decision: async (id) => {
      const row = await read((view) => view.first(decisionById, { id }));
      if (row === undefined) return undefined;
      return { leafIndex: row.leaf_index, answer: row.answer };
    },
    weighed: async (sha256) => (await read((view) => view.first(decisionInput, { sha256 })))?.content,
    deletedBy: async (leafIndex) => (await read((view) => view.first(deletionOf, { leafIndex })))?.leaf_index,
    deletedItems: async (leafIndex) => (await read((view) => view.first(deletionAt, { leafIndex })))?.items,
    inventory: () => everything(read),
    state: storeState(read),
  };
}

async function* everything(read: Snapshot): AsyncIterable<Kept> {
  for (const { kid } of await read((view) => view.all(everySigningKey, {}))) yield { kind: 'key', id: kid };
  for (const { id, digest } of await read((view) => view.all(effectiveTrustInputNames, {})))
    yield { kind: 'trust-input', id, digest };
  for (let after = ''; ; ) {
    const rows = await read((view) => view.all(appraisalLeaves, { after, limit: PAGE }));
    for (const row of rows) yield { kind: 'appraisal', id: row.session_id, leafIndex: row.leaf_index };
    after = rows.at(-1)?.session_id ?? after;
    if (rows.length < PAGE) break;
  }
  for (let after = ''; ; ) {
    const rows = await read((view) => view.all(decisionLeaves, { after, limit: PAGE }));
    for (const row of rows) yield { kind: 'decision', id: row.id, leafIndex: row.leaf_index };
    after = rows.at(-1)?.id ?? after;
    if (rows.length < PAGE) break;
  }
}
