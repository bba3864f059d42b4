import { FormatError } from '../../bytes/errors.ts';
import { CheckList, type Findings } from '../../evidence/check.ts';
import type { GrantClaims } from '../../protocol/grant.ts';
import { checkGrant } from './check-grant.ts';
import { checkRecord, type KnownLog } from './check-record.ts';
import { checkStatus } from './check-status.ts';
import type { GrantKeys } from './keys.ts';
import { type ParsedGrant, parseGrant } from './parse.ts';
import { checkPossession, type Possession } from './possession.ts';

/** What a host shows. */
export type ShownGrant = {
  readonly grant: string;
  /** The newest status list token from the grant's `status.status_list.uri`; null where there is none. */
  readonly statusList: string | null;
  /** null where nobody has shown a key. */
  readonly possession: Possession | null;
  /** The JSON of the receipt that came with the grant. */
  readonly receipt?: unknown;
};

/** What a license server asks. Nothing here has a lenient default. */
export type GrantPolicy = {
  /** A clock that the host cannot set. */
  readonly at: Date;
  /** The verifier's public URL. */
  readonly issuer: string;
  /** Whose license server this is: see `tenantAudience`. */
  readonly audience: string;
  readonly grantKeys: GrantKeys;
  readonly statusKeys: GrantKeys;
  /** The one licence that counts here; any unless given. */
  readonly licence?: string;
  readonly log?: KnownLog;
  /**
   * `production`, the default: whatever was not asked refuses, so that a host's key and a cosigned receipt are needed. `basic`:
   * both may be left out, and stand under `notPerformed`.
   */
  readonly profile?: 'production' | 'basic';
  /** How far others' clocks may run ahead; 60 s unless given. Nothing lasts longer for it. */
  readonly skewMs?: number;
};

export type GrantJudgement = Findings & {
  /** By the profile, and only by it. */
  readonly accepted: boolean;
  readonly profile: 'production' | 'basic';
  /** What the grant says, believed or not; null where it cannot be read. */
  readonly claims: GrantClaims | null;
  /** `jti` of the proof of possession: not to be admitted twice. null without one. */
  readonly proofId: string | null;
};

const SKEW_MS = 60_000;

/**
 * May this host go on under its licence, by what it shows? A pure function for license servers and schedulers: nothing is
 * fetched, and every check is in the answer.
 *
 * What remains unproven: that the host's key has not been copied (a host whose keys lie in the hands of its operator is told by the
 * grant's `level` and `waived`), what happened since the status list was signed, and what a proof's `jti` was used for before.
 *
 * @throws RecordError `policy_malformed` for witnesses that none could meet
 */
export function verifyGrant(shown: ShownGrant, policy: GrantPolicy): GrantJudgement {
  const { profile = 'production', skewMs = SKEW_MS } = policy;
  const findings = new CheckList();
  const parsed = read(shown.grant);
  if (parsed instanceof FormatError) {
    findings.expect('grant.well-formed', false, 'a grant', parsed.message);
    return { ...findings, accepted: false, profile, claims: null, proofId: null };
  }
  findings.expect('grant.well-formed', true, 'a grant', 'a grant');
  const { claims } = parsed;
  const asked = { at: policy.at, skewMs };
  checkGrant(findings, parsed, { ...policy, ...asked, keys: policy.grantKeys });
  checkStatus(findings, shown.statusList, claims, { ...asked, keys: policy.statusKeys });
  const proofId = provePossession(findings, shown, { ...asked, jkt: claims.cnf.jkt });
  checkRecord(findings, { grant: shown.grant, claims, receipt: shown.receipt, known: policy.log });
  const isWhole = profile === 'basic' || findings.notPerformed.length === 0;
  const { checks, notPerformed } = findings;
  return { accepted: findings.passed && isWhole, profile, claims, proofId, checks, notPerformed };
}

function provePossession(
  findings: CheckList,
  { grant, possession }: ShownGrant,
  asked: { readonly at: Date; readonly skewMs: number; readonly jkt: string },
): string | null {
  if (possession !== null) return checkPossession(findings, possession, { ...asked, grant });
  findings.skip('grant.host-key', 'nobody has shown the key that the grant is bound to');
  return null;
}

function read(token: string): ParsedGrant | FormatError {
  try {
    return parseGrant(token);
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
}
