import type { Enrolment } from '../../appraisal/appraise.ts';
import { parseInstant } from '../../bytes/instant.ts';
import { fromBase64Url, fromUtf8 } from '../../bytes/text.ts';
import type { EnrolledHost } from '../../evidence/bundle/verify.ts';
import type { IntelCollateral } from '../../evidence/intel/index.ts';
import { type AppraisalInputs, appraisalInputs } from '../../protocol/appraisal-inputs.ts';
import { teeRoots } from '../collateral/gather.ts';
import { nvidiaRoots } from '../collateral/gather-nvidia.ts';
import type { Footing } from '../evidence/appraise.ts';
import type { EffectiveTrust } from '../trust/effective.ts';

/** A kept document by the SHA-256 of its bytes, which the caller compared; undefined where it is not at hand. */
export type DocumentReader = (digest: string) => Promise<Uint8Array | undefined>;

/** A document that an appraisal rests on is not there. */
export class DocumentAbsent extends Error {
  readonly digest: string;

  constructor(digest: string) {
    super(`no document with SHA-256 ${digest}`);
    this.digest = digest;
  }
}

type KeptFooting = Omit<Footing, 'jws' | 'at' | 'trustInputs' | 'selfApproved'>;

/**
 * What an appraisal was judged by, from the text of its inputs and the trust of that day.
 *
 * @throws DocumentAbsent; ZodError, SyntaxError, FormatError for what is no text of inputs
 */
export async function readFooting(
  text: string,
  trust: EffectiveTrust,
  read: DocumentReader,
): Promise<KeptFooting> {
  const inputs = appraisalInputs.parse(JSON.parse(text));
  const { session, inventory, lastBoot, collateral, missing } = inputs;
  const document = async (digest: string): Promise<Uint8Array> => {
    const bytes = await read(digest);
    if (bytes === undefined) throw new DocumentAbsent(digest);
    return bytes;
  };
  const orNull = async (digest: string | null): Promise<Uint8Array | null> =>
    digest === null ? null : document(digest);
  const { amd, nvidia } = collateral;
  // Roots depend on no instant but by their dates, which verification looks at itself.
  const roots = teeRoots(trust, new Date(0));
  return {
    session,
    host: hostOf(inputs),
    enrolment: enrolmentOf(inputs),
    inventory: { registered: inventory.registered, elsewhere: new Map(inventory.elsewhere) },
    lastBoot: lastBoot === null ? null : fromUtf8(await document(lastBoot), 'lastBoot'),
    tee: {
      intel: { ...roots.intel, collateral: await intelOf(inputs, orNull) },
      amd: {
        ...roots.amd,
        certificates: await Promise.all(amd.certificates.map(document)),
        crl: await orNull(amd.crl),
      },
      azure: roots.azure,
    },
    nvidia: {
      ...nvidiaRoots(trust),
      rims: new Map(
        await Promise.all(nvidia.rims.map(async ([id, digest]) => [id, await document(digest)] as const)),
      ),
      ocsp: await Promise.all(nvidia.ocsp.map(document)),
    },
    missing,
    referenceSets: trust.referenceSets,
  };
}

async function intelOf(
  { collateral: { intel } }: AppraisalInputs,
  read: (digest: string | null) => Promise<Uint8Array | null>,
): Promise<IntelCollateral | null> {
  if (intel === null) return null;
  return {
    tcbInfo: await read(intel.tcbInfo),
    tcbInfoChain: await read(intel.tcbInfoChain),
    qeIdentity: await read(intel.qeIdentity),
    qeIdentityChain: await read(intel.qeIdentityChain),
    rootCrl: await read(intel.rootCrl),
    pckCrl: await read(intel.pckCrl),
    pckChain: await read(intel.pckChain),
  };
}

function hostOf({ host }: AppraisalInputs): EnrolledHost {
  if (host.kind === 'tee') return host;
  return {
    kind: 'tpm',
    akPublic: fromBase64Url(host.akPublic, 'host.akPublic'),
    akName: fromBase64Url(host.akName, 'host.akName'),
    ekName: host.ekName === null ? null : fromBase64Url(host.ekName, 'host.ekName'),
  };
}

function enrolmentOf({ enrolment }: AppraisalInputs): Enrolment {
  if (enrolment.kind === 'tee') return enrolment;
  return { ...enrolment, ekValidUntil: parseInstant(enrolment.ekValidUntil, 'enrolment.ekValidUntil') };
}
