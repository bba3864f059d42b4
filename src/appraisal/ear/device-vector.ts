import type { AppraisedDevice } from '../../protocol/appraisal.ts';
import { CLAIM, type TrustworthinessVector } from './trustworthiness.ts';

/**
 * What a GPU's or switch's own report supports. Null where there is none: a serial number that an operator or a host names is
 * nobody's evidence, and what the host proves of itself is not repeated here.
 */
export function deviceVector({ facts }: Pick<AppraisedDevice, 'facts'>): TrustworthinessVector | null {
  if (facts.device !== 'attested') return null;
  return { 'instance-identity': CLAIM.affirmed, hardware: CLAIM.affirmed };
}
