import { z } from 'zod';
import { formatInstant } from '../../bytes/instant.ts';
import type { ComponentVerdict, IntelVerdict, TcbStatus } from '../../evidence/intel/verdict.ts';
import { hexValue } from '../hex.ts';
import type { PolicyFindings } from '../policy-findings.ts';
import { type PlatformPart, shortfallText } from './shortfall.ts';

/** What may be accepted. `Revoked` is missing: Intel withdrew such a level, and no policy brings it back. */
const ACCEPTABLE = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
  'TDRelaunchAdvised',
  'TDRelaunchAdvisedConfigurationNeeded',
] as const satisfies readonly TcbStatus[];

/** Demands on the platform of an Intel TEE, the same for TDX and SGX. What is left out keeps its default. */
export const intelTcbRules = {
  acceptedTcbStatuses: z
    .array(z.enum(ACCEPTABLE))
    .min(1)
    .optional()
    .describe('Converged TCB statuses that are accepted; UpToDate alone by default. Revoked never is.'),
  outOfDateGraceDays: z
    .int()
    .min(0)
    .max(730)
    .optional()
    .describe(
      'For how many days after the tcbDate of the first newer level a platform passes for one that is not out of date; 0 by default: not at all.',
    ),
  deniedAdvisories: z
    .array(z.string().regex(/^INTEL-SA-[0-9]{5}$/, 'must be an advisory, as INTEL-SA-00837'))
    .max(1000)
    .optional()
    .describe('No part of the platform may be open to any of these.'),
  minimumEvaluationNumber: z
    .int()
    .min(0)
    .optional()
    .describe('tcbEvaluationDataNumber of TCB Info and QE Identity must not be below this.'),
  platforms: z
    .array(hexValue(16))
    .min(1)
    .max(10_000)
    .optional()
    .describe('PPIDs or PIIDs of the only platforms that are accepted; any platform unless given.'),
} as const;

export type IntelTcbPolicy = {
  readonly acceptedTcbStatuses: readonly TcbStatus[];
  readonly outOfDateGraceDays: number;
  readonly deniedAdvisories: readonly string[];
  readonly minimumEvaluationNumber: number;
  readonly platforms: readonly string[] | null;
};

/** UpToDate alone: every other status leaves a published weakness open, which somebody must accept by name. */
export const DEFAULT_INTEL_TCB_POLICY: IntelTcbPolicy = {
  acceptedTcbStatuses: ['UpToDate'],
  outOfDateGraceDays: 0,
  deniedAdvisories: [],
  minimumEvaluationNumber: 0,
  platforms: null,
};

/** The part of a TEE's state that this judges. */
type IntelPlatform = {
  readonly kind: 'tdx' | 'sgx';
  readonly verdict: IntelVerdict;
  readonly platformIds: readonly string[];
};

/** @returns when an acceptance by grace ends; null where none is used */
export function checkIntelTcb(
  { kind, verdict, platformIds }: IntelPlatform,
  policy: IntelTcbPolicy,
  at: Date,
  checks: PolicyFindings,
): Date | null {
  const graceUntil = checkStatus(kind, verdict, policy, at, checks);

  const denied = verdict.advisories.filter((advisory) => policy.deniedAdvisories.includes(advisory));
  checks.expect(
    'intel.policy.advisories',
    denied.length === 0,
    policy.deniedAdvisories.length === 0
      ? 'no denied advisory'
      : `none of ${policy.deniedAdvisories.join(', ')}`,
    denied.length > 0 ? denied.join(', ') : `${verdict.advisories.join(', ') || 'no advisory'}`,
    `${kind}.advisories`,
  );

  const { tcbInfo, qeIdentity } = verdict.evaluationNumbers;
  const lowest = policy.minimumEvaluationNumber;
  // Two numbers: an old document beside a new one hides what the old one does not know yet.
  checks.expect(
    'intel.policy.evaluation-number',
    tcbInfo === qeIdentity && tcbInfo >= lowest,
    `the same in both documents${lowest === 0 ? '' : `, at least ${lowest}`}`,
    tcbInfo === qeIdentity ? `${tcbInfo}` : `TCB Info ${tcbInfo}, QE Identity ${qeIdentity}`,
    `${kind}.tcbEvaluationDataNumber`,
  );

  const { platforms } = policy;
  if (platforms !== null) {
    checks.expect(
      'intel.policy.platform',
      platformIds.some((id) => platforms.includes(id)),
      platforms.length === 1 ? `platform ${platforms[0]}` : `one of ${platforms.length} registered platforms`,
      platformIds.join(', ') || 'neither PPID nor PIID',
      `${kind}.platform`,
    );
  }
  return graceUntil;
}

function checkStatus(
  kind: IntelPlatform['kind'],
  verdict: IntelVerdict,
  { acceptedTcbStatuses, outOfDateGraceDays }: IntelTcbPolicy,
  at: Date,
  checks: PolicyFindings,
): Date | null {
  const { status } = verdict;
  const accepted = status !== 'Revoked' && acceptedTcbStatuses.includes(status);
  const graceUntil = accepted ? null : graceOf(verdict, acceptedTcbStatuses, outOfDateGraceDays);
  const inGrace = graceUntil !== null && at <= graceUntil;
  const expected = acceptedTcbStatuses.join(' or ');
  const grace = outOfDateGraceDays === 0 ? '' : `, or OutOfDate for at most ${outOfDateGraceDays} days`;
  const holds = checks.expect(
    'intel.policy.tcb-status',
    accepted || inGrace,
    `${expected}${grace}`,
    statusText(verdict),
    `${kind}.tcbStatus`,
  );
  if (holds && status !== 'UpToDate') {
    const until = inGrace ? ` until ${formatInstant(graceUntil)}` : '';
    checks.weaknesses.push({
      code: 'intel.tcb.weak',
      sentence: `The policy accepts a platform that is ${statusText(verdict)}${until}.`,
    });
  }
  return inGrace ? graceUntil : null;
}

const DAY_MS = 86_400_000;

/** What a status would be if everything that is out of date were not. */
const WITHOUT_LATENESS: ReadonlyMap<TcbStatus, TcbStatus> = new Map<TcbStatus, TcbStatus>([
  ['OutOfDate', 'UpToDate'],
  ['OutOfDateConfigurationNeeded', 'ConfigurationNeeded'],
]);

/**
 * The end of the grace for a platform that is out of date; null where grace cannot help: for other statuses, where a late
 * part has no newer level, or where the policy would not accept it without its lateness either.
 *
 * Counted from the *first* newer level, so that who is always one level behind the newest gains nothing by each new one.
 */
function graceOf(verdict: IntelVerdict, accepted: readonly TcbStatus[], days: number): Date | null {
  const otherwise = WITHOUT_LATENESS.get(verdict.status);
  if (days === 0 || otherwise === undefined || !accepted.includes(otherwise)) return null;
  const late = parts(verdict).filter(([, { status }]) => WITHOUT_LATENESS.has(status));
  const since = late.map(([, { supersededOn }]) => Date.parse(supersededOn ?? ''));
  const end = Math.min(...since) + days * DAY_MS;
  return Number.isFinite(end) ? new Date(end) : null;
}

/** The parts of a platform that have a level of their own. */
export function parts(verdict: IntelVerdict): readonly (readonly [PlatformPart, ComponentVerdict])[] {
  const { platform, module, qe } = verdict;
  return [['platform', platform], ...(module === null ? [] : [['module', module] as const]), ['qe', qe]];
}

/** `OutOfDate: platform sgxtcbcomponents[3] needs 7, has 5 (BIOS)`. */
function statusText(verdict: IntelVerdict): string {
  const lacks = parts(verdict).flatMap(([part, { shortfalls }]) =>
    shortfalls.map((shortfall) => `${part} ${shortfallText(shortfall)}`),
  );
  return lacks.length === 0 ? verdict.status : `${verdict.status}: ${lacks.join('; ')}`;
}
