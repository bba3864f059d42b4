import { hash } from 'node:crypto';
import { domain } from '../../bytes/domain.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { toBase64Url, toUtf8 } from '../../bytes/text.ts';
import { documentDigest } from '../../evidence/digest.ts';
import type { IntelCollateral } from '../../evidence/intel/index.ts';
import type { AppraisalInputs } from '../../protocol/appraisal-inputs.ts';
import { insertDocument } from '../../store/attestation/documents.ts';
import type { Store, Tx } from '../../store/port.ts';
import { VERIFIER } from '../build.ts';
import type { Footing } from './appraise.ts';

/** What a submission was judged by, as it is kept: see protocol/appraisal-inputs.ts. */
export type KeptInputs = {
  /** JSON, made once and never written anew. */
  readonly text: string;
  /** What the appraisal's leaf says of it. */
  readonly sha256: string;
  /** What it cites, by SHA-256: vendors' documents, shared by many appraisals. */
  readonly documents: ReadonlyMap<string, Uint8Array>;
};

/** A footing as something to keep; trust inputs aside, which are kept by themselves and cited by the appraisal. */
export function keepInputs({ session, host, enrolment, ...rest }: Footing): KeptInputs {
  const documents = new Map<string, Uint8Array>();
  const cite = (bytes: Uint8Array): string => {
    const digest = documentDigest(bytes);
    documents.set(digest, bytes);
    return digest;
  };
  const citeOrNull = (bytes: Uint8Array | null): string | null => (bytes === null ? null : cite(bytes));
  const { inventory, lastBoot, tee, nvidia, missing } = rest;
  const inputs: AppraisalInputs = {
    format: 'sextant-appraisal-inputs/1',
    verifier: { ...VERIFIER },
    session: { ...session },
    host:
      host.kind === 'tee'
        ? { ...host }
        : {
            kind: 'tpm',
            akPublic: toBase64Url(host.akPublic),
            akName: toBase64Url(host.akName),
            ekName: host.ekName === null ? null : toBase64Url(host.ekName),
          },
    enrolment:
      enrolment.kind === 'tee'
        ? { ...enrolment }
        : { ...enrolment, ekValidUntil: formatInstant(enrolment.ekValidUntil) },
    inventory: { registered: [...inventory.registered], elsewhere: [...inventory.elsewhere] },
    lastBoot: lastBoot === null ? null : cite(toUtf8(lastBoot, 'lastBoot')),
    collateral: {
      intel: tee.intel.collateral === null ? null : intelDocuments(tee.intel.collateral, citeOrNull),
      amd: { certificates: tee.amd.certificates.map(cite), crl: citeOrNull(tee.amd.crl) },
      nvidia: {
        rims: [...nvidia.rims].map(([id, rim]) => [id, cite(rim)]),
        ocsp: nvidia.ocsp.map(cite),
      },
    },
    missing: [...missing],
  };
  const text = JSON.stringify(inputs);
  return { text, sha256: inputsDigest(text), documents };
}

/** How the leaf of an appraisal names the text of its inputs. */
export function inputsDigest(text: string): string {
  return hash('sha256', domain('appraisal-inputs', toUtf8(text, 'inputs')), 'hex');
}

function intelDocuments(
  collateral: IntelCollateral,
  cite: (bytes: Uint8Array | null) => string | null,
): NonNullable<AppraisalInputs['collateral']['intel']> {
  const { tcbInfo, tcbInfoChain, qeIdentity, qeIdentityChain, rootCrl, pckCrl, pckChain } = collateral;
  return {
    tcbInfo: cite(tcbInfo),
    tcbInfoChain: cite(tcbInfoChain),
    qeIdentity: cite(qeIdentity),
    qeIdentityChain: cite(qeIdentityChain),
    rootCrl: cite(rootCrl),
    pckCrl: cite(pckCrl),
    pckChain: cite(pckChain),
  };
}

/**
 * Documents that are durable in a store, so that what thousands of hosts rest on is not offered to it thousands of times, and when they
 * were offered. Once a day they are: one that nobody used for long may be gone (service/retention).
 */
const durable = new WeakMap<Store, Map<string, number>>();
const MAX_DURABLE = 16_384;
const DAY_MS = 86_400_000;

/** Writes the documents that the store may not have yet, in the unit of work of the appraisal that cites them. */
export async function writeDocuments(
  store: Store,
  tx: Tx,
  { documents }: Pick<KeptInputs, 'documents'>,
  at: Date,
): Promise<void> {
  const known = durable.get(store);
  for (const [digest, content] of documents) {
    if (isFresh(known?.get(digest), at)) continue;
    await tx.run(insertDocument, { digest, content, usedMs: at.getTime() });
  }
}

/** Once that unit's commit is durable, and never before: what was rolled back must be written again. */
export function rememberDocuments(
  store: Store,
  { documents }: Pick<KeptInputs, 'documents'>,
  at: Date,
): void {
  if (documents.size === 0) return;
  let known = durable.get(store);
  if (known === undefined || known.size > MAX_DURABLE) {
    known = new Map();
    durable.set(store, known);
  }
  for (const digest of documents.keys()) if (!isFresh(known.get(digest), at)) known.set(digest, at.getTime());
}

function isFresh(offeredMs: number | undefined, at: Date): boolean {
  return offeredMs !== undefined && at.getTime() - offeredMs < DAY_MS;
}
