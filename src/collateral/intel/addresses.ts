import { CollateralError } from '../errors.ts';
import { secureOrigin } from '../origin.ts';
import type { CollateralKey } from '../port.ts';

export const INTEL_PCS_URL = 'https://api.trustedservices.intel.com';
/** Intel's PCS does not serve the root's CRL: it lies where the root certificate's own distribution point says. */
export const INTEL_ROOT_CRL_URL = 'https://certificates.trustedservices.intel.com/IntelSGXRootCA.der';

export type IntelAddresses = {
  /** Up to, not including, `/sgx/certification/v4`. */
  readonly base: string;
  readonly rootCrl: URL;
  readonly origins: readonly string[];
};

/**
 * Where to ask, from the address of Intel's PCS or of a PCCS between. A PCCS serves everything, the root's CRL too. The form that
 * Intel's own configuration files have, with `/sgx/certification/v4/` at the end, is taken as well.
 * @throws CollateralError `collateral_bad_setting`
 */
export function intelAddresses(url: string): IntelAddresses {
  const base = secureOrigin(url.replace(/\/(?:sgx|tdx)\/certification\/v[34]\/?$/, ''));
  const isIntel = base === INTEL_PCS_URL;
  const rootCrl = new URL(isIntel ? INTEL_ROOT_CRL_URL : `${base}/sgx/certification/v4/rootcacrl`);
  return { base, rootCrl, origins: [...new Set([new URL(base).origin, rootCrl.origin])] };
}

/** The URL of a document (Intel's PCS API, version 4). */
export function intelUrl({ base, rootCrl }: IntelAddresses, key: CollateralKey): URL {
  const [first = '', second = '', third = ''] = key.name.split('/');
  switch (key.kind) {
    case 'intel-tcb-info':
      return new URL(`${base}/${first}/certification/v4/tcb?fmspc=${second.toUpperCase()}&${update(third)}`);
    case 'intel-qe-identity':
      return new URL(`${base}/${first}/certification/v4/qe/identity?${update(second)}`);
    case 'intel-pck-crl':
      return new URL(`${base}/sgx/certification/v4/pckcrl?ca=${first}&encoding=der`);
    case 'intel-evaluations':
      return new URL(`${base}/${first}/certification/v4/tcbevaluationdatanumbers`);
    case 'intel-root-crl':
      return rootCrl;
    default:
      throw new CollateralError('collateral_bad_need', `Intel publishes no ${key.kind}`);
  }
}

function update(channel: string): string {
  return /^\d+$/.test(channel) ? `tcbEvaluationDataNumber=${channel}` : `update=${channel}`;
}
