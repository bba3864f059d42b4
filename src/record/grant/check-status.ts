import { FormatError } from '../../bytes/errors.ts';
import { formatInstant } from '../../bytes/instant.ts';
import type { CheckList } from '../../evidence/check.ts';
import { type GrantClaims, STATUS_LIST_TYP } from '../../protocol/grant.ts';
import { isSignedBy } from './jws.ts';
import type { GrantKeys } from './keys.ts';
import { type ParsedStatusList, parseStatusList, statusAt } from './status-list.ts';

type Asked = { readonly at: Date; readonly keys: GrantKeys; readonly skewMs: number };

/**
 * Asks whether the grant was suspended or revoked (draft-ietf-oauth-status-list, 8.3). Without a list younger than its ttl nobody
 * knows, and that is a refusal: a host that could keep the list away would else keep a revoked grant alive.
 *
 * @param token the status list token from `status.status_list.uri`; null where there is none at hand
 */
export function checkStatus(
  findings: CheckList,
  token: string | null,
  grant: GrantClaims,
  asked: Asked,
): void {
  findings.expect(
    'status-list.present',
    token !== null,
    'a list of statuses',
    token === null ? 'none' : 'one',
  );
  if (token === null) return;
  const list = read(token);
  if (list instanceof FormatError) {
    findings.expect('status-list.well-formed', false, 'a status list token', list.message);
    return;
  }
  findings.expect('status-list.well-formed', true, 'a status list token', 'one');
  const { claims, jws, kid } = list;
  const reference = grant.status.status_list;
  findings.expect('status-list.type', jws.typ === STATUS_LIST_TYP, STATUS_LIST_TYP, jws.typ.slice(0, 80));
  const key = asked.keys.get(kid);
  findings.expect('status-list.key', key !== undefined, 'a key of status lists', kid.slice(0, 80));
  if (key !== undefined) {
    const signed = isSignedBy(jws, key);
    findings.expect(
      'status-list.signature',
      signed,
      `by ${kid} (${key.alg})`,
      signed ? `by ${kid}` : 'by another',
    );
  }
  findings.expect('status-list.issuer', claims.iss === grant.iss, grant.iss, claims.iss);
  findings.expect('status-list.subject', claims.sub === reference.uri, reference.uri, claims.sub);
  checkAge(findings, list, asked);
  const status = statusAt(list.statuses, reference.idx);
  findings.expect('grant.status', status === 'valid', 'valid', status ?? 'no status that there is');
}

function checkAge(
  findings: CheckList,
  { claims: { iat, exp, ttl } }: ParsedStatusList,
  { at, skewMs }: Asked,
): void {
  const now = at.getTime();
  const latest = now + skewMs;
  findings.expect(
    'status-list.issued',
    iat * 1000 <= latest,
    `at or before ${said(latest)}`,
    said(iat * 1000),
  );
  const end = Math.min(exp, iat + ttl) * 1000;
  findings.expect('status-list.fresh', now < end, `good after ${said(now)}`, `good until ${said(end)}`);
}

function read(token: string): ParsedStatusList | FormatError {
  try {
    return parseStatusList(token);
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
}

function said(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'no instant' : formatInstant(date);
}
