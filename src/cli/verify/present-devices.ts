import type { NvidiaDeviceSummary, RimVerdict } from '../../evidence/nvidia/index.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';

/** The devices of a judgement for a person: who each is, and how it compares with its maker's reference values. */
export function describeDevices(devices: readonly NvidiaDeviceSummary[]): string[] {
  return ['', ...devices.flatMap(describeDevice)];
}

function describeDevice(device: NvidiaDeviceSummary): string[] {
  const { where, authentic, model, identity, driverVersion, vbiosVersion, fwid, mode } = device;
  const verdict = authentic ? green('authentic') : red('not authentic');
  const lines = [`${bold(where)}  ${printable(model ?? 'unreadable')}: ${verdict}`];
  if (identity !== null) lines.push(dim(`  chip ${identity}`));
  const facts = [
    ...(driverVersion === null ? [] : [`driver ${driverVersion}`]),
    ...(vbiosVersion === null ? [] : [`VBIOS ${vbiosVersion}`]),
    ...(mode === null ? [] : [`mode ${mode}`]),
    ...(fwid === null ? [] : [`FWID ${fwid}`]),
  ];
  if (facts.length > 0) lines.push(dim(`  ${printable(facts.join(', '))}`));
  return [...lines, ...device.measurements.flatMap(describeVerdict)];
}

function describeVerdict(verdict: RimVerdict): string[] {
  const about = `${verdict.component} measurements`;
  switch (verdict.verdict) {
    case 'match':
      return [`  ${green('✓')} ${about}: ${verdict.compared} of ${verdict.compared} match`];
    case 'mismatch':
      return [
        `  ${red('✗')} ${about}: ${verdict.mismatches.length} of ${verdict.compared} differ`,
        ...verdict.mismatches.map(
          ({ index, expected, actual }) =>
            `      index ${index}  ${dim(`found ${actual ?? 'nothing'}, allowed ${expected.join(' or ')}`)}`,
        ),
      ];
    case 'unknown':
      return [`  ${yellow('?')} ${about}: unknown, ${printable(verdict.reason)}`];
  }
}
