import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { PartyVersionTable } from './entity-tables.ts';
import type { PartyTable } from './tables.ts';

export const insertParty = statement((db, hole: Hole<PartyTable>) =>
  db.insertInto('party').values({
    id: hole('id'),
    tenant: hole('tenant'),
    legal_name: hole('legal_name'),
    reference: hole('reference'),
    country: hole('country'),
    headquarters: hole('headquarters'),
    parent_id: hole('parent_id'),
    ultimate_parent_id: hole('ultimate_parent_id'),
    own_ultimate_parent: hole('own_ultimate_parent'),
    ownership_source: hole('ownership_source'),
    ownership_dated: hole('ownership_dated'),
    ownership_role: hole('ownership_role'),
    version: hole('version'),
    standing: hole('standing'),
    standing_origin: hole('standing_origin'),
    list_version: hole('list_version'),
    screened_on: hole('screened_on'),
    clear_until_ms: hole('clear_until_ms'),
    standing_reason: hole('standing_reason'),
    created_by: hole('created_by'),
    created_at_ms: hole('created_at_ms'),
    leaf_index: hole('leaf_index'),
  }),
);

export const partyById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('party').selectAll().where('id', '=', hole('id')),
);

export const partiesAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db.selectFrom('party').selectAll().where('id', '>', hole('after')).orderBy('id').limit(hole('limit')),
);

export const partiesOfTenantAfter = statement(
  (db, hole: Hole<{ tenant: string; after: string; limit: number }>) =>
    db
      .selectFrom('party')
      .selectAll()
      .where('tenant', '=', hole('tenant'))
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit')),
);

/** Those who name a party as their parent, direct or ultimate. */
export const partiesOwnedBy = statement((db, hole: Hole<{ parentId: string }>) =>
  db
    .selectFrom('party')
    .selectAll()
    .where((row) =>
      row.or([row('parent_id', '=', hole('parentId')), row('ultimate_parent_id', '=', hole('parentId'))]),
    )
    .orderBy('id'),
);

/** Everybody of a country who is called so, or by such a number, whoever registered them. Letters of ASCII count in either case. */
export const partiesCalled = statement(
  (db, hole: Hole<{ country: string; name: string; reference: string | null }>) =>
    db
      .selectFrom('party')
      .selectAll()
      .where('country', '=', hole('country'))
      .where((row) =>
        row.or([
          row(row.fn<string>('lower', ['legal_name']), '=', row.fn<string>('lower', [hole('name')])),
          row('reference', '=', hole('reference')),
        ]),
      )
      .orderBy('id'),
);

type Standing = Pick<
  PartyTable,
  | 'id'
  | 'standing'
  | 'standing_origin'
  | 'list_version'
  | 'screened_on'
  | 'clear_until_ms'
  | 'standing_reason'
  | 'leaf_index'
>;

export const screenParty = statement((db, hole: Hole<Standing>) =>
  db
    .updateTable('party')
    .set({
      standing: hole('standing'),
      standing_origin: hole('standing_origin'),
      list_version: hole('list_version'),
      screened_on: hole('screened_on'),
      clear_until_ms: hole('clear_until_ms'),
      standing_reason: hole('standing_reason'),
      leaf_index: hole('leaf_index'),
    })
    .where('id', '=', hole('id')),
);

export const partyByReference = statement((db, hole: Hole<{ tenant: string; reference: string }>) =>
  db
    .selectFrom('party')
    .selectAll()
    .where('tenant', '=', hole('tenant'))
    .where('reference', '=', hole('reference')),
);

type Owned = Omit<PartyVersionTable, 'party_id' | 'reason' | 'changed_by' | 'at_ms'> & { id: string };

export const changeParty = statement((db, hole: Hole<Owned>) =>
  db
    .updateTable('party')
    .set({
      legal_name: hole('legal_name'),
      country: hole('country'),
      headquarters: hole('headquarters'),
      parent_id: hole('parent_id'),
      ultimate_parent_id: hole('ultimate_parent_id'),
      own_ultimate_parent: hole('own_ultimate_parent'),
      ownership_source: hole('ownership_source'),
      ownership_dated: hole('ownership_dated'),
      ownership_role: hole('ownership_role'),
      version: hole('version'),
      leaf_index: hole('leaf_index'),
    })
    .where('id', '=', hole('id')),
);

export const insertPartyVersion = statement((db, hole: Hole<PartyVersionTable>) =>
  db.insertInto('party_version').values({
    party_id: hole('party_id'),
    version: hole('version'),
    legal_name: hole('legal_name'),
    country: hole('country'),
    headquarters: hole('headquarters'),
    parent_id: hole('parent_id'),
    ultimate_parent_id: hole('ultimate_parent_id'),
    own_ultimate_parent: hole('own_ultimate_parent'),
    ownership_source: hole('ownership_source'),
    ownership_dated: hole('ownership_dated'),
    ownership_role: hole('ownership_role'),
    reason: hole('reason'),
    changed_by: hole('changed_by'),
    at_ms: hole('at_ms'),
    leaf_index: hole('leaf_index'),
  }),
);

/** Everything that a party was ever said to be, newest first. */
export const versionsOfParty = statement((db, hole: Hole<{ partyId: string }>) =>
  db
    .selectFrom('party_version')
    .selectAll()
    .where('party_id', '=', hole('partyId'))
    .orderBy('version', 'desc')
    .limit(500),
);
