import { FormatError } from '../../bytes/errors.ts';
import type { JsonValue } from '../../bytes/json.ts';
import type { CheckList } from '../check.ts';
import type { Chain } from './chain.ts';
import { sha256OfShared } from './digest.ts';
import type { Dated } from './document-fields.ts';
import { Examinations, type Examined, isWithin, type Period } from './examined.ts';
import { verifyP256 } from './p256.ts';
import { type QeIdentity, readQeIdentity } from './qe-identity.ts';
import { parseSignedDocument } from './signed-document.ts';
import { readTcbInfo, type TcbInfo } from './tcb-info.ts';
import type { CollateralUse } from './verdict.ts';

/** A document that Intel signed. */
export type Authentic<T> = { readonly use: CollateralUse; readonly document: T };

type Document = { readonly issueDate: Dated; readonly nextUpdate: Dated };

type DocumentRole<T> = {
  readonly name: 'tcbInfo' | 'qeIdentity';
  /** The member that holds what is signed. */
  readonly member: 'tcbInfo' | 'enclaveIdentity';
  readonly read: (value: JsonValue) => T;
  readonly ids: { readonly wellFormed: string; readonly signature: string; readonly dates: string };
  readonly kept: Examinations<Authentic<T>>;
};

/** One for each kind of platform (FMSPC) and evaluation number; a parsed one takes about 100 KiB. */
const TCB_INFO: DocumentRole<TcbInfo> = {
  name: 'tcbInfo',
  member: 'tcbInfo',
  read: readTcbInfo,
  ids: {
    wellFormed: 'intel.tcb-info.well-formed',
    signature: 'intel.tcb-info.signature',
    dates: 'intel.tcb-info.dates',
  },
  kept: new Examinations(128),
};

const QE_IDENTITY: DocumentRole<QeIdentity> = {
  name: 'qeIdentity',
  member: 'enclaveIdentity',
  read: readQeIdentity,
  ids: {
    wellFormed: 'intel.qe-identity.well-formed',
    signature: 'intel.qe-identity.signature',
    dates: 'intel.qe-identity.dates',
  },
  kept: new Examinations(128),
};

export function verifyTcbInfo(
  checks: CheckList,
  bytes: Uint8Array | null,
  signer: Chain | null,
  at: Date,
): Examined<Authentic<TcbInfo>> | null {
  return verifyDocument(TCB_INFO, checks, bytes, signer, at);
}

export function verifyQeIdentity(
  checks: CheckList,
  bytes: Uint8Array | null,
  signer: Chain | null,
  at: Date,
): Examined<Authentic<QeIdentity>> | null {
  return verifyDocument(QE_IDENTITY, checks, bytes, signer, at);
}

/** Forgets all documents, so that measurements can begin with nothing. */
export function forgetDocuments(): void {
  TCB_INFO.kept.clear();
  QE_IDENTITY.kept.clear();
}

/** Well formed, signed by the chain's key over the bytes received, and in date: in that order, each only if the last held. */
function verifyDocument<T extends Document>(
  { name, member, read, ids, kept }: DocumentRole<T>,
  checks: CheckList,
  bytes: Uint8Array | null,
  signer: Chain | null,
  at: Date,
): Examined<Authentic<T>> | null {
  if (bytes === null) {
    checks.expect(ids.wellFormed, false, name, 'none');
    return null;
  }
  if (signer === null) {
    checks.skip(ids.signature, 'no authentic certificate to verify it with');
    return null;
  }
  const digest = sha256OfShared(bytes);
  return kept.examine(checks, `${digest} ${signer.leaf.publicKey.sha256}`, at, (own) => {
    let document: T;
    try {
      const { value, signed, signature } = parseSignedDocument(bytes, member);
      const holds = verifyP256(signer.key, signed, signature);
      const expected = 'by the TCB Signing key';
      if (!own.expect(ids.signature, holds, expected, holds ? expected : 'does not hold')) return null;
      document = read(value);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      own.expect(ids.wellFormed, false, name, `${error.code}: ${error.message}`);
      return null;
    }
    own.expect(ids.wellFormed, true, name, name);
    const { issueDate, nextUpdate } = document;
    const period: Period = { from: issueDate.instant.getTime(), until: nextUpdate.instant.getTime() };
    const inDate = isWithin(period, at);
    // What is remembered is said again at other instants, and must not name this one.
    const expected = inDate ? 'in date' : `in date at ${at.toISOString()}`;
    if (!own.expect(ids.dates, inDate, expected, `${issueDate.text} to ${nextUpdate.text}`)) return null;
    const use = { name, sha256: digest, issuedAt: issueDate.text, nextUpdate: nextUpdate.text };
    return { value: { use, document }, period };
  });
}
