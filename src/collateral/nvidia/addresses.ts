import { CollateralError } from '../errors.ts';
import { secureOrigin } from '../origin.ts';
import type { CollateralKey } from '../port.ts';

export const NVIDIA_RIM_URL = 'https://rim.attestation.nvidia.com';
export const NVIDIA_OCSP_URL = 'https://ocsp.ndis.nvidia.com';
export const NVIDIA_NRAS_URL = 'https://nras.attestation.nvidia.com';

export type NvidiaAddresses = {
  /** Up to, not including, `/v1/rim/`. */
  readonly rim: string;
  readonly ocsp: URL;
  /** Up to, not including, `/.well-known/jwks.json`. */
  readonly nras: string;
  readonly origins: readonly string[];
};

/** The longest that is known has 44 characters. What a report calls its version ends up here, and in a path. */
const RIM_ID = /^NV_(?:GPU|SWITCH)_[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;
const MAX_RIM_ID = 128;

/**
 * Certificates name the responder with plain http; it answers https as well, and is asked nothing else.
 * @throws CollateralError `collateral_bad_setting`
 */
export function nvidiaAddresses(urls: {
  readonly rim: string;
  readonly ocsp: string;
  readonly nras: string;
}): NvidiaAddresses {
  // The form that NVIDIA's own tools are configured with has the path at the end.
  const rim = secureOrigin(urls.rim.replace(/\/v1\/rim\/?$/, ''));
  const ocsp = new URL(secureOrigin(urls.ocsp));
  const nras = secureOrigin(urls.nras);
  return { rim, ocsp, nras, origins: [...new Set([rim, ocsp.href, nras].map((url) => new URL(url).origin))] };
}

/** @throws CollateralError `collateral_bad_need` */
export function rimKey(rimId: string): CollateralKey {
  if (rimId.length <= MAX_RIM_ID && RIM_ID.test(rimId)) return { kind: 'nvidia-rim', name: rimId };
  throw new CollateralError('collateral_bad_need', `${rimId.slice(0, 64)} is no id of a manifest`, {
    expected: 'NV_GPU_… or NV_SWITCH_…, of letters, digits, hyphens and single dots',
  });
}

export const NRAS_KEYS: CollateralKey = { kind: 'nvidia-jwks', name: 'nras' };

export function rimUrl({ rim }: NvidiaAddresses, key: CollateralKey): URL {
  return new URL(`${rim}/v1/rim/${encodeURIComponent(rimKey(key.name).name)}`);
}

export function jwksUrl({ nras }: NvidiaAddresses): URL {
  return new URL(`${nras}/.well-known/jwks.json`);
}
