import { AMD_KDS_URL, type AmdAddresses, amdAddresses } from './amd/addresses.ts';
import { CollateralError } from './errors.ts';
import { INTEL_PCS_URL, type IntelAddresses, intelAddresses } from './intel/addresses.ts';
import { parseTcbChannel, type TcbChannel } from './intel/channel.ts';
import {
  NVIDIA_NRAS_URL,
  NVIDIA_OCSP_URL,
  NVIDIA_RIM_URL,
  type NvidiaAddresses,
  nvidiaAddresses,
} from './nvidia/addresses.ts';

export type CollateralSettings = {
  readonly intel: IntelAddresses;
  readonly amd: AmdAddresses;
  readonly nvidia: NvidiaAddresses;
  readonly channel: TcbChannel;
  /** `offline`: nothing is asked of anybody; only what was imported counts. */
  readonly mode: 'online' | 'offline';
};

/** As given on a command line, or by the environment variables in docs/collateral.md; absent ones have the defaults. */
export type CollateralSettingTexts = {
  /** SEXTANT_PCS_URL: Intel's PCS, or a PCCS. */
  readonly pcsUrl?: string | undefined;
  /** SEXTANT_KDS_URL: AMD's KDS, or a mirror of it. */
  readonly kdsUrl?: string | undefined;
  /** SEXTANT_NVIDIA_RIM_URL: NVIDIA's RIM service, or a mirror of it. */
  readonly rimUrl?: string | undefined;
  /** SEXTANT_NVIDIA_OCSP_URL: NVIDIA's OCSP responder, or what passes questions on to it. */
  readonly ocspUrl?: string | undefined;
  /** SEXTANT_NVIDIA_NRAS_URL: NVIDIA's attestation service, of which nothing but its keys is asked. */
  readonly nrasUrl?: string | undefined;
  /** SEXTANT_TCB_UPDATE: `standard`, `early` or a tcbEvaluationDataNumber. */
  readonly tcbUpdate?: string | undefined;
  /** SEXTANT_COLLATERAL: `online` or `offline`. */
  readonly mode?: string | undefined;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws CollateralError `collateral_bad_setting` */
export function collateralSettings(
  given: CollateralSettingTexts,
  environment: Environment = {},
): CollateralSettings {
  const mode = given.mode ?? environment['SEXTANT_COLLATERAL'] ?? 'online';
  if (mode !== 'online' && mode !== 'offline') {
    throw new CollateralError('collateral_bad_setting', `${mode} is neither online nor offline`, {
      expected: 'online or offline',
      actual: mode.slice(0, 64),
    });
  }
  return {
    intel: intelAddresses(given.pcsUrl ?? environment['SEXTANT_PCS_URL'] ?? INTEL_PCS_URL),
    amd: amdAddresses(given.kdsUrl ?? environment['SEXTANT_KDS_URL'] ?? AMD_KDS_URL),
    nvidia: nvidiaAddresses({
      rim: given.rimUrl ?? environment['SEXTANT_NVIDIA_RIM_URL'] ?? NVIDIA_RIM_URL,
      ocsp: given.ocspUrl ?? environment['SEXTANT_NVIDIA_OCSP_URL'] ?? NVIDIA_OCSP_URL,
      nras: given.nrasUrl ?? environment['SEXTANT_NVIDIA_NRAS_URL'] ?? NVIDIA_NRAS_URL,
    }),
    channel: parseTcbChannel(given.tcbUpdate ?? environment['SEXTANT_TCB_UPDATE'] ?? 'standard'),
    mode,
  };
}
