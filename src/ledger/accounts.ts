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
    name: `compute:party:${ultimateParentId}:${purpose.normalize('NFKC').trim().toLowerCase()}`,
    unit: 'operations-e12',
  };
}

const UNITS: { readonly [kind: string]: Unit } = {
  tpp: 'tpp',
  chips: 'chips',
  compute: 'operations-e12',
};

/** The unit of an account, by its name; null for a name that no account has. */
export function unitOf(name: string): Unit | null {
  const kind = name.slice(0, name.indexOf(':'));
  return Object.hasOwn(UNITS, kind) ? (UNITS[kind] ?? null) : null;
}
