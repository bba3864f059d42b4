import type { IntelCollateral } from '../../src/evidence/intel/collateral.ts';
import { chainPem, type IntelPki } from '../../src/forge/intel/pki.ts';
import { type Answer, startVendorServer, type VendorServer } from './vendor-server.ts';

/** What the server publishes now: replaced whole when the world goes on. */
export type Published = {
  readonly pki: IntelPki;
  readonly collateral: IntelCollateral;
  readonly ca?: 'platform' | 'processor';
  /** tcbEvaluationDataNumbers, signed. */
  readonly evaluations?: Uint8Array;
};

export type PcsServer = VendorServer & { publish(published: Published): void };

/**
 * Intel's PCS, version 4, or a PCCS, by paths, queries and headers. A PCCS serves the root's CRL too, in hexadecimal, and so does
 * this one; the answers are the same for each FMSPC and evaluation asked for.
 */
export async function startPcsServer(first: Published): Promise<PcsServer> {
  let published = first;
  const server = await startVendorServer((url) => answer(url, published));
  return {
    ...server,
    publish: (next) => {
      published = next;
    },
  };
}

function answer(url: URL, { pki, collateral, evaluations, ca = 'platform' }: Published): Answer {
  const json = { 'content-type': 'application/json', 'request-id': 'b1c9' };
  const path = url.pathname.replace(/^\/(?:sgx|tdx)\/certification\/v4/, '');
  switch (path) {
    case '/tcb':
      if (!/^[0-9A-F]{12}$/.test(url.searchParams.get('fmspc') ?? '')) return { status: 400 };
      return {
        headers: { ...json, 'TCB-Info-Issuer-Chain': encoded(collateral.tcbInfoChain) },
        body: collateral.tcbInfo ?? '',
      };
    case '/qe/identity':
      return {
        headers: { ...json, 'SGX-Enclave-Identity-Issuer-Chain': encoded(collateral.qeIdentityChain) },
        body: collateral.qeIdentity ?? '',
      };
    case '/pckcrl':
      if (url.searchParams.get('ca') !== ca || url.searchParams.get('encoding') !== 'der')
        return { status: 400 };
      return {
        headers: {
          'content-type': 'application/pkix-crl',
          'SGX-PCK-CRL-Issuer-Chain': encodeURIComponent(chainPem(pki.ca(ca), pki.root)),
        },
        body: collateral.pckCrl ?? '',
      };
    case '/tcbevaluationdatanumbers':
      return {
        headers: { ...json, 'TCB-Evaluation-Data-Numbers-Issuer-Chain': encoded(collateral.tcbInfoChain) },
        body: evaluations ?? '',
      };
    case '/rootcacrl':
      return { body: Buffer.from(collateral.rootCrl ?? []).toString('hex') };
    default:
      return { status: 404 };
  }
}

function encoded(chain: Uint8Array | null): string {
  return encodeURIComponent(Buffer.from(chain ?? []).toString('latin1'));
}
