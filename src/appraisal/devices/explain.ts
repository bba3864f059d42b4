import type { BundleDevice } from '../../evidence/bundle/devices.ts';
import type { Findings } from '../../evidence/check.ts';
import type { NvidiaEvidence, RimVerdict } from '../../evidence/nvidia/index.ts';
import { isModelOf, productNames } from '../../evidence/nvidia/product-names.ts';
import type { Reason } from '../../protocol/reason.ts';
import { reasonsOf } from '../explain.ts';

/** Why a device is not attested, under its own name, and what its operator can do. */
export function deviceReasons(
  id: string,
  { label, measurements }: BundleDevice,
  findings: Findings,
): Reason[] {
  const subject = `device:${id}`;
  const unknown = (measurements?.verdicts ?? []).filter(({ verdict }) => verdict === 'unknown');
  const isTold = (code: string): boolean => unknown.some(({ component }) => code === codeOf(component));
  const others = reasonsOf(findings)
    .filter(({ code }) => !isTold(code))
    .map((reason): Reason => ({ ...reason, subject }));
  return [...others, ...unknown.flatMap((verdict) => unknownReason(subject, label, verdict))];
}

function codeOf(component: RimVerdict['component']): string {
  return `nvidia.measurements.${component}`;
}

/** Unknown is not wrong: there is no manifest for every VBIOS that ships. */
function unknownReason(subject: string, label: string, verdict: RimVerdict): Reason[] {
  if (verdict.verdict !== 'unknown') return [];
  const { component, rimId, reason } = verdict;
  const sentence = `Whether the ${component} of ${label} is a good one is unknown: ${reason}.`;
  const mend =
    rimId === null
      ? `Update the ${component}: this one does not say which manifest is its own.`
      : `Have the verifier fetch or import NVIDIA's manifest ${rimId}; where NVIDIA publishes none, install a ${component} that it does publish.`;
  return [{ code: codeOf(component), kind: 'unproven', subject, sentence, mend }];
}

/** Of what is missing, the device; of what is too many or too few, the kind. */
export function inventoryReasons(findings: Findings): Reason[] {
  const failed = { checks: findings.checks, notPerformed: [] };
  return reasonsOf(failed).map(({ subject, ...reason }) => ({
    ...reason,
    ...(subject === undefined ? {} : { subject: subject.replace(/^evidence:/, '') }),
  }));
}

/** `device.model-disagrees`: the evidence says what a device is; a declaration that says otherwise is wrong about it. */
export function modelReasons(
  id: string,
  declared: string | null,
  { chip: { chip }, model }: Pick<NvidiaEvidence, 'chip' | 'model'>,
): Reason[] {
  if (declared === null || isModelOf(declared, chip)) return [];
  return [
    {
      code: 'device.model-disagrees',
      kind: 'violated',
      subject: `device:${id}`,
      sentence: `The device is declared as ${declared}, and its chip is ${chip} (${model}).`,
      mend: `Declare it as what it is (${productNames(chip).join(', ')}), or put the declared device in its place.`,
    },
  ];
}
