import { ROLES, type Role } from '../principal.ts';
import { unknownToken } from './refusals.ts';
import { ROLE_SCOPES } from './scopes.ts';

/** @throws RequestError `unauthenticated` for a role that this version does not know */
export function roleOf(text: string): Role {
  const role = ROLES.find((candidate) => candidate === text);
  if (role === undefined) throw unknownToken();
  return role;
}

/** Scope lists are few and come with every request: each is split once. */
const known = new Map<Role, Map<string, ReadonlySet<string>>>();
const MAX_KNOWN = 1_000;

/** What the token was given and its role still allows: a line shortened in the table shortens old tokens too. */
export function scopesOf(role: Role, text: string): ReadonlySet<string> {
  const ofRole = known.get(role) ?? new Map<string, ReadonlySet<string>>();
  let scopes = ofRole.get(text);
  if (scopes === undefined) {
    const allowed: readonly string[] = ROLE_SCOPES[role];
    scopes = new Set(text.split(' ').filter((scope) => allowed.includes(scope)));
    if (ofRole.size >= MAX_KNOWN) ofRole.clear();
    known.set(role, ofRole.set(text, scopes));
  }
  return scopes;
}
