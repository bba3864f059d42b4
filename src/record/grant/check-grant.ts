import { formatInstant } from '../../bytes/instant.ts';
import type { CheckList } from '../../evidence/check.ts';
import { GRANT_TYP } from '../../protocol/grant.ts';
import { isListOf } from './devices.ts';
import { isSignedBy } from './jws.ts';
import type { GrantKeys } from './keys.ts';
import type { ParsedGrant } from './parse.ts';

export type GrantExpectations = {
  readonly at: Date;
  readonly issuer: string;
  readonly audience: string;
  readonly licence?: string;
  readonly keys: GrantKeys;
  readonly skewMs: number;
};

/** What is asked of the token by itself: who made it, for whom, under what, and whether its time is now. */
export function checkGrant(findings: CheckList, grant: ParsedGrant, expected: GrantExpectations): void {
  const { claims, jws, kid } = grant;
  findings.expect('grant.type', jws.typ === GRANT_TYP, GRANT_TYP, jws.typ.slice(0, 80));
  const key = expected.keys.get(kid);
  findings.expect('grant.key', key !== undefined, 'a key of grants', kid.slice(0, 80));
  if (key !== undefined) {
    const signed = isSignedBy(jws, key);
    findings.expect('grant.signature', signed, `by ${kid} (${key.alg})`, signed ? `by ${kid}` : 'by another');
  }
  findings.expect('grant.issuer', claims.iss === expected.issuer, expected.issuer, claims.iss);
  const isOurs = claims.aud.includes(expected.audience);
  findings.expect('grant.audience', isOurs, expected.audience, claims.aud.join(', '));
  if (expected.licence !== undefined) {
    findings.expect('grant.licence', claims.sub === expected.licence, expected.licence, claims.sub);
  }
  checkTimes(findings, grant, expected);
  const { devices } = claims;
  if (devices.list !== undefined) {
    const isWhole = isListOf(devices, devices.list);
    findings.expect('grant.devices', isWhole, 'the devices of the root', isWhole ? 'those' : 'others');
  }
}

/** Written so that an instant that is none fails. Another's clock may run ahead of ours by `skewMs`, and nothing lasts longer for it. */
function checkTimes(
  findings: CheckList,
  { claims: { iat, nbf, exp } }: ParsedGrant,
  { at, skewMs }: GrantExpectations,
): void {
  const latest = at.getTime() + skewMs;
  const begun = Math.max(iat, nbf) * 1000 <= latest;
  findings.expect('grant.issued', begun, `at or before ${said(latest)}`, said(Math.max(iat, nbf) * 1000));
  findings.expect(
    'grant.expired',
    at.getTime() < exp * 1000,
    `after ${said(at.getTime())}`,
    said(exp * 1000),
  );
}

function said(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'no instant' : formatInstant(date);
}
