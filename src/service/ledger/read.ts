import {
  type AccountSubject,
  computeOfLicence,
  readAccount,
  tppOfConsignee,
  tppOfCountry,
  tppOfLicence,
} from '../../ledger/accounts.ts';
import { DEFAULT_PAGE } from '../../protocol/page.ts';
import { accountsBetween, balancesBetween, entriesAfter } from '../../store/ledger/balances.ts';
import type { LedgerBalanceTable, LedgerEntryTable } from '../../store/ledger/tables.ts';
import type { View } from '../../store/port.ts';
import { partyById } from '../../store/registry/parties.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { readLicence } from '../licence/licences.ts';
import type { Page, PageRequest } from '../page.ts';
import type { Principal } from '../principal.ts';

/** Behind every period of text that there is. */
const LAST = '~';

export type AccountShown = AccountSubject &
  Pick<LedgerBalanceTable, 'reserved' | 'committed' | 'entries'> & {
    readonly parts: readonly Pick<LedgerBalanceTable, 'period' | 'reserved' | 'committed'>[];
  };

/** Whose books: one of these. */
export type LedgerOf =
  | { readonly about: 'licence'; readonly id: string }
  | { readonly about: 'party'; readonly id: string }
  | { readonly about: 'country'; readonly id: string };

/**
 * The accounts of a licence, a party or a country that were ever drawn on, each with its newest periods.
 * @throws RequestError `not_found`: another tenant's licence, and parties and countries for whoever sees one tenant alone
 */
export async function accountsOf(
  { store }: Context,
  by: Principal,
  { about, id }: LedgerOf,
): Promise<readonly AccountShown[]> {
  return store.read(async (view) => {
    await requireVisible(view, by, { about, id });
    const shown: AccountShown[] = [];
    for (const account of await accountsIn(view, { about, id }))
      shown.push({ ...account, parts: await partsOf(view, account, NEWEST[about]) });
    return shown;
  });
}

/** The same without periods, in a snapshot of the caller's, who has seen to it that they may be shown. */
export async function accountsIn(
  view: View,
  { about, id }: LedgerOf,
): Promise<readonly Omit<AccountShown, 'parts'>[]> {
  const found: Omit<AccountShown, 'parts'>[] = [];
  for (const name of namesOf(about, id)) {
    // A name that ends so is the beginning of several.
    const last = name.endsWith(':') ? `${name.slice(0, -1)};` : `${name} `;
    for (const row of await view.all(accountsBetween, { first: name, last, limit: MOST_ACCOUNTS })) {
      const subject = readAccount(row.account);
      if (subject !== null) found.push({ ...subject, ...row });
    }
  }
  return found;
}

/** A licence names at most a thousand models. */
const MOST_ACCOUNTS = 1100;
/** Newest periods that are shown with an account, of a licence as many as its quota's window can hold; entries tell of all. */
const NEWEST = { licence: 400, party: 40, country: 40 } as const;

function namesOf(about: LedgerOf['about'], id: string): readonly string[] {
  switch (about) {
    case 'licence':
      return [
        tppOfLicence(id).name,
        `chips:licence:${id}:`,
        computeOfLicence(id).name,
        `reported:licence:${id}`,
      ];
    case 'party':
      return [tppOfConsignee(id).name, `compute:party:${id}:`, `reported:party:${id}:`];
    case 'country':
      return [tppOfCountry(id).name];
  }
}

async function partsOf(
  view: View,
  { name, periods }: AccountSubject,
  newest: number,
): Promise<AccountShown['parts']> {
  if (periods === 'none') return [];
  const rows = await view.all(balancesBetween, { account: name, from: '0', to: LAST });
  return rows.slice(-newest).map(({ period, reserved, committed }) => ({ period, reserved, committed }));
}

export type EntryPage = PageRequest & { readonly account: string };

/** The entries of an account, oldest first. @throws RequestError as {@link accountsOf}, `invalid_request` */
export async function entriesOf(
  { store }: Context,
  by: Principal,
  { account, limit = DEFAULT_PAGE, after = '0' }: EntryPage,
): Promise<Page<LedgerEntryTable>> {
  const subject = requireAccount(account);
  return store.read(async (view) => {
    await requireVisible(view, by, subject);
    const from = /^\d{1,15}$/.test(after) ? Number(after) : 0;
    const rows = await view.all(entriesAfter, { account, after: from, limit: limit + 1 });
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? String(items.at(-1)?.number) : null };
  });
}

/** @throws RequestError `invalid_request` */
export function requireAccount(name: string): AccountSubject {
  const subject = readAccount(name);
  if (subject !== null) return subject;
  throw new RequestError('invalid_request', 'there is no account of that name', {
    path: 'account',
    expected: 'a name as GET /v1/ledger/accounts shows it',
    actual: name.slice(0, 100),
  });
}

/** Exporters see their own licences and shipments; what a party or a country got in all is no exporter's to know. */
export async function requireVisible(
  view: View,
  by: Principal,
  { about, id }: Pick<AccountSubject, 'about' | 'id'>,
): Promise<void> {
  if (about === 'licence') {
    await readLicence(view, by, id);
    return;
  }
  const tenant = visibleTenant(by);
  const isKnown = about !== 'party' || (await view.first(partyById, { id })) !== undefined;
  if (isKnown && (tenant === null || (about === 'home' && id === tenant))) return;
  throw new RequestError('not_found', 'there is no such account');
}
