import { formatPem } from '../../bytes/pem.ts';
import { toUtf8 } from '../../bytes/text.ts';
import { validateChain } from '../../evidence/nvidia/chain.ts';
import { parseRim } from '../../evidence/nvidia/rim/parse.ts';
import { type CertifiedPath, PathError } from '../../pki/index.ts';
import { CollateralError } from '../errors.ts';
import { judging, unverified } from '../malformed.ts';
import { metadataOf } from '../metadata.ts';
import type { CollateralDocument, CollateralKey, CollateralMetadata } from '../port.ts';
import type { Shelf } from '../shelf.ts';
import type { FetchLimits, NvidiaAbsence, NvidiaCollateralSet, NvidiaNeed } from '../source.ts';
import type { Timing } from '../timing.ts';
import { anchorsAmong, type CollateralTrust } from '../trust.ts';
import { rimKey } from './addresses.ts';
import type { RecentKeys } from './recent-keys.ts';
import type { NvidiaRecipes } from './recipes.ts';

export type Nvidia = {
  readonly shelf: Shelf;
  readonly recipeOf: NvidiaRecipes;
  readonly trust: CollateralTrust;
  readonly timing: Timing;
  /** OCSP responses that somebody asked for lately: they are renewed ahead of their end, and no others. */
  readonly inUse: RecentKeys;
};

const DEFAULT_TIMEOUT_MS = 15_000;

type Got =
  | { readonly document: CollateralDocument; readonly rimId?: string }
  | { readonly absence: NvidiaAbsence };

/**
 * All that is to be had of what devices need, at once and each thing once, however many devices share it: manifests, then the
 * status of whoever signed each, beside the status of the devices' own chains. What is not to be had is named, never thrown:
 * a manifest that NVIDIA does not publish is the common case.
 */
export async function fetchNvidia(
  { rimIds, paths }: NvidiaNeed,
  nvidia: Nvidia,
  { timeoutMs = DEFAULT_TIMEOUT_MS, ...given }: FetchLimits,
): Promise<NvidiaCollateralSet> {
  // One deadline for all of it: a manifest that comes late leaves less for its signer.
  const patience = nvidia.timing.timeout(timeoutMs);
  const signal = given.signal === undefined ? patience : AbortSignal.any([patience, given.signal]);
  const limits = { ...given, timeoutMs, signal };
  const asked = new Map<string, Promise<Got>>();
  const once = (name: string, ask: () => Promise<Got>): Promise<Got> => {
    const known = asked.get(name) ?? ask();
    asked.set(name, known);
    return known;
  };
  const statusOf = (path: CertifiedPath): Promise<Got[]> =>
    Promise.all(
      path.chain.map((certificate, index) =>
        once(certificate.sha256, () => askStatus(path, index, nvidia, limits)),
      ),
    );
  const manifests = [...new Set(rimIds)].map(async (rimId): Promise<void> => {
    const got = await once(rimId, () => askManifest(rimId, nvidia, limits));
    if (!('document' in got)) return;
    const signer = signerOf(got.document, nvidia);
    if (signer instanceof CollateralError) {
      asked.set(
        `${rimId} signer`,
        Promise.resolve({ absence: { what: 'status', name: rimId, error: signer } }),
      );
    } else await statusOf(signer);
  });
  await Promise.all([...manifests, ...paths.map(statusOf)]);
  return collect(await Promise.all(asked.values()));
}

function collect(got: readonly Got[]): NvidiaCollateralSet {
  const rims = new Map<string, Uint8Array>();
  const ocsp: Uint8Array[] = [];
  const absent: NvidiaAbsence[] = [];
  const provenance: CollateralMetadata[] = [];
  for (const one of got) {
    if ('absence' in one) {
      absent.push(one.absence);
      continue;
    }
    const { document, rimId } = one;
    if (rimId === undefined) ocsp.push(document.body);
    else rims.set(rimId, document.body);
    provenance.push(metadataOf(document));
  }
  return { rims, ocsp, absent, provenance };
}

async function askManifest(rimId: string, nvidia: Nvidia, limits: FetchLimits): Promise<Got> {
  const { shelf, recipeOf } = nvidia;
  return orAbsent({ what: 'manifest', name: rimId }, async () => {
    const document = await shelf.get(recipeOf(rimKey(rimId)), limits);
    return { document, rimId };
  });
}

/** The status of the certificate at `index` of a path that holds. */
function askStatus(
  { chain, anchor }: CertifiedPath,
  index: number,
  { shelf, recipeOf, inUse }: Nvidia,
  limits: FetchLimits,
): Promise<Got> {
  const above = chain.slice(index);
  const [certificate] = above;
  if (certificate === undefined) throw new RangeError('the path has no such certificate');
  const root = anchor.certificate === null ? [] : [anchor.certificate];
  const pem = [...above, ...root].map(({ der }) => formatPem('CERTIFICATE', der)).join('');
  const key: CollateralKey = { kind: 'nvidia-ocsp', name: certificate.sha256 };
  return orAbsent({ what: 'status', name: certificate.sha256 }, async () => {
    const document = await shelf.get(recipeOf(key, toUtf8(pem, 'chain')), limits);
    inUse.note(key.name, shelf.now());
    return { document };
  });
}

/** The path of a manifest that was judged before: its signatures hold for ever, so that only dates and roots are asked. */
function signerOf(
  { key, body }: CollateralDocument,
  { shelf, trust }: Nvidia,
): CertifiedPath | CollateralError {
  try {
    return judging(key, () => {
      const { chain } = parseRim(body);
      const path = validateChain(chain, anchorsAmong(trust, chain), shelf.now());
      return path instanceof PathError ? unverified(key, path.message, path) : path;
    });
  } catch (error) {
    if (error instanceof CollateralError) return error;
    throw error;
  }
}

async function orAbsent(
  what: Pick<NvidiaAbsence, 'what' | 'name'>,
  ask: () => Promise<Exclude<Got, { readonly absence: NvidiaAbsence }>>,
): Promise<Got> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CollateralError)) throw error;
    return { absence: { ...what, error } };
  }
}
