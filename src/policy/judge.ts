import { matchReferenceSets, nearest } from '../appraisal/match.ts';
import { referenceSetDigest, referenceSetName } from '../appraisal/reference-set.ts';
import { SextantError } from '../bytes/errors.ts';
import { fromHex, toHex } from '../bytes/text.ts';
import { CheckList, type Findings } from '../evidence/check.ts';
import {
  EvidenceError,
  type EvidenceFolder,
  type Format,
  type OfflineContext,
  type OfflineMeasurements,
  type TpmMeasurements,
} from '../evidence/format.ts';
import { recogniseFormat } from '../evidence/formats.ts';
import type { PcrBanks } from '../evidence/tpm/pcrs.ts';
import type { Pin, TrustAnchor } from '../pki/index.ts';
import type { Appraisal } from '../protocol/appraisal.ts';
import type { OfflinePolicy } from './offline-policy.ts';
import { parseRoots } from './roots.ts';

export type JudgeOptions = {
  readonly at: Date;
  readonly policy: OfflinePolicy;
  readonly nonce?: Uint8Array;
  readonly roots?: EvidenceFolder;
  /** Makers' roots by digest: see OfflineContext. */
  readonly pins?: readonly Pin[];
  readonly collateral?: EvidenceFolder;
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
  readonly error?: JudgementError;
};

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
 * Files that no format recognises, or that lack an indispensable part, are not judged (`unknown_format`, `part_missing`);
 * files that one recognises and that are not well formed are not authentic, and `error` says where they broke. Never throws for what the files hold.
 */
export function judgeOffline(files: EvidenceFolder, options: JudgeOptions): Judgement {
  const { policy } = options;
  const unjudged = { policy: policy.name, accepted: false, appraisal: null, checks: [], notPerformed: [] };
  const format = recogniseFormat(files);
  if (format === undefined) {
    const error = { code: 'unknown_format', message: 'No format that is read here recognises these files.' };
    return { ...unjudged, format: null, authentic: null, error };
  }
  const anchors = readAnchors(options);
  if ('code' in anchors) return { ...unjudged, format: format.id, authentic: null, error: anchors };
  const nonce = requiredNonce(options);
  if (nonce === 'conflict') {
    const error = { code: 'nonce_conflict', message: 'The policy names another nonce than the caller.' };
    return { ...unjudged, format: format.id, authentic: null, error };
  }
  try {
    const context = contextOf(options, anchors, nonce);
    return judge(format, files, options.policy, context);
  } catch (error) {
    if (!(error instanceof SextantError)) throw error;
    const authentic = error instanceof EvidenceError ? null : false;
    return { ...unjudged, format: format.id, authentic, error: describe(error) };
  }
}

function judge(
  format: Format,
  files: EvidenceFolder,
  policy: OfflinePolicy,
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
  const appraisal = appraiseOffline(tpmOf(strict.measured), policy, findings);
  return {
    format: format.id,
    authentic,
    accepted: authentic && findings.passed && isWhole(findings, policy),
    policy: policy.name,
    appraisal,
    checks: findings.checks,
    notPerformed: findings.notPerformed,
  };
}

/** True only if something was asked and nothing failed. */
function passed({ checks }: Findings): boolean {
  return checks.length > 0 && checks.every(({ status }) => status === 'pass');
}

/** Under the gate, a question that was not asked counts as answered wrongly, unless the policy lets it pass by name. */
function isWhole({ notPerformed }: Findings, { base, acceptNotPerformed }: OfflinePolicy): boolean {
  return base === 'authenticity' || notPerformed.every(({ id }) => acceptNotPerformed.includes(id));
}

/** What a TPM measured, the host's own or the one that its platform gives it. */
function tpmOf(measured: OfflineMeasurements | null): TpmMeasurements | null {
  if (measured === null || measured.kind === 'tpm') return measured;
  return measured.vtpm;
}

/** What a policy demands of measurements fails without any: it is no question that may be left out. */
const NOTHING_MEASURED = 'nothing authentic was measured';

/** `policy.hash-algorithms`, `policy.reference-set` and `policy.denied`: what the policy asks beyond authenticity. */
function appraiseOffline(
  measured: TpmMeasurements | null,
  { hashAlgorithms, referenceSets }: OfflinePolicy,
  findings: CheckList,
): Judgement['appraisal'] {
  if (hashAlgorithms !== undefined) checkHashes(measured, hashAlgorithms, findings);
  if (referenceSets === undefined) return null;
  const names = referenceSets.map(({ name }) => name).join(' or ');
  if (measured === null) {
    findings.expect('policy.reference-set', false, names, NOTHING_MEASURED);
    return null;
  }
  const matches = matchReferenceSets(
    { ...measured, pcrs: countedBanks(measured, hashAlgorithms) },
    referenceSets.map((set) => ({ set, digest: referenceSetDigest(set) })),
    null,
  );
  const matched = matches.filter(({ differences }) => differences.length === 0);
  const closest = matched.length > 0 ? null : nearest(matches);
  const fields = closest?.differences.map(({ field }) => field).join(', ');
  findings.expect(
    'policy.reference-set',
    matched.length > 0,
    names,
    matched[0]?.reference.set.name ?? `differs in ${fields}`,
  );
  const denied = matches.flatMap((match) => match.denied.map(({ field, value }) => `${field} ${value}`));
  findings.expect('policy.denied', denied.length === 0, 'no denied value', denied.join(', ') || 'none');
  return {
    matched: matched.map(({ reference }) => referenceSetName(reference)),
    nearest: closest && { set: referenceSetName(closest.reference), differences: [...closest.differences] },
  };
}

/** Values of a bank that the policy does not accept match nothing: banks that count are the same for every check. */
function countedBanks({ pcrs }: TpmMeasurements, accepted: readonly string[] | undefined): PcrBanks {
  return accepted === undefined ? pcrs : new Map([...pcrs].filter(([bank]) => accepted.includes(bank)));
}

function checkHashes(
  measured: TpmMeasurements | null,
  accepted: readonly string[],
  findings: CheckList,
): void {
  const id = 'policy.hash-algorithms';
  if (measured === null) {
    findings.expect(id, false, accepted.join(', '), NOTHING_MEASURED);
    return;
  }
  const banks = [...measured.pcrs.keys()];
  findings.expect(
    id,
    accepted.includes(measured.signatureHash) && banks.some((bank) => accepted.includes(bank)),
    accepted.join(', '),
    `signature ${measured.signatureHash}; banks ${banks.join(', ')}`,
  );
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

function contextOf(
  { at, collateral, pins }: JudgeOptions,
  anchors: readonly TrustAnchor[],
  nonce: Uint8Array | undefined,
): OfflineContext {
  return {
    at,
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
