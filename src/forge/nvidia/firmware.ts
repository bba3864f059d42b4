import { createHash } from 'node:crypto';
import type { NvidiaGeneration, NvidiaMode } from '../../evidence/nvidia/index.ts';
import { OPAQUE } from '../../evidence/nvidia/opaque.ts';

/** What runs on a device, as its report says it. */
export type NvidiaFirmware = {
  /** Null: the report does not say. */
  readonly driver: string | null;
  /** `96.00.74.00.20` */
  readonly vbios: string | null;
  /** 48 bytes; null for old firmware, and LS10's, which do not say. */
  readonly fwid: Uint8Array | null;
  readonly mode: NvidiaMode | null;
  readonly nvdec0Enabled: boolean;
  readonly project: string | null;
  readonly projectSku: string | null;
  readonly chipSku: string | null;
  readonly chipInfo: string | null;
};

const MODE_FLAG: Readonly<Record<NvidiaMode, number>> = { spt: 0, mpt: 1, ppcie: 2 };
const [ENABLED, DISABLED] = [0xaa, 0x55];

const fwidOf = (firmware: string): Uint8Array =>
  new Uint8Array(createHash('sha384').update(`forged ${firmware}`).digest());

/** As genuine reports of recent firmware have it. */
export const FIRMWARE: Readonly<Record<NvidiaGeneration, NvidiaFirmware>> = {
  hopper: {
    driver: '580.159.03',
    vbios: '96.00.74.00.20',
    fwid: fwidOf('GH100 firmware'),
    mode: 'spt',
    nvdec0Enabled: false,
    project: '1010',
    projectSku: '0205',
    chipSku: '862',
    chipInfo: null,
  },
  blackwell: {
    driver: '580.159.03',
    vbios: '97.00.88.00.0F',
    fwid: fwidOf('GB100 firmware'),
    mode: 'spt',
    nvdec0Enabled: false,
    project: 'G525',
    projectSku: '0220',
    chipSku: '886',
    chipInfo: 'GB100',
  },
  ls10: {
    driver: null,
    vbios: '96.10.55.00.01',
    fwid: null,
    mode: null,
    nvdec0Enabled: false,
    project: null,
    projectSku: null,
    chipSku: null,
    chipInfo: null,
  },
};

/** The opaque data of a report of this firmware, in the order of genuine ones. */
export function opaqueOf(generation: NvidiaGeneration, firmware: NvidiaFirmware): Map<number, Uint8Array> {
  const fields: readonly (readonly [number, Uint8Array | null])[] = [
    [OPAQUE.vbiosVersion, vbiosBytes(generation, firmware.vbios)],
    [OPAQUE.chipSku, text(firmware.chipSku, 9)],
    [OPAQUE.project, text(firmware.project, 5)],
    [OPAQUE.projectSku, text(firmware.projectSku, 5)],
    [OPAQUE.driverVersion, text(firmware.driver)],
    [OPAQUE.nvdec0Status, generation === 'ls10' ? null : flag(firmware.nvdec0Enabled)],
    [OPAQUE.fwid, firmware.fwid],
    [OPAQUE.protectedPcieStatus, firmware.mode === null ? null : flag(firmware.mode === 'ppcie')],
    [OPAQUE.opaqueDataVersion, generation === 'ls10' ? null : Uint8Array.of(1, 0)],
    [OPAQUE.chipInfo, text(firmware.chipInfo)],
    [OPAQUE.featureFlag, firmware.mode === null ? null : Uint8Array.of(MODE_FLAG[firmware.mode], 0)],
  ];
  return new Map(fields.flatMap(([id, value]) => (value === null ? [] : [[id, value] as const])));
}

function flag(on: boolean): Uint8Array {
  return Uint8Array.of(on ? ENABLED : DISABLED);
}

/** Zeros up to a fixed length, or one of them. */
function text(value: string | null, bytes = (value?.length ?? 0) + 1): Uint8Array | null {
  return value === null ? null : Buffer.from(value.padEnd(bytes, '\0'), 'latin1');
}

/** A GPU's in eight bytes, the first four backwards; a switch's as text. */
function vbiosBytes(generation: NvidiaGeneration, version: string | null): Uint8Array | null {
  if (version === null || generation === 'ls10') return version === null ? null : Buffer.from(version);
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = version.split('.').map((part) => Number.parseInt(part, 16));
  return Uint8Array.of(d, c, b, a, e, 0, 0, 0);
}
