import type { CheckList } from '../check.ts';
import type { CollectedDevice } from './device-json.ts';
import type { NvidiaDescription } from './verify.ts';

export type PlacedDevice = { readonly where: string; readonly described: NvidiaDescription | null };

/**
 * `nvidia.devices.distinct`: no chip stands in for another. By the chip's own key, and by the leaf's serial number
 * as NVIDIA counts devices.
 */
export function checkDistinct(checks: CheckList, devices: readonly PlacedDevice[]): void {
  const id = 'nvidia.devices.distinct';
  const places = new Map<string, string[]>();
  for (const { where, described } of devices) {
    if (described === null) continue;
    for (const name of [`chip ${described.identity}`, `leaf ${described.ueid}`]) {
      places.set(name, [...(places.get(name) ?? []), where]);
    }
  }
  const repeated = [...places].find(([, wheres]) => wheres.length > 1);
  const expected = 'each device once';
  const actual =
    repeated === undefined ? `${devices.length} devices` : `${repeated[0]} at ${repeated[1].join(', ')}`;
  checks.expect(id, repeated === undefined, expected, actual);
}

/** `nvidia.devices.declared`: what the collector declares is what the evidence proves. Nothing is taken from it. */
export function checkDeclared(
  checks: CheckList,
  { arch, nonce }: CollectedDevice,
  { chip }: NvidiaDescription,
  requestNonce: string,
  where: string,
): void {
  const [declared, proven] = [
    [arch?.toLowerCase() ?? chip.generation, nonce ?? requestNonce].join(', nonce '),
    [chip.generation, requestNonce].join(', nonce '),
  ];
  checks.expect('nvidia.devices.declared', declared === proven, proven, declared, where);
}
