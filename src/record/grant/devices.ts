import { canonicalJsonBytes } from '../../bytes/canonical-json.ts';
import { domain } from '../../bytes/domain.ts';
import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { fromBase64Url, toBase64Url } from '../../bytes/text.ts';
import type { GrantedDevice } from '../../protocol/grant.ts';
import { RecordError } from '../errors.ts';
import { inclusionProof, verifyInclusion } from '../inclusion.ts';
import { append, type CompactRange, EMPTY_RANGE, HASH_BYTES, leafHash, rootOf } from '../merkle.ts';

/**
 * The devices of a grant as one hash: the Merkle tree of RFC 9162, 2.1, over the devices in the order of their ids (by code
 * unit), a leaf each over `sextant/v1/grant-device\0` and the canonical JSON of {id, kind, model}. A host can so show one of its
 * devices and keep the others to itself: ids are random, and nobody guesses a sibling.
 */
export function deviceTree(devices: readonly GrantedDevice[]): {
  readonly root: string;
  readonly count: number;
} {
  let range: CompactRange = EMPTY_RANGE;
  for (const device of inOrder(devices)) ({ range } = append(range, leafOfDevice(device)));
  return { root: toBase64Url(rootOf(range)), count: range.size };
}

/** Where a device stands among all, and the hashes that lead from it to the root. */
export type DeviceProof = {
  readonly index: number;
  readonly count: number;
  readonly path: readonly string[];
};

/** @throws FormatError `bad_value` for a device that is not one of them */
export async function proveDevice(devices: readonly GrantedDevice[], id: string): Promise<DeviceProof> {
  const ordered = inOrder(devices);
  const index = ordered.findIndex((device) => device.id === id);
  if (index === -1) throw new FormatError('bad_value', `the grant has no device ${id}`, { path: 'id' });
  const nodes = new Map<string, Uint8Array>();
  let range: CompactRange = EMPTY_RANGE;
  for (const device of ordered) {
    const grown = append(range, leafOfDevice(device));
    for (const { level, index: place, hash } of grown.completed) nodes.set(`${level}/${place}`, hash);
    range = grown.range;
  }
  const path = await inclusionProof(index, range.size, async (wanted) =>
    wanted.map(({ level, index: place }) => nodes.get(`${level}/${place}`) ?? new Uint8Array(HASH_BYTES)),
  );
  return { index, count: range.size, path: path.map(toBase64Url) };
}

/** Whether a device is one of those that a grant's `devices` (root and count) stand for. Never throws for what a proof holds. */
export function isGrantedDevice(
  { root, count }: { readonly root: string; readonly count: number },
  device: GrantedDevice,
  proof: DeviceProof,
): boolean {
  if (proof.count !== count) return false;
  try {
    verifyInclusion({
      index: proof.index,
      size: count,
      leaf: leafOfDevice(device),
      proof: proof.path.map((hash) => fromBase64Url(hash, 'proof.path')),
      root: fromBase64Url(root, 'devices.root'),
    });
    return true;
  } catch (error) {
    if (error instanceof RecordError || error instanceof FormatError) return false;
    throw error;
  }
}

/** Whether a list is the very one that root and count are of. */
export function isListOf(
  { root, count }: { readonly root: string; readonly count: number },
  list: readonly GrantedDevice[],
): boolean {
  const tree = deviceTree(list);
  return tree.count === count && equalBytes(Buffer.from(tree.root), Buffer.from(root));
}

function leafOfDevice({ id, kind, model }: GrantedDevice): Uint8Array {
  return leafHash(domain('grant-device', canonicalJsonBytes({ id, kind, model })));
}

function inOrder(devices: readonly GrantedDevice[]): readonly GrantedDevice[] {
  return [...devices].sort((one, other) => (one.id < other.id ? -1 : 1));
}
