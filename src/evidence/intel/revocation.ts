import { FormatError } from '../../bytes/errors.ts';
import {
  type Crl,
  parseCrl,
  type RevocationCode,
  type RevocationVerdict,
  verifyRevocation,
} from '../../pki/index.ts';
import type { CheckList } from '../check.ts';
import type { ChainPath } from './chain.ts';
import { sha256OfShared } from './digest.ts';
import { type Examined, isWithin } from './examined.ts';
import { Recent } from './recent.ts';
import type { CollateralUse } from './verdict.ts';

/** How a CRL can be of no use: a check id for each, for each asks for another remedy. */
export type CrlIds = {
  readonly present: string;
  readonly wellFormed: string;
  readonly issuer: string;
  readonly signature: string;
  readonly expired: string;
  readonly notYetValid: string;
  /** Partial, delta, or with extensions that change its meaning. */
  readonly scope: string;
};

export const ROOT_CRL: CrlIds = {
  present: 'intel.crl.root.present',
  wellFormed: 'intel.crl.root.well-formed',
  issuer: 'intel.crl.root.issuer',
  signature: 'intel.crl.root.signature',
  expired: 'intel.crl.root.expired',
  notYetValid: 'intel.crl.root.not-yet-valid',
  scope: 'intel.crl.root.scope',
};

export const PCK_CRL: CrlIds = {
  present: 'intel.crl.pck.present',
  wellFormed: 'intel.crl.pck.well-formed',
  issuer: 'intel.crl.pck.issuer',
  signature: 'intel.crl.pck.signature',
  expired: 'intel.crl.pck.expired',
  notYetValid: 'intel.crl.pck.not-yet-valid',
  scope: 'intel.crl.pck.scope',
};

const FAULTS: ReadonlyMap<RevocationCode, keyof CrlIds> = new Map([
  ['revocation_data_missing', 'present'],
  ['crl_malformed', 'wellFormed'],
  ['crl_other_issuer', 'issuer'],
  ['crl_issuer_unknown', 'issuer'],
  ['crl_issuer_may_not_sign', 'issuer'],
  ['crl_signature_invalid', 'signature'],
  ['crl_algorithm_refused', 'signature'],
  ['crl_expired', 'expired'],
  ['crl_next_update_missing', 'expired'],
  ['crl_not_yet_valid', 'notYetValid'],
]);

/** A CRL as it was given, and what of it has been read and verified so far: it may be asked about several certificates. */
export class GivenCrl {
  readonly name: 'rootCrl' | 'pckCrl';
  readonly ids: CrlIds;
  /** DER. */
  readonly bytes: Uint8Array | null;
  readonly outcomes: Map<string, unknown> = new Map();
  #read: Crl | Uint8Array | null = null;

  constructor(name: 'rootCrl' | 'pckCrl', ids: CrlIds, bytes: Uint8Array | null) {
    this.name = name;
    this.ids = ids;
    this.bytes = bytes;
  }

  /** Parsed; the bytes themselves if they are no CRL, of which `verifyRevocation` says why. */
  read(bytes: Uint8Array): Crl | Uint8Array {
    this.#read ??= parsed(bytes) ?? bytes;
    return this.#read;
  }
}

function parsed(bytes: Uint8Array): Crl | null {
  try {
    return parseCrl(bytes);
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

/** One for each pair of certificate and CRL; they are small. */
const statuses = new Recent<Examined<CollateralUse>>(8192);

/**
 * Asks a CRL about the first certificate of a path (RFC 5280, 6.3): a CRL that is absent, or of no use in any way, fails a
 * check of its own and never says "not revoked". What a CRL said is remembered for as long as it is in date.
 *
 * @param id the check of the certificate
 * @returns null unless the CRL could be used and does not list the certificate
 */
export function verifyNotRevoked(
  checks: CheckList,
  id: string,
  path: ChainPath,
  crl: GivenCrl,
  at: Date,
): Examined<CollateralUse> | null {
  const { ids, bytes } = crl;
  if (bytes === null) return useless(checks, id, ids.present, 'there is none');
  const key = `${sha256OfShared(bytes)} ${path.digest}`;
  const known = statuses.get(key);
  const isKnown = known !== undefined && isWithin(known.period, at);
  const status = isKnown ? known : askCrl(checks, id, path, crl, bytes, at);
  if (status === null) return null;
  if (!isKnown) statuses.set(key, status);
  const { issuedAt, nextUpdate } = status.value;
  checks.expect(id, true, 'not revoked', `not on the list of ${issuedAt}, good until ${nextUpdate}`);
  return status;
}

function askCrl(
  checks: CheckList,
  id: string,
  path: ChainPath,
  crl: GivenCrl,
  bytes: Uint8Array,
  at: Date,
): Examined<CollateralUse> | null {
  const { name, ids } = crl;
  const [verdict] = verifyRevocation(path, { crls: [crl.read(bytes)], at, outcomes: crl.outcomes });
  if (verdict === undefined || verdict.status === 'unknown') {
    const [fault, message] = faultOf(verdict);
    return useless(checks, id, ids[fault], message);
  }
  if (verdict.status === 'revoked') {
    checks.expect(id, false, 'not revoked', `revoked ${instantText(verdict.revokedAt)}: ${verdict.reason}`);
    return null;
  }
  const [source] = verdict.sources;
  const nextUpdate = source?.nextUpdate ?? null;
  if (source === undefined || nextUpdate === null) return useless(checks, id, ids.scope, 'no source');
  const { thisUpdate } = source;
  const use = {
    name,
    sha256: sha256OfShared(bytes),
    issuedAt: instantText(thisUpdate),
    nextUpdate: instantText(nextUpdate),
  };
  return { value: use, period: { from: thisUpdate.getTime(), until: nextUpdate.getTime() } };
}

/** Forgets all statuses, so that measurements can begin with nothing. */
export function forgetStatuses(): void {
  statuses.clear();
}

function faultOf(verdict: RevocationVerdict | undefined): [fault: keyof CrlIds, message: string] {
  if (verdict?.status !== 'unknown') return ['scope', 'nothing is known'];
  const { why, failures } = verdict;
  const message = failures.find(({ code }) => code === why)?.message ?? 'it covers nothing';
  return [FAULTS.get(why) ?? 'scope', `${why}: ${message}`];
}

/** One CRL speaks of several certificates: what is wrong with it is said once. */
function useless(checks: CheckList, id: string, fault: string, actual: string): null {
  if (!checks.checks.some((check) => check.id === fault)) {
    checks.expect(fault, false, 'a complete CRL of the issuer, in date', actual);
  }
  checks.skip(id, 'the CRL is of no use');
  return null;
}

/** To the second, as CRLs have it. */
function instantText(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
