import type { KeyObject } from 'node:crypto';
import { domain } from '../../bytes/domain.ts';
import type { TrustAnchor } from '../../pki/index.ts';
import type { CheckList } from '../check.ts';
import { type AuthenticCollateral, verifyCollateral } from './authentic-collateral.ts';
import { isTrusted } from './chain.ts';
import type { IntelCollateral } from './collateral.ts';
import { sha256, sha256OfShared } from './digest.ts';
import { Examinations, type Examined } from './examined.ts';
import { importPoint } from './p256.ts';
import type { Pck } from './pck.ts';
import type { QeIdentity } from './qe-identity.ts';
import type { Quote } from './quote.ts';
import { checkQeIdentity, checkQeReportData, checkQeSignature } from './quoting-enclave.ts';
import type { TcbInfo } from './tcb-info.ts';

/** Who signed a quote and what Intel says of them: everything but what the quote itself says. */
export type Endorsement = AuthenticCollateral & {
  /** Null if it is no key. */
  readonly attestationKey: KeyObject | null;
  /** TCB Info and QE Identity are of this kind of TEE, platform and enclave: their levels apply. */
  readonly applies: boolean;
};

/** A machine's certificate and its collateral, which is renewed every few weeks. */
const collaterals = new Examinations<AuthenticCollateral>(4096);
/** A machine signs with one attestation key for as long as it runs. */
const endorsements = new Examinations<Endorsement>(4096);

/**
 * Verifies whatever vouches for a quote's attestation key: Intel's collateral, the PCK certificate, the quoting enclave and
 * its identity. A service meets the same endorsement with every quote of a machine: one that was found whole is not
 * verified twice while it is valid, and for the same roots.
 */
export function verifyEndorsement(
  checks: CheckList,
  quote: Quote,
  collateral: IntelCollateral,
  anchors: readonly TrustAnchor[],
  at: Date,
): Examined<Endorsement> {
  const isRootTrusted = ({ pck }: AuthenticCollateral): boolean =>
    pck !== null && isTrusted(pck.chain.root, anchors);
  const pckChain = quote.qe.pckChain ?? collateral.pckChain;
  const collateralKey = nameOfCollateral(collateral, pckChain);
  const key = `${quote.tee} ${collateralKey} ${digestOfEnclave(quote)}`;
  const examine = (own: CheckList): Examined<Endorsement> => {
    const { value: authentic, period } = collaterals.examine(
      own,
      collateralKey,
      at,
      (inner) => verifyCollateral(inner, collateral, pckChain, anchors, at),
      isRootTrusted,
    );
    const { tcbInfo, qeIdentity, pck } = authentic;
    const isOfPlatform = checkTcbInfo(own, quote, tcbInfo, pck);
    const isOfEnclave = checkQe(own, quote, qeIdentity, pck);
    const attestationKey = readAttestationKey(own, quote);
    return { value: { ...authentic, attestationKey, applies: isOfPlatform && isOfEnclave }, period };
  };
  return endorsements.examine(checks, key, at, examine, isRootTrusted);
}

/** Forgets all endorsements, so that measurements can begin with nothing. */
export function forgetEndorsements(): void {
  endorsements.clear();
}

/** Forgets which collateral was found authentic as a whole; what it consists of is remembered elsewhere. */
export function forgetCollateral(): void {
  collaterals.clear();
}

/** Names everything that authenticity rests on but the roots and the instant. What is absent is not what is empty. */
function nameOfCollateral(collateral: IntelCollateral, pckChain: Uint8Array | null): string {
  const { tcbInfo, tcbInfoChain, qeIdentity, qeIdentityChain, rootCrl, pckCrl } = collateral;
  const shared = [tcbInfo, tcbInfoChain, qeIdentity, qeIdentityChain, rootCrl, pckCrl];
  const digests = shared.map((part) => (part === null ? 'none' : sha256OfShared(part)));
  return `${digests.join(' ')} ${pckChain === null ? 'none' : sha256(pckChain)}`;
}

/** Of the quoting enclave's part of a quote: its key, and its report. */
function digestOfEnclave({ attestationKey, qe }: Quote): string {
  return sha256(domain('intel-quoting-enclave', attestationKey, qe.reportBytes, qe.signature, qe.authData));
}

/** `intel.tcb-info.tee`, `intel.tcb-info.fmspc`, `intel.tcb-info.pce-id`: it speaks of this kind of TEE and platform. */
function checkTcbInfo(checks: CheckList, { tee }: Quote, tcbInfo: TcbInfo | null, pck: Pck | null): boolean {
  if (tcbInfo === null) return false;
  const actual = `${tcbInfo.id} version ${tcbInfo.version}`;
  const expected = `${tee.toUpperCase()} version 3`;
  const isOfTee = checks.expect('intel.tcb-info.tee', actual === expected, expected, actual);
  if (pck === null) return false;
  const { fmspc, pceId } = pck.identity;
  const isOfModel = checks.expect('intel.tcb-info.fmspc', tcbInfo.fmspc === fmspc, fmspc, tcbInfo.fmspc);
  const isOfPce = checks.expect('intel.tcb-info.pce-id', tcbInfo.pceId === pceId, pceId, tcbInfo.pceId);
  return isOfTee && isOfModel && isOfPce;
}

/** What vouches for the attestation key, and for the enclave that holds it. True if the identity is of this kind of enclave. */
function checkQe(checks: CheckList, quote: Quote, identity: QeIdentity | null, pck: Pck | null): boolean {
  if (pck === null) checks.skip('intel.qe.signature', 'no authentic PCK certificate');
  else checkQeSignature(checks, quote, pck.chain.key);
  checkQeReportData(checks, quote);
  if (identity === null) return false;
  const actual = `${identity.id} version ${identity.version}`;
  const expected = `${quote.tee === 'tdx' ? 'TD_QE' : 'QE'} version 2`;
  if (!checks.expect('intel.qe-identity.tee', actual === expected, expected, actual)) return false;
  checkQeIdentity(checks, quote, identity);
  return true;
}

/** `intel.quote.attestation-key` */
function readAttestationKey(checks: CheckList, { attestationKey }: Quote): KeyObject | null {
  const key = importPoint(attestationKey);
  const point = 'a point of P-256';
  checks.expect('intel.quote.attestation-key', key !== null, point, key === null ? 'none' : point);
  return key;
}
