import { decisionById } from '../../../store/attestation/decisions.ts';
import { balancesBehind, entriesBehind } from '../../../store/audit/books.ts';
import * as rows from '../../../store/audit/rows.ts';
import {
  everyStatusList,
  grantsOfList,
  statusChangeAt,
  statusChangesOf,
} from '../../../store/audit/statuses.ts';
import type { Statement } from '../../../store/port.ts';
import type { Snapshot } from '../store-source.ts';
import type { FoundRow, ROWS_WITH_LEAF, RowKind, StateSource } from './source.ts';

const PAGE = 500;

const ROW: { readonly [K in RowKind]: Statement<{ id: string }, FoundRow> } = {
  licence: rows.licenceRow,
  facility: rows.facilityRow,
  party: rows.partyRow,
  device: rows.deviceRow,
  incident: rows.incidentRow,
  grant: rows.grantRow,
  principal: rows.principalRow,
  latch: rows.latchRow,
  host: rows.hostRow,
};

type Leaf = { id: string; leaf_index: number };

const LEAVES: {
  readonly [K in (typeof ROWS_WITH_LEAF)[number]]: Statement<{ after: string; limit: number }, Leaf>;
} = {
  licence: rows.licenceLeaves,
  facility: rows.facilityLeaves,
  party: rows.partyLeaves,
  device: rows.deviceLeaves,
  incident: rows.incidentLeaves,
  grant: rows.grantLeaves,
};

/** The state of a store, in the snapshot that `read` reads. */
export function storeState(read: Snapshot): StateSource {
  return {
    row: (kind, id) => read((view): Promise<FoundRow | undefined> => view.first(ROW[kind], { id })),
    leaves: (kind) =>
      mapped(
        paged((after: string) => read((view) => view.all(LEAVES[kind], { after, limit: PAGE })), '', idOf),
        ({ id, leaf_index: leafIndex }) => ({ id, leafIndex }),
      ),
    standings: () => standings(read),
    lists: async () => (await read((view) => view.all(everyStatusList, {}))).map((row) => row.number),
    change: async (list, leafIndex, position) =>
      (await read((view) => view.first(statusChangeAt, { list, leafIndex, position })))?.status,
    changes: (list) =>
      mapped(
        paged(
          (after: { leafIndex: number; position: number }) =>
            read((view) => view.all(statusChangesOf, { list, ...after, limit: PAGE })),
          { leafIndex: -1, position: -1 },
          ({ leaf_index: leafIndex, position }) => ({ leafIndex, position }),
        ),
        ({ leaf_index: leafIndex, grant_id: grantId, ...row }) => ({ ...row, leafIndex, grantId }),
      ),
    grants: (list) =>
      paged(
        (position: number) => read((view) => view.all(grantsOfList, { list, position, limit: PAGE })),
        -1,
        ({ position }) => position,
      ),
    answer: async (id) => (await read((view) => view.first(decisionById, { id })))?.answer,
    entries: () =>
      paged(
        (after: { account: string; number: number }) =>
          read((view) => view.all(entriesBehind, { ...after, limit: PAGE })),
        { account: '', number: 0 },
        ({ account, number }) => ({ account, number }),
      ),
    balances: () =>
      paged(
        (after: { account: string; period: string }) =>
          read((view) => view.all(balancesBehind, { ...after, limit: PAGE })),
        { account: '', period: '' },
        ({ account, period }) => ({ account, period }),
      ),
  };
}

async function* standings(read: Snapshot): ReturnType<StateSource['standings']> {
  const page = <R extends { readonly id: string }>(
    statement: Statement<{ after: string; limit: number }, R>,
  ) => paged((after: string) => read((view) => view.all(statement, { after, limit: PAGE })), '', idOf);
  for await (const { id, disabled_at_ms } of page(rows.principalStandings))
    yield { subject: `principal:${id}`, standing: disabled_at_ms === null ? 'active' : 'disabled' };
  for await (const { id, cleared_at_ms } of page(rows.latchStandings))
    yield { subject: `latch:${id}`, standing: cleared_at_ms === null ? 'open' : null };
  for await (const { id, suspended_at_ms } of page(rows.hostStandings))
    yield { subject: `host:${id}`, standing: suspended_at_ms === null ? null : 'suspended' };
  for await (const { id, standing } of page(rows.partyStandings)) yield { subject: `party:${id}`, standing };
}

/** Row after row, a page at a time. */
async function* paged<Row, After>(
  read: (after: After) => Promise<readonly Row[]>,
  first: After,
  behind: (row: Row) => After,
): AsyncGenerator<Row> {
  for (let after = first; ; ) {
    const found = await read(after);
    yield* found;
    const last = found.at(-1);
    if (last === undefined || found.length < PAGE) return;
    after = behind(last);
  }
}

async function* mapped<A, B>(items: AsyncIterable<A>, change: (item: A) => B): AsyncGenerator<B> {
  for await (const item of items) yield change(item);
}

function idOf({ id }: { readonly id: string }): string {
  return id;
}
