import { type GrantClaims, grantClaims } from '../../protocol/grant.ts';
import { type Jws, parseJws, readClaims } from './jws.ts';

/** Ten thousand listed devices fit. */
const MAX_GRANT_CHARACTERS = 4 << 20;
const MAX_NODES = 100_000;

export type ParsedGrant = { readonly claims: GrantClaims; readonly jws: Jws; readonly kid: string };

/**
 * Reads a grant (protocol/grant.ts): a compact JWS whose protected header is exactly `alg`, `typ` and `kid`.
 *
 * Unproven afterwards: everything that it says. {@link verifyGrant} judges.
 *
 * @throws FormatError `bad_value`, `too_long`, `not_canonical`, `duplicate`, `budget_exceeded`, `unsupported`
 */
export function parseGrant(token: string): ParsedGrant {
  const limits = { path: 'grant', maxBytes: MAX_GRANT_CHARACTERS, maxNodes: MAX_NODES };
  const jws = parseJws(token, 'kid', limits);
  return { claims: readClaims(grantClaims, jws.payload, 'grant'), jws, kid: String(jws.header['kid']) };
}
