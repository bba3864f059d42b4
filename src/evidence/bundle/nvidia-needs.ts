import { FormatError } from '../../bytes/errors.ts';
import { type Certificate, type CertifiedPath, PathError, type TrustAnchor } from '../../pki/index.ts';
import { validateChain } from '../nvidia/chain.ts';
import { chipIdentity, readDeviceChain } from '../nvidia/device-chain.ts';
import { chipOf } from '../nvidia/generation.ts';
import { rimNeeds } from '../nvidia/index.ts';
import { parseSpdmReport } from '../nvidia/spdm-report.ts';
import { readClaims } from '../nvidia/versions.ts';
import type { Item } from './cmw.ts';
import { MAX_DEVICES } from './items.ts';
import { NVIDIA_MEDIA_TYPES, parseNvidiaItem } from './nvidia-item.ts';
import { readBundle } from './read-bundle.ts';

/** What NVIDIA has to publish for one device's evidence to be verified. */
export type NvidiaNeed = {
  /** Of the item in the bundle. */
  readonly label: string;
  /** What the chip is known by: see `chipIdentity`. */
  readonly identity: string;
  /** As NVIDIA's RIM service names them. None where the report does not say enough to name one. */
  readonly rimIds: readonly string[];
  /**
   * The validated chain: leaf, chip and two CAs, whose OCSP status is needed each (the leaf included), below the anchor. The
   * issuer of each is the next, or the anchor. Devices of one host share the CAs.
   */
  readonly path: CertifiedPath;
};

export type NvidiaNeedsContext = {
  /** Roots of devices. */
  readonly deviceAnchors: readonly TrustAnchor[];
  readonly at: Date;
};

/**
 * What the devices in a submission need, read before any of it is verified. Only of chips whose certificates lead to a
 * trusted root, so that made-up ones are asked for by nobody. Versions are the report's own word, which nothing vouches for
 * yet: how many ids of manifests a host may name is for the caller to bound.
 *
 * Never throws for what the host sent: what cannot be read needs nothing, and verification says what is wrong with it.
 */
export function nvidiaNeeds(jws: string, context: NvidiaNeedsContext): NvidiaNeed[] {
  const items = readable(() => [...readBundle(jws).items.values()]) ?? [];
  const devices = items.filter(({ mediaType }) => NVIDIA_MEDIA_TYPES.includes(mediaType));
  // A bundle of more is refused whatever they are: nobody's chains are verified for it, and nothing is asked for.
  if (devices.length > MAX_DEVICES) return [];
  return devices.flatMap((item) => needOf(item, context) ?? []);
}

function needOf({ label, value }: Item, context: NvidiaNeedsContext): NvidiaNeed | null {
  return readable(() => {
    const { report, certificates } = parseNvidiaItem(value);
    const chain = readDeviceChain(certificates);
    const path = validateChain(chain, context.deviceAnchors, context.at);
    if (path instanceof PathError) return null;
    const [, device] = chain;
    return { label, identity: chipIdentity(device), rimIds: rimIdsOf(report, device), path };
  });
}

/** None where the report cannot be read: then no manifest would be compared with it either. */
function rimIdsOf(report: Uint8Array, device: Certificate): readonly string[] {
  const chip = chipOf(device);
  if (chip === null) return [];
  const needs = readable(() => rimNeeds(chip, readClaims(parseSpdmReport(report).opaque, chip.kind))) ?? [];
  return needs.flatMap(({ rimId }) => rimId ?? []);
}

function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
