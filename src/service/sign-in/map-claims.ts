import type { IssuerSettings } from './issuer-settings.ts';

export type Claims = { readonly [name: string]: unknown };

/** Who somebody is here: a role and a tenant, or why they are nobody. */
export type Mapped =
  | Pick<IssuerSettings['rules'][number], 'role' | 'tenant'>
  | { readonly refused: 'sign_in_no_role' | 'sign_in_ambiguous' };

/**
 * What the rules make of an ID token's claims. Rules that agree are one; rules that do not are none, for whoever wrote them
 * must say which of them is meant.
 */
export function mapClaims({ rules }: Pick<IssuerSettings, 'rules'>, claims: Claims): Mapped {
  const matching = rules.filter((rule) =>
    Object.entries(rule.claims).every(([name, wanted]) => has(claims, name, wanted)),
  );
  const [first, ...others] = matching;
  if (first === undefined) return { refused: 'sign_in_no_role' };
  const { role, tenant } = first;
  if (others.every((other) => other.role === role && other.tenant === tenant)) return { role, tenant };
  return { refused: 'sign_in_ambiguous' };
}

function has(claims: Claims, name: string, wanted: string): boolean {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return Array.isArray(value) ? value.includes(wanted) : value === wanted;
}
