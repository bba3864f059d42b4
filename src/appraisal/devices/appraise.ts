import type { BundleDevice } from '../../evidence/bundle/devices.ts';
import { isClosed, MAY_STAY_OPEN } from '../../evidence/bundle/left-open.ts';
import { CheckList, type Findings } from '../../evidence/check.ts';
import type { AppraisedDevice, Violation, Weakness } from '../../protocol/appraisal.ts';
import type { Facts } from '../../protocol/facts.ts';
import type { Reason } from '../../protocol/reason.ts';
import { reasonsOf } from '../explain.ts';
import { chipFactsUnder, DECLARED } from '../facts.ts';
import { assess } from '../levels.ts';
import { chipEvidenceOf, type Outcome } from './chip-evidence.ts';
import { chipName } from './chip-name.ts';
import { deviceReasons, inventoryReasons, modelReasons } from './explain.ts';
import { checkInventory, type Inventory, type RegisteredDevice } from './inventory.ts';

/** What a host's GPUs and switches add to its appraisal. None of it changes what the host itself proved. */
export type DevicesAppraisal = {
  readonly devices: readonly AppraisedDevice[];
  readonly findings: Findings;
  readonly reasons: readonly Reason[];
  /** On chips, not on the host. */
  readonly violations: readonly Violation[];
  readonly weaknesses: readonly Weakness[];
};

/**
 * Appraises the GPUs and switches of authentic evidence, each by itself.
 *
 * `attested` takes everything: a genuine chip's own answer to this session's challenge, no certificate revoked, both
 * components as NVIDIA's manifests state them, and no other host that has freshly proven the same chip. What could not be
 * asked (no manifest for a VBIOS, no OCSP response) leaves it `unproven`; whatever is known to be wrong makes it `refused`.
 *
 * @param host the facts that the same evidence establishes of the host itself
 */
export function appraiseDevices(
  shown: readonly BundleDevice[],
  host: Facts,
  inventory: Inventory,
): DevicesAppraisal {
  const all = shown.map((device) => appraiseOne(device, host, inventory));
  const found = checkInventory(shown, inventory);
  const findings = new CheckList();
  for (const one of all) findings.add(one.findings);
  findings.add(found);
  return {
    devices: all.map(({ appraised }) => appraised),
    findings,
    reasons: [...all.flatMap(({ reasons }) => reasons), ...inventoryReasons(found)],
    violations: all.flatMap(({ violations }) => violations),
    weaknesses: all.flatMap(({ weaknesses }) => weaknesses),
  };
}

/** The same of evidence that is refused as a whole: what was found of each device, and nothing proven. */
export function refusedDevices(shown: readonly BundleDevice[]): DevicesAppraisal {
  const findings = new CheckList();
  for (const device of shown) findings.add(named(device));
  const failed = { checks: findings.checks, notPerformed: [] };
  return { devices: [], findings, reasons: reasonsOf(failed), violations: [], weaknesses: [] };
}

type One = Omit<DevicesAppraisal, 'devices'> & { readonly appraised: AppraisedDevice };

function appraiseOne(device: BundleDevice, host: Facts, { registered, elsewhere }: Inventory): One {
  const { label, kind, evidence, described, revoked } = device;
  const checks = new CheckList();
  checks.add(named(device));
  const standing = evidence === null ? undefined : elsewhere.get(evidence.identity);
  if (evidence !== null) {
    const actual = standing === undefined ? 'none has' : 'another host has';
    checks.expect('devices.unique', standing === undefined, 'proven by no other host', actual, label);
  }
  const outcome = outcomeOf(device, checks);
  const declared = registeredAs(device, registered);
  const id = declared?.id ?? idOf(device);
  const facts = factsOf(outcome, host);
  const chip = chipEvidenceOf(device, outcome);
  const subject = `device:${described === null ? label : chipName(kind, described.identity)}`;
  return {
    appraised: { id, kind, facts, ...assess(facts), chip },
    findings: checks,
    reasons: [
      ...deviceReasons(id, device, asked(checks)),
      ...(evidence === null ? [] : modelReasons(id, declared?.model ?? null, evidence)),
    ],
    violations: [
      ...(revoked === null
        ? []
        : [violation('device.key-revoked', subject, `NVIDIA has revoked it: ${revoked}.`)]),
      ...(standing === 'contradicted' ? [violation('device.contradiction', subject, CONTRADICTION)] : []),
    ],
    weaknesses: outcome === 'attested' && described?.fwid === 'absent' ? [silent(id)] : [],
  };
}

const CONTRADICTION =
  'Two hosts have freshly proven the same chip after both were challenged: one of them relays its reports.';

function violation(code: string, subject: string, sentence: string): Violation {
  return { code, subject, sentence };
}

function silent(id: string): Weakness {
  const sentence = `The firmware of the device ${id} does not say which it is: old firmware, and every NVSwitch, is silent.`;
  return { code: 'nvidia.fwid.absent', sentence };
}

function outcomeOf({ evidence, measurements }: BundleDevice, checks: CheckList): Outcome {
  if (evidence === null || measurements === null || !checks.passed) return 'refused';
  const matches = measurements.verdicts.every(({ verdict }) => verdict === 'match');
  return matches && measurements.verdicts.length > 0 && isClosed(checks) ? 'attested' : 'unproven';
}

function factsOf(outcome: Outcome, host: Facts): Facts {
  if (outcome === 'refused') return DECLARED;
  return chipFactsUnder(host, outcome === 'attested' ? 'attested' : 'host-reported');
}

/** What is not proven may name any chip: it is taken for a device of this host alone. */
function registeredAs(
  { kind, evidence, described }: BundleDevice,
  registered: readonly RegisteredDevice[],
): RegisteredDevice | undefined {
  return registered.find(
    (one) =>
      one.kind === kind &&
      one.identity !== null &&
      one.identity === described?.identity &&
      (evidence !== null || one.linked),
  );
}

function idOf({ label, kind, described }: BundleDevice): string {
  return described === null ? label : chipName(kind, described.identity);
}

/** Questions left open have no place of their own: each says whose it is. */
function named({ label, findings: { checks, notPerformed } }: BundleDevice): Findings {
  return {
    checks,
    notPerformed: notPerformed.map(({ id, reason }) => ({ id, reason: `${label}: ${reason}` })),
  };
}

/** Without what may stay open: it stands in the result, and costs nothing. */
function asked({ checks, notPerformed }: CheckList): Findings {
  return { checks, notPerformed: notPerformed.filter(({ id }) => !MAY_STAY_OPEN.has(id)) };
}
