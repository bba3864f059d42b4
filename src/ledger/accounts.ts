import { foldedPurpose } from '../protocol/purpose.ts';
import type { Unit } from './units.ts';

/**
 * A book by its name. What is counted in it is told by the unit; the last part of a name is free text, so that no two
 * accounts share a name.
 */
export type Account = { readonly name: string; readonly unit: Unit };

/** TPP of everything that was allocated under a licence. */
export function tppOfLicence(licenceId: string): Account {
  return { name: `tpp:licence:${licenceId}`, unit: 'tpp' };
}

/** TPP that was allocated to a consignee, by month. */
export function tppOfConsignee(partyId: string): Account {
  return { name: `tpp:party:${partyId}`, unit: 'tpp' };
}

/** TPP that was allocated to consignees in a country (ISO 3166-1 alpha-2), by month. */
export function tppOfCountry(country: string): Account {
  return { name: `tpp:country:${country}`, unit: 'tpp' };
}

/** TPP that an exporter shipped at home, for which it needs no licence: known by adjustments alone. */
export function tppAtHome(tenant: string): Account {
  return { name: `tpp:home:${tenant}`, unit: 'tpp' };
}

/** How many chips of a model were allocated under a licence. */
export function chipsOfLicence(licenceId: string, model: string): Account {
  return { name: `chips:licence:${licenceId}:${model}`, unit: 'chips' };
}

/** What may have been computed under a licence, by day. */
export function computeOfLicence(licenceId: string): Account {
  return { name: `compute:licence:${licenceId}`, unit: 'operations-e12' };
}

/**
 * What may have been computed for a purpose by everybody whom one party ultimately owns, by day: a quota is not multiplied
 * by founding subsidiaries, nor by licences, nor by how its purpose is spelt.
 */
export function computeOfParty(ultimateParentId: string, purpose: string): Account {
  return {
    name: `compute:party:${ultimateParentId}:${foldedPurpose(purpose)}`,
    unit: 'operations-e12',
  };
}

/** What of an account of compute hosts or operators reported as used: rule packs are told it. */
export function reportedOf(computeAccount: string): string {
  return computeAccount.replace(/^compute:/, 'reported:');
}

/** What an account is about, and by what periods it counts besides the whole. */
export type AccountSubject = Account & {
  readonly about: 'licence' | 'party' | 'country' | 'home';
  readonly id: string;
  readonly periods: 'none' | 'month' | 'day';
};

const NAME = /^(tpp|chips|compute|reported):(licence|party|country|home):([^:]{1,200})(?::(.{1,200}))?$/s;

/** Every form of name that there is, whether the last part follows, and what it counts. */
const FORMS: {
  readonly [form: string]: Pick<AccountSubject, 'unit' | 'periods'> & { readonly rest: boolean };
} = {
  'tpp:licence': { unit: 'tpp', periods: 'none', rest: false },
  'tpp:party': { unit: 'tpp', periods: 'month', rest: false },
  'tpp:country': { unit: 'tpp', periods: 'month', rest: false },
  'tpp:home': { unit: 'tpp', periods: 'month', rest: false },
  'chips:licence': { unit: 'chips', periods: 'none', rest: true },
  'compute:licence': { unit: 'operations-e12', periods: 'day', rest: false },
  'compute:party': { unit: 'operations-e12', periods: 'day', rest: true },
  'reported:licence': { unit: 'operations-e12', periods: 'none', rest: false },
  'reported:party': { unit: 'operations-e12', periods: 'none', rest: true },
};

/** Reads an account's name; null for one that no account has. Whether its subject exists is the register's to say. */
export function readAccount(name: string): AccountSubject | null {
  const [, kind = '', about = '', id = '', rest] = NAME.exec(name) ?? [];
  const form = FORMS[`${kind}:${about}`];
  if (form === undefined || form.rest !== (rest !== undefined)) return null;
  const { unit, periods } = form;
  return { name, unit, periods, about: about as AccountSubject['about'], id }; // one of those that NAME names
}
