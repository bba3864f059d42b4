import { SextantError } from '../bytes/errors.ts';
import type { Pin, TrustAnchor } from '../pki/index.ts';
import type { Findings } from './check.ts';
import type { ExplainedLog } from './eventlog/compare.ts';
import type { ExplainedIma } from './eventlog/ima/explain.ts';
import type { IntelVerdict, TcbStatus } from './intel/verdict.ts';
import type { NitroDocument } from './nitro/document.ts';
import type { NrasKeys } from './nvidia/nras/jwks.ts';
import type { NrasSummary } from './nvidia/nras/summary.ts';
import type { NvidiaDeviceSummary } from './nvidia/summary.ts';
import type { TeeEvidence } from './tee.ts';
import type { GceInstance } from './tpm/gce/instance.ts';
import type { PcrBanks } from './tpm/pcrs.ts';
import type { Verified } from './verified.ts';

/** Evidence as files: names without folders, and their bytes. One lone file is a folder of one. */
export type EvidenceFolder = ReadonlyMap<string, Uint8Array>;

/** What a verifier of files may lean on besides the files. Nothing here is fetched or looked up. */
export type OfflineContext = {
  readonly at: Date;
  /** What the evidence must answer; absent: freshness is reported as not performed. */
  readonly nonce?: Uint8Array;
  /** `authenticity` asks whether this is genuine; `gate` also refuses what is genuine and weak. */
  readonly strictness: 'authenticity' | 'gate';
  /** What the caller trusts: nothing is trusted that it does not name. */
  readonly anchors: readonly TrustAnchor[];
  /** Makers' roots that are known by digest: certificates that come with the evidence count as anchors if they match. */
  readonly pins: readonly Pin[];
  /** Keys of NVIDIA's attestation service that the caller trusts by name: whoever sends evidence could send keys with it. */
  readonly nrasKeys?: NrasKeys;
  /** CRLs, TCB information and their like. */
  readonly collateral: EvidenceFolder;
  /**
   * The files that were named. Where they stand over a folder of collateral, the files that are judged hold that folder too,
   * and a part that was named counts under whichever of its names.
   */
  readonly named: EvidenceFolder;
};

/** What one format's verifier found. */
export type OfflineFindings = {
  readonly findings: Findings;
  /** What the evidence measures, if it is authentic and measures anything that reference sets can name. */
  readonly measured: OfflineMeasurements | null;
  /** What Intel's collateral says of the platform: null unless every check passed; absent for evidence of other makers. */
  readonly platform?: { readonly tcbStatus: TcbStatus | null; readonly verdict: IntelVerdict | null };
  /** A boot log, alone or beside a quote, and whether a verified quote vouches for it; absent where there is none. */
  readonly bootLog?: { readonly log: ExplainedLog; readonly quoted: boolean };
  /** Of a GCE virtual machine whose key Google certified: which one it is. */
  readonly gceInstance?: GceInstance;
  /** Each device of the evidence; absent for evidence of hosts. */
  readonly devices?: readonly NvidiaDeviceSummary[];
  /** What NVIDIA's attestation service says; absent for other evidence, null where its tokens cannot be read. */
  readonly nras?: NrasSummary | null;
};

export type OfflineMeasurements =
  | TpmMeasurements
  | { readonly kind: 'tee'; readonly tee: TeeEvidence; readonly vtpm: TpmMeasurements | null }
  | { readonly kind: 'nitro'; readonly document: Verified<NitroDocument> };

export type TpmMeasurements = {
  readonly kind: 'tpm';
  readonly pcrs: PcrBanks;
  readonly firmwareVersion: bigint;
  /** The hash under the evidence's signature. */
  readonly signatureHash: string;
  /** What logs beside the quote show, as far as it vouches for them. */
  readonly bootLog?: ExplainedLog | null;
  readonly ima?: ExplainedIma | null;
};

/** A kind of evidence that can be judged from files. */
export type Format = {
  readonly id: string;
  /** Whether certificates decide about it; if not, roots that somebody names have no effect, and the result says so. */
  readonly usesRoots: boolean;
  /** By names and first bytes alone: cheap, and never wrong about another format's files. */
  recognises(files: EvidenceFolder): boolean;
  /** Whether a file of this name is a part of such evidence, wherever the rest lies; absent: only by the names that lie there. */
  isPart?(name: string): boolean;
  /** Whether Intel states the status of its platforms: then a judgement has one, or null. */
  readonly hasTcbStatus?: true;
  /** @throws FormatError for bytes that are not what they should be; EvidenceError */
  verify(files: EvidenceFolder, context: OfflineContext): OfflineFindings;
};

/** Files that a format recognises, without a part that it cannot do without: nothing can be said of the rest. */
export class EvidenceError extends SextantError<'part_missing'> {}
