import type { NvidiaChip } from './generation.ts';
import type { NvidiaClaims } from './versions.ts';

export type RimComponent = 'driver' | 'vbios';

/** What a report's measurements are to be compared with: by the ids that NVIDIA's service knows its manifests by. */
export type RimNeed = {
  readonly component: RimComponent;
  /** Null where the report does not say enough to name it. */
  readonly rimId: string | null;
  /** The version and product that the manifest must be of. */
  readonly version: string | null;
  readonly products: readonly string[];
};

/** LS10's reports name no project and no SKU: there is one board. */
const LS10_BOARD = '5612_0002_890';

/** A GPU's driver and VBIOS, a switch's BIOS. */
export function rimNeeds(chip: NvidiaChip, claims: NvidiaClaims): readonly RimNeed[] {
  const vbios = needOf('vbios', vbiosRimId(chip, claims), claims.vbiosVersion, chip, claims);
  if (chip.kind === 'switch') return [vbios];
  return [needOf('driver', driverRimId(chip, claims), claims.driverVersion, chip, claims), vbios];
}

function needOf(
  component: RimComponent,
  rimId: string | null,
  version: string | null,
  { chip }: NvidiaChip,
  { chipInfo }: NvidiaClaims,
): RimNeed {
  return { component, rimId, version, products: chipInfo === null ? [chip] : [chip, chipInfo] };
}

function driverRimId(
  { chip, generation }: NvidiaChip,
  { driverVersion, chipInfo }: NvidiaClaims,
): string | null {
  if (driverVersion === null) return null;
  if (generation === 'hopper') return `NV_GPU_DRIVER_GH100_${driverVersion}`;
  // Older drivers of Blackwell do not say: the certificate does.
  return `NV_GPU_CC_DRIVER_${chipInfo ?? chip}_${driverVersion}`;
}

function vbiosRimId({ kind }: NvidiaChip, claims: NvidiaClaims): string | null {
  const { vbiosVersion, project, projectSku, chipSku } = claims;
  if (vbiosVersion === null) return null;
  const version = vbiosVersion.replaceAll('.', '');
  if (kind === 'switch') return `NV_SWITCH_BIOS_${LS10_BOARD}_${version}`;
  if (project === null || projectSku === null || chipSku === null) return null;
  return `NV_GPU_VBIOS_${project}_${projectSku}_${chipSku}_${version}`.toUpperCase();
}
