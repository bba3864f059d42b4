import { z } from 'zod';
import { formatInstant } from '../bytes/instant.ts';
import { toHex } from '../bytes/text.ts';
import { SNP_PRODUCTS, type SnpEvidence } from '../evidence/amd/evidence.ts';
import type { EnclaveReport, SgxEvidence, TdReport, TdxEvidence } from '../evidence/intel/evidence.ts';
import { TCB_STATUSES } from '../evidence/intel/verdict.ts';
import type { TeeEvidence } from '../evidence/tee.ts';
import { hexValue, u64Hex, u64ToHex } from './hex.ts';

/**
 * What appraisal compares of a TEE's verified evidence, as JSON: a store can keep it and have it judged again when
 * reference values change. It is no evidence: whoever reads it back trusts the store that kept it.
 */

/** Fields that reference sets can name, by the specification's names; null where the evidence does not carry one. */
const measured = z.record(z.string(), z.string().nullable());

// Not strict: a verdict may say more than appraisal compares.
const componentVerdict = z.object({
  status: z.enum(TCB_STATUSES),
  tcbDate: z.string(),
  supersededOn: z.string().nullable(),
  advisories: z.array(z.string()),
  shortfalls: z.array(
    z.strictObject({
      component: z.string(),
      has: z.number(),
      needs: z.number(),
      category: z.string().nullable(),
      type: z.string().nullable(),
    }),
  ),
});

const intelVerdict = z.object({
  status: z.enum(TCB_STATUSES),
  platform: componentVerdict,
  module: componentVerdict.nullable(),
  qe: componentVerdict,
  advisories: z.array(z.string()),
  tcbDate: z.string(),
  evaluationNumbers: z.strictObject({ tcbInfo: z.number(), qeIdentity: z.number() }),
  collateral: z.array(
    z.strictObject({ name: z.string(), sha256: z.string(), issuedAt: z.string(), nextUpdate: z.string() }),
  ),
});

/** When the evidence stops being verified: RFC 3339. */
const validUntil = z.string();

const intelPlatform = {
  measured,
  /** PPID and PIID, where the platform has them. */
  platformIds: z.array(hexValue(16)),
  verdict: intelVerdict,
  validUntil,
};

const tdxState = z.strictObject({
  kind: z.literal('tdx'),
  ...intelPlatform,
  tdAttributes: u64Hex,
  xfam: u64Hex,
});
export type TdxState = z.infer<typeof tdxState>;

const sgxState = z.strictObject({
  kind: z.literal('sgx'),
  ...intelPlatform,
  /** ATTRIBUTES without XFRM. */
  flags: u64Hex,
  isvSvn: z.number(),
});
export type SgxState = z.infer<typeof sgxState>;

const tcbVersion = z.strictObject({
  fmc: z.number().nullable(),
  bootLoader: z.number(),
  tee: z.number(),
  snp: z.number(),
  microcode: z.number(),
});
const firmwareVersion = z.strictObject({ major: z.number(), minor: z.number(), build: z.number() });

const snpState = z.strictObject({
  kind: z.literal('snp'),
  measured,
  product: z.enum(SNP_PRODUCTS),
  guestSvn: z.number(),
  policy: u64Hex,
  vmpl: z.number(),
  platformInfo: u64Hex,
  authorKeyEnabled: z.boolean(),
  signingKey: z.enum(['vcek', 'vlek']),
  chipId: z.string().nullable(),
  cspId: z.string().nullable(),
  currentTcb: tcbVersion,
  reportedTcb: tcbVersion,
  committedTcb: tcbVersion,
  launchTcb: tcbVersion,
  currentVersion: firmwareVersion,
  committedVersion: firmwareVersion,
  launchMitVector: u64Hex.nullable(),
  currentMitVector: u64Hex.nullable(),
  validUntil,
});
export type SnpState = z.infer<typeof snpState>;

export const teeState = z.discriminatedUnion('kind', [tdxState, snpState, sgxState]);
export type TeeState = z.infer<typeof teeState>;

export function teeStateOf(evidence: TeeEvidence): TeeState {
  switch (evidence.tee) {
    case 'tdx':
      return tdxStateOf(evidence);
    case 'sgx':
      return sgxStateOf(evidence);
    case 'snp':
      return snpStateOf(evidence);
  }
}

function tdxStateOf({ report, ...evidence }: TdxEvidence): TdxState {
  return {
    kind: 'tdx',
    ...intelPlatformOf(evidence, measuredByTdx(report)),
    tdAttributes: u64ToHex(report.tdAttributes),
    xfam: u64ToHex(report.xfam),
  };
}

function sgxStateOf({ report, ...evidence }: SgxEvidence): SgxState {
  return {
    kind: 'sgx',
    ...intelPlatformOf(evidence, measuredBySgx(report)),
    flags: toHex(report.attributes.slice(0, 8).reverse()), // FLAGS is little-endian (SDM vol. 3D, 37.7.1)
    isvSvn: report.isvSvn,
  };
}

function intelPlatformOf(
  { pck, verdict, validUntil: end }: Pick<TdxEvidence, 'pck' | 'verdict' | 'validUntil'>,
  fields: Record<string, string | null>,
) {
  return {
    measured: fields,
    platformIds: [pck.ppid, pck.piid].filter((id) => id !== null),
    // A copy that owns its lists: what is read back from a store has the same shape.
    verdict: intelVerdict.parse(verdict),
    validUntil: formatInstant(end),
  };
}

function measuredByTdx(report: TdReport): Record<string, string | null> {
  const registers = report.rtMr.map((value, index) => [`rtMr.${index}`, toHex(value)] as const);
  return {
    mrTd: toHex(report.mrTd),
    ...Object.fromEntries(registers),
    mrConfigId: toHex(report.mrConfigId),
    mrOwner: toHex(report.mrOwner),
    mrOwnerConfig: toHex(report.mrOwnerConfig),
    mrServiceTd: report.mrServiceTd && toHex(report.mrServiceTd),
    mrSeam: toHex(report.mrSeam),
  };
}

function measuredBySgx(report: EnclaveReport): Record<string, string> {
  return {
    mrEnclave: toHex(report.mrEnclave),
    mrSigner: toHex(report.mrSigner),
    isvProdId: `${report.isvProdId}`,
  };
}

function snpStateOf({ report, product, chipId, cspId, validUntil: end }: SnpEvidence): SnpState {
  const vector = (value: bigint | null): string | null => (value === null ? null : u64ToHex(value));
  return {
    kind: 'snp',
    measured: {
      measurement: toHex(report.measurement),
      hostData: toHex(report.hostData),
      idKeyDigest: toHex(report.idKeyDigest),
      authorKeyDigest: toHex(report.authorKeyDigest),
      familyId: toHex(report.familyId),
      imageId: toHex(report.imageId),
    },
    product,
    guestSvn: report.guestSvn,
    policy: u64ToHex(report.policy),
    vmpl: report.vmpl,
    platformInfo: u64ToHex(report.platformInfo),
    authorKeyEnabled: report.authorKeyEnabled,
    signingKey: report.signingKey,
    chipId,
    cspId,
    currentTcb: { ...report.currentTcb },
    reportedTcb: { ...report.reportedTcb },
    committedTcb: { ...report.committedTcb },
    launchTcb: { ...report.launchTcb },
    currentVersion: { ...report.currentVersion },
    committedVersion: { ...report.committedVersion },
    launchMitVector: vector(report.launchMitVector),
    currentMitVector: vector(report.currentMitVector),
    validUntil: formatInstant(end),
  };
}
