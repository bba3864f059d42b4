import { assess } from '../../appraisal/levels.ts';
import { canonicalJson } from '../../bytes/canonical-json.ts';
import { plainJson } from '../../bytes/plain-json.ts';
import type { CheckList } from '../../evidence/check.ts';
import type { LicenceReport, ReportedDevice } from '../../protocol/report.ts';
import { totalsOf } from './totals.ts';
import { weaknessesOf } from './weaknesses.ts';

/**
 * Asks whether a report agrees with itself: levels and weaknesses are those of the facts that it names, ages those of its instants, and totals those
 * of its rows. Nothing of it can be left out by hand without another signature; this finds a verifier that counted wrongly.
 */
export function checkDevices(findings: CheckList, report: LicenceReport): void {
  const level = report.devices.find((device) => !hasItsLevel(device));
  findings.expect('report.devices.levels', level === undefined, 'levels that the facts have', nameOf(level));
  const weak = report.devices.find((device) => !hasItsWeaknesses(device));
  findings.expect(
    'report.devices.weaknesses',
    weak === undefined,
    'weaknesses that the facts have',
    nameOf(weak),
  );
  const old = report.devices.find((device) => !hasItsAge(device, report.inventoryAt));
  findings.expect('report.devices.ages', old === undefined, 'ages at inventoryAt', nameOf(old));
  const [expected, actual] = [totalsOf(report), report.totals].map((totals) =>
    canonicalJson(plainJson(totals)),
  );
  findings.expect('report.totals', expected === actual, expected ?? '', actual ?? '');
}

function hasItsLevel({ facts, level, label }: ReportedDevice): boolean {
  const assessed = assess(facts);
  return assessed.level === level && assessed.label === label;
}

function hasItsWeaknesses({ facts, serialLink, weaknesses }: ReportedDevice): boolean {
  return weaknessesOf({ facts, serialLink }).join() === weaknesses.join();
}

function hasItsAge(device: ReportedDevice, inventoryAt: string): boolean {
  return device.evidenceAgeSeconds === ageSeconds(device.evidenceIssuedAt, inventoryAt);
}

/** Whole seconds, rounded up: evidence is never shown younger than it is. */
export function ageSeconds(issuedAt: string | null, at: string): number | null {
  if (issuedAt === null) return null;
  return Math.max(0, Math.ceil((Date.parse(at) - Date.parse(issuedAt)) / 1000));
}

function nameOf(device: ReportedDevice | undefined): string {
  return device === undefined ? 'all of them' : device.id;
}
