import type { TrustAnchor } from '../../pki/index.ts';
import type { CheckList } from '../check.ts';
import { type Chain, QE_IDENTITY_CHAIN, TCB_INFO_CHAIN, verifyChain } from './chain.ts';
import type { IntelCollateral } from './collateral.ts';
import { type Examined, intersect } from './examined.ts';
import { type Pck, verifyPck } from './pck.ts';
import type { QeIdentity } from './qe-identity.ts';
import { GivenCrl, PCK_CRL, ROOT_CRL, verifyNotRevoked } from './revocation.ts';
import { verifyQeIdentity, verifyTcbInfo } from './signed-collateral.ts';
import type { TcbInfo } from './tcb-info.ts';
import type { CollateralUse } from './verdict.ts';

/** What of the collateral is authentic; null each for what is not, of which a failed check says why. */
export type AuthenticCollateral = {
  readonly tcbInfo: TcbInfo | null;
  readonly qeIdentity: QeIdentity | null;
  readonly pck: Pck | null;
  readonly used: readonly CollateralUse[];
};

/**
 * Establishes whose words TCB Info, QE Identity, CRLs and the PCK certificate are, and that they count at `at`: the first
 * steps of Intel's quote verification (SGX DCAP QVL, 4.1.2.1 to 4.1.2.3). What was found before is not computed again.
 */
export function verifyCollateral(
  checks: CheckList,
  collateral: IntelCollateral,
  pckChain: Uint8Array | null,
  anchors: readonly TrustAnchor[],
  at: Date,
): Examined<AuthenticCollateral> {
  const rootCrl = new GivenCrl('rootCrl', ROOT_CRL, collateral.rootCrl);
  const pckCrl = new GivenCrl('pckCrl', PCK_CRL, collateral.pckCrl);

  const tcbChain = verifyChain(checks, TCB_INFO_CHAIN, collateral.tcbInfoChain, anchors, at);
  const tcbInfo = verifyTcbInfo(checks, collateral.tcbInfo, tcbChain?.value ?? null, at);
  const qeChain = verifyChain(checks, QE_IDENTITY_CHAIN, collateral.qeIdentityChain, anchors, at);
  const qeIdentity = verifyQeIdentity(checks, collateral.qeIdentity, qeChain?.value ?? null, at);
  const pck = verifyPck(checks, pckChain, anchors, at);
  checkOneRoot(checks, [tcbChain?.value, qeChain?.value, pck?.value.chain]);

  const signerStatuses = [
    askCrl(checks, 'intel.tcb-info.revocation', tcbChain?.value, 0, rootCrl, at),
    askCrl(checks, 'intel.qe-identity.revocation', qeChain?.value, 0, rootCrl, at),
  ];
  const caStatus = askCrl(checks, 'intel.pck-ca.revocation', pck?.value.chain, 1, rootCrl, at);
  const pckStatus = askCrl(checks, 'intel.pck.revocation', pck?.value.chain, 0, pckCrl, at);
  const used = [
    tcbInfo?.value.use,
    qeIdentity?.value.use,
    ...[caStatus, pckStatus].map((status) => status?.value),
    chainUse('tcbInfoChain', tcbChain?.value),
    chainUse('qeIdentityChain', qeChain?.value),
    chainUse('pckChain', pck?.value.chain),
  ].flatMap((use) => use ?? []);
  const examined = [tcbChain, tcbInfo, qeChain, qeIdentity, pck, caStatus, pckStatus, ...signerStatuses];
  return {
    value: {
      tcbInfo: tcbInfo?.value.document ?? null,
      qeIdentity: qeIdentity?.value.document ?? null,
      pck: pck?.value ?? null,
      used,
    },
    period: intersect(examined.flatMap((each) => each?.period ?? [])),
  };
}

/** `intel.roots`: roots that are trusted one by one must not vouch for each other's words. */
function checkOneRoot(checks: CheckList, chains: readonly (Chain | undefined)[]): void {
  const id = 'intel.roots';
  const roots = new Set(chains.map((chain) => chain?.root.sha256));
  if (roots.has(undefined)) checks.skip(id, 'a chain is not valid');
  else checks.expect(id, roots.size === 1, 'one root of all chains', [...roots].join(', '));
}

function askCrl(
  checks: CheckList,
  id: string,
  chain: Chain | undefined,
  position: number,
  crl: GivenCrl,
  at: Date,
): Examined<CollateralUse> | null {
  const path = chain?.paths[position];
  if (path !== undefined) return verifyNotRevoked(checks, id, path, crl, at);
  checks.skip(id, 'the chain is not valid');
  return null;
}

function chainUse(name: string, chain: Chain | undefined): CollateralUse | undefined {
  if (chain === undefined) return undefined;
  const { sha256, issuedAt, nextUpdate } = chain;
  return { name, sha256, issuedAt, nextUpdate };
}
