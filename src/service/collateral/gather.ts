import { CollateralError } from '../../collateral/errors.ts';
import type { FetchLimits } from '../../collateral/source.ts';
import type {
  AmdDocumentsNeed,
  CollateralNeed,
  IntelDocumentsNeed,
  NeedsContext,
} from '../../evidence/bundle/collateral-needs.ts';
import type { NvidiaNeed } from '../../evidence/bundle/nvidia-needs.ts';
import type { NvidiaTrust } from '../../evidence/bundle/nvidia-trust.ts';
import type { TeeTrust } from '../../evidence/bundle/tee-trust.ts';
import type { NotPerformed } from '../../evidence/check.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { anchorsFor, type EffectiveTrust } from '../trust/effective.ts';
import type { CollateralAccess } from './access.ts';
import { absentOfDevices, gatherNvidia, nvidiaRoots } from './gather-nvidia.ts';

/** By whose word a submission is verified, and what of it is not to be had. */
export type GatheredTrust = {
  readonly tee: TeeTrust;
  /** What is missing of it is told with each device, and keeps it from being attested. */
  readonly nvidia: NvidiaTrust;
  readonly missing: readonly NotPerformed[];
  /** Whether NVIDIA did not answer: what its devices lack may be there in a minute. */
  readonly isOutage: boolean;
};

/** What a submission needs of vendors: for its TEE, and for its GPUs and switches. */
export type GatheredNeeds = {
  readonly tee: readonly CollateralNeed[];
  readonly devices: readonly NvidiaNeed[];
};

/** Who asks: bounds what a host can make the verifier ask of others. */
export type Asker = {
  /** A host, or the token of one that is about to enrol. */
  readonly id: string;
  readonly tenant: string;
};

/** Well below the deadline of a request; what is under way goes on, and is there when the host sends the same bytes again. */
const PATIENCE_MS = 6_000;
const RETRY_AFTER_SECONDS = 15;
const ASKS_NOBODY = 'this verifier asks no vendor';
/** Leaf, intermediate, root. */
const WHOLE_CHAIN = 3;

/** The roots that evidence of a TEE may rest on now. */
export function needsContext(trust: EffectiveTrust, at: Date): NeedsContext {
  return {
    intelAnchors: anchorsFor(trust, 'intel-sgx-root'),
    amdAnchors: anchorsFor(trust, 'amd-ark'),
    at,
  };
}

/** Whether anything of a TEE could verify: where nothing could, nobody looks for what it would need. */
export function trustsAnyTee({ intelAnchors, amdAnchors }: NeedsContext): boolean {
  return intelAnchors.length > 0 || amdAnchors.length > 0;
}

/**
 * Gathers what vendors publish about a submission, before anything is written.
 *
 * A vendor that does not answer, and a cache that has nothing current, is nobody's fault on the host's side: the request fails
 * with `collateral_unavailable` and Retry-After, nothing is consumed, and the same bytes may come again. What a vendor
 * *says it does not have* is an answer: it is `missing`, the evidence is judged without it, and is not accepted.
 *
 * What NVIDIA does not answer costs devices, never the host: see `gatherNvidia`.
 *
 * @throws RequestError `collateral_unavailable`, `too_early` for a host that names ever new chips
 */
export async function gatherCollateral(
  context: Context,
  trust: EffectiveTrust,
  { tee: needs, devices }: GatheredNeeds,
  asker: Asker,
): Promise<GatheredTrust> {
  const { intelAnchors, amdAnchors } = needsContext(trust, context.clock());
  const roots = nvidiaRoots(trust);
  const access = context.collateral;
  if (access === null) {
    const tee = teeRoots(trust, context.clock());
    const missing = [
      ...(needs.length === 0 ? [] : [absent(ASKS_NOBODY)]),
      ...(devices.length === 0 ? [] : [absentOfDevices(ASKS_NOBODY)]),
    ];
    return { tee, nvidia: roots, missing, isOutage: false };
  }
  access.follow([...intelAnchors, ...amdAnchors, ...roots.deviceAnchors, ...roots.rimAnchors]);
  const ofDevices = { asker, timeoutMs: PATIENCE_MS };
  const [host, found] = await Promise.all([
    gatherTee(context, access, trust, needs, asker),
    gatherNvidia(context, access, roots, devices, ofDevices),
  ]);
  const missing = [...host.missing, ...found.missing];
  return { tee: host.tee, nvidia: found.nvidia, missing, isOutage: found.isOutage };
}

/** The roots of TEEs, and nothing that their makers publish. */
export function teeRoots(trust: EffectiveTrust, at: Date): TeeTrust {
  const { intelAnchors, amdAnchors } = needsContext(trust, at);
  return {
    intel: { anchors: intelAnchors, collateral: null },
    amd: { anchors: amdAnchors, certificates: [], crl: null },
    azure: { anchors: anchorsFor(trust, 'azure-vtpm-ak') },
  };
}

async function gatherTee(
  context: Context,
  access: CollateralAccess,
  trust: EffectiveTrust,
  needs: readonly CollateralNeed[],
  asker: Asker,
): Promise<Pick<GatheredTrust, 'tee' | 'missing'>> {
  const missing: NotPerformed[] = [];
  let tee = teeRoots(trust, context.clock());
  for (const need of needs) {
    const found =
      need.vendor === 'intel' ? askIntel(access, need, asker) : askAmd(context, access, need, asker);
    const outcome = await orMissing(found);
    if ('missing' in outcome) missing.push(outcome.missing);
    else if ('intel' in outcome) tee = { ...tee, intel: { ...tee.intel, ...outcome.intel } };
    else tee = { ...tee, amd: { ...tee.amd, ...outcome.amd } };
  }
  return { tee, missing };
}

type Found =
  | { readonly intel: Pick<TeeTrust['intel'], 'collateral'> }
  | { readonly amd: Pick<TeeTrust['amd'], 'certificates' | 'crl'> };

async function askIntel(
  { source }: CollateralAccess,
  { tee, fmspc, ca }: IntelDocumentsNeed,
  asker: Asker,
): Promise<Found> {
  const {
    provenance: _,
    validUntil: __,
    ...collateral
  } = await source.intel({ tee, fmspc, ca }, limits(asker));
  return { intel: { collateral } };
}

async function askAmd(
  { clock }: Context,
  { source, chips }: CollateralAccess,
  { report, presented }: AmdDocumentsNeed,
  asker: Asker,
): Promise<Found> {
  const crl = source.snpCrl(report, limits(asker));
  if (presented >= WHOLE_CHAIN) return { amd: { certificates: [], crl: (await crl).crl } };
  if (report.kind === 'vcek') {
    const chip = [report.product, report.chipId, ...Object.values(report.reportedTcb)].join('/');
    const waitMs = chips.waitMs(asker.id, chip, clock());
    if (waitMs > 0) {
      crl.catch(() => {});
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      throw new RequestError(
        'too_early',
        'this host named too many chips: its certificates are not asked for',
        {
          retryAfterSeconds,
        },
      );
    }
  }
  const [{ certificates }, list] = await Promise.all([source.snpCertificates(report, limits(asker)), crl]);
  return { amd: { certificates, crl: list.crl } };
}

function limits({ tenant }: Asker): FetchLimits {
  return { timeoutMs: PATIENCE_MS, lane: tenant };
}

/** What a vendor answered, although it is not what was asked for: no outage that ends by waiting. */
const ANSWERED: ReadonlySet<string> = new Set(['collateral_not_found', 'collateral_bad_need']);

async function orMissing(found: Promise<Found>): Promise<Found | { readonly missing: NotPerformed }> {
  try {
    return await found;
  } catch (error) {
    if (!(error instanceof CollateralError)) throw error;
    if (ANSWERED.has(error.code)) return { missing: absent(`${error.code}: ${error.message}`) };
    const retryAfterSeconds = Math.ceil((error.retryAfterMs ?? RETRY_AFTER_SECONDS * 1000) / 1000);
    const message = `what the evidence is judged by is not at hand (${error.code}: ${error.message}): send the same again`;
    throw new RequestError('collateral_unavailable', message, { retryAfterSeconds, cause: error });
  }
}

/** `tee.collateral`: a question nobody could ask, hence never a pass. */
function absent(reason: string): NotPerformed {
  const id = 'tee.collateral';
  return { id, reason };
}
