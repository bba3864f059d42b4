import { decisionById } from '../../../store/attestation/decisions.ts';
import { balancesBehind, entriesBehind } from '../../../store/audit/books.ts';
import * as more from '../../../store/audit/more-rows.ts';
import * as rows from '../../../store/audit/rows.ts';
import {
  everyStatusList,
  grantsOfList,
  statusChangeAt,
  statusChangesOf,
} from '../../../store/audit/statuses.ts';
import type { Statement } from '../../../store/port.ts';
import type { Snapshot } from '../store-source.ts';
import { idOf, PAGE, paged } from './paged.ts';
import type { FoundRow, ROWS_WITH_LEAF, RowKind, StateSource } from './source.ts';
import { storeStandings } from './store-standings.ts';

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
  token: more.tokenRow,
  period: more.periodRow,
  'screening-list': more.screeningListRow,
  'know-your-customer': more.knowYourCustomerRow,
  access: more.accessRow,
  'legal-hold': more.legalHoldRow,
  'trust-input': more.trustInputRow,
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
  period: more.periodLeaves,
  'screening-list': more.screeningListLeaves,
  'know-your-customer': more.knowYourCustomerLeaves,
  access: more.accessLeaves,
  'legal-hold': more.legalHoldLeaves,
  'trust-input': more.trustInputLeaves,
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
    note: (incidentId, position) =>
      read(
        (view): Promise<FoundRow | undefined> => view.first(more.incidentNoteAt, { incidentId, position }),
      ),
    standings: () => storeStandings(read),
    hosts: () =>
      paged(
        (after: string) => read((view) => view.all(more.provenHosts, { after, limit: PAGE })),
        '',
        ({ host_id: id }) => id,
      ),
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

async function* mapped<A, B>(items: AsyncIterable<A>, change: (item: A) => B): AsyncGenerator<B> {
  for await (const item of items) yield change(item);
}
