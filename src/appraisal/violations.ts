import type { Violation } from '../protocol/appraisal.ts';
import type { Match } from './match.ts';
import type { TeeState } from './tee-state.ts';

/**
 * What authentic evidence shows that is forbidden, whatever set it matches: it latches. A platform that is merely out of
 * date is none: that only costs the level.
 */
export function violationsOf(matches: readonly Match[], tee: TeeState | null, deviceId: string): Violation[] {
  const subject = `device:${deviceId}`;
  const denied = matches.flatMap(({ reference: { set }, denied: values }) =>
    values.map(({ field, value }): Violation => {
      return {
        code: 'measurement.denied',
        subject,
        sentence: `${field} holds ${value}, which the reference set ${set.name} ${set.version} denies.`,
      };
    }),
  );
  if (tee === null || tee.kind === 'snp' || tee.verdict.status !== 'Revoked') return denied;
  const sentence =
    'Intel has revoked the TCB level of the platform: what its hardware signs proves nothing any more.';
  return [...denied, { code: 'tcb.revoked', subject, sentence }];
}
