import type { TrustAnchor } from '../../pki/index.ts';
import type { CheckList } from '../check.ts';
import { type Chain, QE_IDENTITY_CHAIN, TCB_INFO_CHAIN, verifyChain } from './chain.ts';
import type { IntelCollateral } from './collateral.ts';
import { type Examined, intersect, type Period } from './examined.ts';
import { type Pck, verifyPck } from './pck.ts';
import type { QeIdentity } from './qe-identity.ts';
import { type GivenCrl, PCK_CRL, ROOT_CRL, verifyNotRevoked } from './revocation.ts';
import { verifyQeIdentity, verifyTcbInfo } from './signed-collateral.ts';
import type { TcbInfo } from './tcb-info.ts';
import type { CollateralUse } from './verdict.ts';

/** What of the collateral is authentic; null each for what is not, of which a failed check says why. */
export type AuthenticCollateral = {
  readonly tcbInfo: TcbInfo | null;
  readonly qeIdentity: QeIdentity | null;
  readonly pck: Pck | null;
  readonly used: readonly CollateralUse[];
  /** When all of it is valid together. */
  readonly period: Period;
};

/**
 * Establishes whose words TCB Info, QE Identity, CRLs and the PCK certificate are, and that they count at `at`: the first
 * steps of Intel's quote verification (SGX DCAP QVL, 4.1.2.1 to 4.1.2.3). What was found before is not computed again.
 */
export function verifyCollateral(
  checks: CheckList,
  collateral: IntelCollateral,
  quotedChain: Uint8Array | null,
  anchors: readonly TrustAnchor[],
  at: Date,
): AuthenticCollateral {
  const rootCrl: GivenCrl = { name: 'rootCrl', ids: ROOT_CRL, bytes: collateral.rootCrl };
  const pckCrl: GivenCrl = { name: 'pckCrl', ids: PCK_CRL, bytes: collateral.pckCrl };

  const tcbChain = verifyChain(checks, TCB_INFO_CHAIN, collateral.tcbInfoChain, anchors, at);
  const tcbInfo = verifyTcbInfo(checks, collateral.tcbInfo, tcbChain?.value ?? null, at);
  const qeChain = verifyChain(checks, QE_IDENTITY_CHAIN, collateral.qeIdentityChain, anchors, at);
  const qeIdentity = verifyQeIdentity(checks, collateral.qeIdentity, qeChain?.value ?? null, at);
  const pck = verifyPck(checks, quotedChain ?? collateral.pckChain, anchors, at);
  checkOneRoot(checks, [tcbChain?.value, qeChain?.value, pck?.value.chain]);

  const statuses = [
    askCrl(checks, 'intel.tcb-info.revocation', tcbChain?.value, 0, rootCrl, at),
    askCrl(checks, 'intel.qe-identity.revocation', qeChain?.value, 0, rootCrl, at),
    askCrl(checks, 'intel.pck-ca.revocation', pck?.value.chain, 1, rootCrl, at),
    askCrl(checks, 'intel.pck.revocation', pck?.value.chain, 0, pckCrl, at),
  ];
  return {
    tcbInfo: tcbInfo?.value.document ?? null,
    qeIdentity: qeIdentity?.value.document ?? null,
    pck: pck?.value ?? null,
    ...summary(
      [tcbInfo, qeIdentity, ...statuses, tcbChain, qeChain, pck],
      [
        ...[tcbInfo, qeIdentity].map((examined) => examined?.value.use),
        ...statuses.slice(2).map((examined) => examined?.value),
        ...[tcbChain?.value, qeChain?.value, pck?.value.chain].map((chain) => chain?.use),
      ],
    ),
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

function summary(
  examined: readonly (Examined<unknown> | null)[],
  uses: readonly (CollateralUse | undefined)[],
): { period: Period; used: readonly CollateralUse[] } {
  const period = intersect(examined.flatMap((each) => each?.period ?? []));
  return { period, used: uses.flatMap((use) => use ?? []) };
}
