import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';
import type { NvidiaKind } from './generation.ts';
import { OPAQUE, type OpaqueFields, opaqueNumber, opaqueText } from './opaque.ts';

/** SPT: one GPU for one guest. MPT: several GPUs. PPCIE: several GPUs behind NVSwitches, unencrypted links. */
export type NvidiaMode = 'spt' | 'mpt' | 'ppcie';

/** What a device says of itself in the opaque data that it signs; null where it is silent. */
export type NvidiaClaims = {
  readonly driverVersion: string | null;
  /** `96.00.5E.00.01`: of a GPU its VBIOS, of a switch its BIOS. */
  readonly vbiosVersion: string | null;
  readonly mode: NvidiaMode | null;
  /** Whether the video decoder 0 takes part, and with it measurement 35. */
  readonly nvdec0Enabled: boolean | null;
  /** Which reference manifest is the VBIOS's. */
  readonly project: string | null;
  readonly projectSku: string | null;
  readonly chipSku: string | null;
  /** Which reference manifest is the driver's: Blackwell from driver 580 on. */
  readonly chipInfo: string | null;
};

const ENABLED = 0xaa;
const DISABLED = 0x55;
const MODES: readonly NvidiaMode[] = ['spt', 'mpt', 'ppcie'];

/** @throws FormatError for a field whose value is none that NVIDIA documents */
export function readClaims(fields: OpaqueFields, kind: NvidiaKind): NvidiaClaims {
  return {
    driverVersion: opaqueText(fields, OPAQUE.driverVersion),
    vbiosVersion: readVbiosVersion(fields, kind),
    mode: readMode(fields),
    nvdec0Enabled: readSwitch(fields, OPAQUE.nvdec0Status),
    project: opaqueText(fields, OPAQUE.project),
    projectSku: opaqueText(fields, OPAQUE.projectSku),
    chipSku: opaqueText(fields, OPAQUE.chipSku),
    chipInfo: opaqueText(fields, OPAQUE.chipInfo),
  };
}

/** A GPU writes 8 bytes, little-endian: four of the version, one of its last part, three of zeros. A switch writes text. */
function readVbiosVersion(fields: OpaqueFields, kind: NvidiaKind): string | null {
  if (kind === 'switch') return opaqueText(fields, OPAQUE.vbiosVersion)?.toUpperCase() ?? null;
  const bytes = fields.get(OPAQUE.vbiosVersion);
  if (bytes === undefined) return null;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, ...rest] = bytes;
  if (bytes.length !== 8 || rest.some((byte) => byte !== 0)) {
    throw new FormatError('bad_value', 'the VBIOS version is not 5 bytes and 3 of zeros', {
      path: `opaqueData.${OPAQUE.vbiosVersion}`,
      actual: toHex(bytes.subarray(0, 32)),
    });
  }
  return [d, c, b, a, e].map((part) => part.toString(16).padStart(2, '0').toUpperCase()).join('.');
}

/** The feature flag where there is one; before it, a protected PCIe status said it of the only two modes. */
function readMode(fields: OpaqueFields): NvidiaMode | null {
  const flag = opaqueNumber(fields, OPAQUE.featureFlag);
  if (flag === null) {
    const protectedPcie = readSwitch(fields, OPAQUE.protectedPcieStatus);
    return protectedPcie === null ? null : protectedPcie ? 'ppcie' : 'spt';
  }
  const mode = MODES[flag];
  if (mode !== undefined) return mode;
  throw new FormatError('bad_value', `feature flag ${flag} is none of 0 to 2`, {
    path: `opaqueData.${OPAQUE.featureFlag}`,
    actual: `${flag}`,
  });
}

function readSwitch(fields: OpaqueFields, id: number): boolean | null {
  const value = opaqueNumber(fields, id);
  if (value === null) return null;
  if (value === ENABLED || value === DISABLED) return value === ENABLED;
  throw new FormatError('bad_value', `opaque field ${id} is neither 0xaa nor 0x55`, {
    path: `opaqueData.${id}`,
    actual: `0x${value.toString(16)}`,
  });
}
