import { type ShownBootLog, showBootLog } from '../appraisal/boot/shown.ts';
import { type ShownNitro, showNitro } from '../appraisal/nitro/shown.ts';
import type { TeeState } from '../appraisal/tee-state.ts';
import { SextantError } from '../bytes/errors.ts';
import { fromHex, toHex } from '../bytes/text.ts';
import { CheckList, type Findings } from '../evidence/check.ts';
import { unquotedLog } from '../evidence/eventlog/compare.ts';
import type { EventLog } from '../evidence/eventlog/parse.ts';
import {
  EvidenceError,
  type EvidenceFolder,
  type Format,
  type OfflineContext,
  type OfflineFindings,
} from '../evidence/format.ts';
import { recogniseFormat } from '../evidence/formats.ts';
import type { IntelVerdict, TcbStatus } from '../evidence/intel/verdict.ts';
import {
  type NrasKeys,
  type NrasSummary,
  type NvidiaDeviceSummary,
  parseJwks,
} from '../evidence/nvidia/index.ts';
import { type ShownInstance, showInstance } from '../evidence/tpm/gce/instance.ts';
import type { Pin, TrustAnchor } from '../pki/index.ts';
import type { Appraisal, Weakness } from '../protocol/appraisal.ts';
import { appraiseOffline } from './appraise-offline.ts';
import type { OfflinePolicy } from './offline-policy.ts';
import { parseRoots } from './roots.ts';

export type JudgeOptions = {
  readonly at: Date;
  readonly policy: OfflinePolicy;
  readonly nonce?: Uint8Array;
  readonly roots?: EvidenceFolder;
  /** A JWK Set of NVIDIA's attestation service, trusted by being named. */
  readonly jwks?: Uint8Array;
  /** Makers' roots by digest: see OfflineContext. */
  readonly pins?: readonly Pin[];
  /** What lies beside the evidence counts first: see `judgeOffline`. */
  readonly collateral?: EvidenceFolder;
  /** A boot log that was expected: the judgement then names, of each register, the first event that departs from it. */
  readonly expectedLog?: EventLog;
};

/** What `sextant verify --json` prints. */
export type Judgement = Findings & {
  /** The format that recognised the files; null if none did. */
  readonly format: string | null;
  /** Structure, signatures, chain and dates: true, false, or null where nothing could be judged. */
  readonly authentic: boolean | null;
  /** By `policy`, and only by it. */
  readonly accepted: boolean;
  readonly policy: string;
  /** How it compares with the policy's reference sets; null where the policy names none, or nothing was measured. */
  readonly appraisal: Appraisal['referenceSets'] | null;
  /** What the policy accepts by name and a reader should weigh all the same. */
  readonly weaknesses: readonly Weakness[];
  /** Of Intel evidence: the converged status of its platform, and what leads to it; null unless it is authentic. */
  readonly tcbStatus?: TcbStatus | null;
  readonly verdict?: IntelVerdict | null;
  /** Of a TEE: what it measures and how it is set up. */
  readonly tee?: ShownTee;
  /** Of a Nitro enclave's document that is authentic: what it states. */
  readonly nitro?: ShownNitro;
  /** Of a GCE virtual machine whose key Google certified: which one it is; numbers as decimal digits. */
  readonly gceInstance?: ShownInstance;
  /** Of NVIDIA's devices: each of them, with what it was compared with. */
  readonly devices?: readonly NvidiaDeviceSummary[];
  /** Of tokens of NVIDIA's attestation service: what they say, believed or not; null where they cannot be read. */
  readonly nras?: NrasSummary | null;
  /** Of a boot log, alone or beside a quote: its events, and what they show. */
  readonly bootLog?: ShownBootLog;
  readonly error?: JudgementError;
};

type WithoutVerdict<T> = T extends unknown ? Omit<T, 'verdict'> : never;
type ShownTee = WithoutVerdict<TeeState>;

type JudgementError = {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
  readonly offset?: number;
  readonly expected?: string;
  readonly actual?: string;
};

/** 0 accepted by the policy, 1 refused, 2 could not be judged. */
export function exitStatus({ accepted, authentic }: Judgement): 0 | 1 | 2 {
  if (accepted) return 0;
  return authentic === null ? 2 : 1;
}

/**
 * Judges evidence from files alone, under a policy.
 *
 * A format judges the files that it recognises. Where none does, and one of them stands for a file of the collateral, the
 * collateral with those files over it is judged: a folder may hold just what differs from another.
 *
 * Files that no format recognises, or that lack an indispensable part, are not judged (`unknown_format`, `part_missing`);
 * files that one recognises and that are not well formed are not authentic, and `error` says where they broke. Never throws for what the files hold.
 */
export function judgeOffline(given: EvidenceFolder, options: JudgeOptions): Judgement {
  const { policy } = options;
  const unjudged = { ...NOTHING_JUDGED, policy: policy.name };
  const { files, format } = recognised(given, options.collateral ?? new Map());
  if (format === undefined) {
    const error = { code: 'unknown_format', message: 'No format that is read here recognises these files.' };
    return { ...unjudged, format: null, authentic: null, error };
  }
  const unread = { ...unjudged, format: format.id, ...platformOf(format, null) };
  const anchors = readAnchors(options);
  if ('code' in anchors) return { ...unread, authentic: null, error: anchors };
  const nrasKeys = readNrasKeys(options);
  if ('code' in nrasKeys) return { ...unread, authentic: null, error: nrasKeys };
  const nonce = requiredNonce(options);
  if (nonce === 'conflict') {
    const error = { code: 'nonce_conflict', message: 'The policy names another nonce than the caller.' };
    return { ...unread, authentic: null, error };
  }
  try {
    const context = { ...contextOf(options, given, anchors, nonce), nrasKeys };
    return judge(format, files, options, context);
  } catch (error) {
    if (!(error instanceof SextantError)) throw error;
    const authentic = error instanceof EvidenceError ? null : false;
    return { ...unread, authentic, error: describe(error) };
  }
}

const NOTHING_JUDGED = { accepted: false, appraisal: null, weaknesses: [], checks: [], notPerformed: [] };

function recognised(
  files: EvidenceFolder,
  collateral: EvidenceFolder,
): { readonly files: EvidenceFolder; readonly format: Format | undefined } {
  const format = recogniseFormat(files);
  if (format !== undefined) return { files, format };
  const whole = overlay(collateral, files);
  const behind = recogniseFormat(whole);
  // Without a part in common the collateral would be judged in the evidence's name.
  const isPart = (name: string): boolean => collateral.has(name) || behind?.isPart?.(name) === true;
  return [...files.keys()].some(isPart) ? { files: whole, format: behind } : { files, format };
}

function overlay(collateral: EvidenceFolder, files: EvidenceFolder): EvidenceFolder {
  return new Map([...collateral, ...files]);
}

function judge(
  format: Format,
  files: EvidenceFolder,
  { policy, expectedLog }: JudgeOptions,
  context: OfflineContext,
): Judgement {
  // Asked apart: what the gate refuses for weakness may be genuine all the same.
  const genuine = format.verify(files, context);
  const authentic = passed(genuine.findings);
  const strict = policy.base === 'gate' ? format.verify(files, { ...context, strictness: 'gate' }) : genuine;

  const findings = new CheckList();
  findings.add(strict.findings);
  if (policy.roots !== undefined && !format.usesRoots) {
    findings.skip('policy.roots', `no certificate decides about ${format.id}`);
  }
  const { referenceSets, weaknesses, tee } = appraiseOffline(strict.measured, policy, context.at, findings);
  return {
    format: format.id,
    authentic,
    accepted: authentic && findings.passed && isWhole(findings, policy),
    policy: policy.name,
    appraisal: referenceSets,
    weaknesses,
    ...platformOf(format, genuine),
    ...(tee === null ? {} : { tee: shownTee(tee) }),
    ...nitroOf(genuine),
    ...instanceOf(genuine),
    ...devicesOf(genuine),
    ...bootLogOf(genuine, expectedLog),
    ...(genuine.nras === undefined ? {} : { nras: genuine.nras }),
    checks: findings.checks,
    notPerformed: findings.notPerformed,
  };
}

/** Null where Intel could have said something and did not; absent for other makers' evidence. */
function platformOf(
  { hasTcbStatus }: Format,
  found: OfflineFindings | null,
): Pick<Judgement, 'tcbStatus' | 'verdict'> {
  if (hasTcbStatus !== true) return {};
  return { tcbStatus: found?.platform?.tcbStatus ?? null, verdict: found?.platform?.verdict ?? null };
}

function nitroOf({ measured }: OfflineFindings): Pick<Judgement, 'nitro'> {
  return measured?.kind === 'nitro' ? { nitro: showNitro(measured.document) } : {};
}

function bootLogOf({ bootLog }: OfflineFindings, expectedLog?: EventLog): Pick<Judgement, 'bootLog'> {
  if (bootLog === undefined) return {};
  const { log, quoted } = bootLog;
  const expected = expectedLog === undefined ? null : unquotedLog(expectedLog, log.bank);
  return { bootLog: showBootLog(log, quoted, expected) };
}

function instanceOf({ gceInstance }: OfflineFindings): Pick<Judgement, 'gceInstance'> {
  return gceInstance === undefined ? {} : { gceInstance: showInstance(gceInstance) };
}

function devicesOf({ devices }: OfflineFindings): Pick<Judgement, 'devices'> {
  return devices === undefined ? {} : { devices };
}

/** The verdict stands beside it already. */
function shownTee(tee: TeeState): ShownTee {
  if (tee.kind === 'snp') return tee;
  const { verdict: _, ...shown } = tee;
  return shown;
}

/** True only if something was asked and nothing failed. */
function passed({ checks }: Findings): boolean {
  return checks.length > 0 && checks.every(({ status }) => status === 'pass');
}

/** Under the gate, a question that was not asked counts as answered wrongly, unless the policy lets it pass by name. */
function isWhole({ notPerformed }: Findings, { base, acceptNotPerformed }: OfflinePolicy): boolean {
  return base === 'authenticity' || notPerformed.every(({ id }) => acceptNotPerformed.includes(id));
}

function requiredNonce({ nonce, policy }: JudgeOptions): Uint8Array | undefined | 'conflict' {
  if (policy.nonce === undefined) return nonce;
  if (nonce !== undefined && toHex(nonce) !== policy.nonce) return 'conflict';
  return fromHex(policy.nonce, 'policy.nonce');
}

/** A root that cannot be read is the caller's fault, not the evidence's: nothing is judged. */
function readAnchors({ roots, policy }: JudgeOptions): readonly TrustAnchor[] | JudgementError {
  try {
    return parseRoots(roots ?? new Map(), policy.roots ?? []);
  } catch (error) {
    if (!(error instanceof SextantError)) throw error;
    return { ...describe(error), code: 'bad_roots' };
  }
}

/** Likewise the caller's. */
function readNrasKeys({ jwks }: JudgeOptions): NrasKeys | JudgementError {
  try {
    return jwks === undefined ? new Map() : parseJwks(jwks);
  } catch (error) {
    if (!(error instanceof SextantError)) throw error;
    return { ...describe(error), code: 'bad_jwks' };
  }
}

function contextOf(
  { at, collateral, pins }: JudgeOptions,
  named: EvidenceFolder,
  anchors: readonly TrustAnchor[],
  nonce: Uint8Array | undefined,
): OfflineContext {
  return {
    at,
    named,
    strictness: 'authenticity',
    anchors,
    collateral: collateral ?? new Map(),
    pins: pins ?? [],
    ...(nonce === undefined ? {} : { nonce }),
  };
}

function describe({ code, message, path, offset, expected, actual }: SextantError): JudgementError {
  return {
    code,
    message,
    ...(path === undefined ? {} : { path }),
    ...(offset === undefined ? {} : { offset }),
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
  };
}
