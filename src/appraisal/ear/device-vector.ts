import type { AppraisedDevice, Violation } from '../../protocol/appraisal.ts';
import type { ChipEvidence } from '../../protocol/chip.ts';
import { chipName } from '../devices/chip-name.ts';
import { CLAIM, type TrustworthinessVector } from './trustworthiness.ts';

/** Where a chip's own evidence is not authentic. */
const FAILED: TrustworthinessVector = {
  'instance-identity': CLAIM.cryptoFailed,
  executables: CLAIM.cryptoFailed,
  hardware: CLAIM.cryptoFailed,
};

/**
 * What a GPU's or switch's own report supports. Null where there is none: a serial number that an operator or a host names is
 * nobody's evidence, and what the host proves of itself is not repeated here.
 *
 * @param violations of the appraisal: those that are this device's or its chip's count
 */
export function deviceVector(
  { id, kind, facts, chip }: Pick<AppraisedDevice, 'id' | 'kind' | 'facts' | 'chip'>,
  violations: readonly Violation[],
): TrustworthinessVector | null {
  if (chip === undefined) return facts.device === 'attested' ? GENUINE : null;
  const names = new Set([
    `device:${id}`,
    ...(chip.identity === null
      ? []
      : [`device:${chipName(kind === 'switch' ? kind : 'gpu', chip.identity)}`]),
  ]);
  const own = new Set(violations.filter(({ subject }) => names.has(subject)).map(({ code }) => code));
  if (own.has('device.key-revoked')) return { hardware: CLAIM.contraindicated };
  if (own.size > 0) return { 'instance-identity': CLAIM.contraindicated };
  if (chip.outcome === 'refused') return refused(chip);
  return { ...GENUINE, ...firmware(chip) };
}

const GENUINE = { 'instance-identity': CLAIM.affirmed, hardware: CLAIM.affirmed } as const;

/** Only what is authentic was measured; what else is wrong with that (another host proved the chip too) is no claim about it. */
function refused({ measurements }: ChipEvidence): TrustworthinessVector {
  if (measurements.length === 0) return FAILED;
  const differs = measurements.some(({ verdict }) => verdict === 'mismatch');
  return differs ? { executables: CLAIM.unrecognised } : { 'instance-identity': CLAIM.none };
}

/** Approved where every component is as its maker's manifest has it; of what nobody could compare nothing is claimed. */
function firmware({ measurements }: ChipEvidence): TrustworthinessVector {
  const verdicts = measurements.map(({ verdict }) => verdict);
  if (verdicts.includes('mismatch')) return { executables: CLAIM.unrecognised };
  const isWhole = verdicts.length > 0 && verdicts.every((verdict) => verdict === 'match');
  return isWhole ? { executables: CLAIM.approvedBoot } : {};
}
