import type { NrasDeviceSummary, NrasSummary } from '../../evidence/nvidia/index.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';

/** What NVIDIA's attestation service says, for a person: its word, and of whom. */
export function describeNras({ authentic, result, issuedAt, expiresAt, devices }: NrasSummary): string[] {
  const verdict = authentic ? green('authentic') : red('not authentic');
  const said = result ? green('attested') : red('not attested');
  return [
    '',
    `${bold("NVIDIA's attestation service")}: ${verdict}; it says ${said}`,
    dim(`  issued ${issuedAt}, until ${expiresAt}; no report of the devices was seen here`),
    ...devices.flatMap(describeDevice),
  ];
}

function describeDevice(device: NrasDeviceSummary): string[] {
  const { name, model, ueid, driverVersion, vbiosVersion, measurements, secureBoot, debugStatus } = device;
  const good = measurements === 'success' && secureBoot === true && debugStatus === 'disabled';
  const state = [
    `measurements ${measurements}`,
    `secure boot ${secureBoot ?? 'unknown'}`,
    `debugging ${debugStatus ?? 'unknown'}`,
  ];
  const versions = [
    ...(driverVersion === null ? [] : [`driver ${driverVersion}`]),
    ...(vbiosVersion === null ? [] : [`VBIOS ${vbiosVersion}`]),
  ];
  return [
    `${bold(printable(name))}  ${printable(model)}, ${printable(ueid)}`,
    dim(`  ${printable(versions.join(', '))}`),
    `  ${good ? green('✓') : red('✗')} ${printable(state.join(', '))}`,
    ...(device.warning === null ? [] : [`  ${yellow('!')} ${printable(device.warning)}`]),
  ];
}
