import type { Pin } from '../../pki/index.ts';

/** As `certs/nvidia.json` calls them: the root of devices vouches for no manifest, nor the other's for a device. */
const DEVICES = 'NVIDIA Device Identity CA';
const RIMS = 'NVIDIA CoRIM signing Root CA';

export function pinsOfDevices(pins: readonly Pin[]): readonly Pin[] {
  return pins.filter(({ name }) => name === DEVICES);
}

export function pinsOfRims(pins: readonly Pin[]): readonly Pin[] {
  return pins.filter(({ name }) => name === RIMS);
}
