import { hash } from 'node:crypto';
import { canonicalJson } from '../../bytes/canonical-json.ts';
import { domain } from '../../bytes/domain.ts';
import { fromHex, toBase64Url, toUtf8 } from '../../bytes/text.ts';
import { canonicalDigest } from '../../evidence/digest.ts';

/*
 * How devices are drawn, so that neither an auditor nor a verifier chooses:
 *
 *     commitment = SHA-256("sextant/v1/challenge-commitment\0" || secret)
 *     seed       = SHA-256("sextant/v1/challenge-seed\0" || canonical JSON of {order, root, secret})
 *     score      = SHA-256("sextant/v1/challenge-draw/2\0" || u32(32) || seed || u32(n) || id), n the bytes of id
 *
 * The auditor commits to his secret before the tree is there of which `root` is the root: that of the leaves up to his order, the
 * order's included, whose salt is the verifier's. The verifier does not know the secret when it makes that leaf. Those with the
 * least scores are drawn, in their order.
 */

/** The digest by which an auditor commits to 32 bytes. */
export function commitmentTo(secret: string): string {
  return hash('sha256', domain('challenge-commitment', fromHex(secret, 'secret')), 'hex');
}

/** Ids as they are drawn from: each once, sorted by UTF-16 code units. */
export function populationOf(ids: Iterable<string>): {
  readonly ids: readonly string[];
  readonly text: string;
  readonly sha256: string;
} {
  const sorted = [...new Set(ids)].sort();
  const text = canonicalJson(sorted);
  return { ids: sorted, text, sha256: canonicalDigest('challenge-population', text) };
}

export type SeedOf = {
  /** The id of the order. */
  readonly order: string;
  /** Of the tree that ends with the order's leaf. */
  readonly root: Uint8Array;
  /** Hexadecimal. */
  readonly secret: string;
};

/** The seed of a draw, hexadecimal. */
export function seedOf({ order, root, secret }: SeedOf): string {
  return canonicalDigest('challenge-seed', canonicalJson({ order, root: toBase64Url(root), secret }));
}

/** The devices that a seed draws: so many of the population, or all of it. */
export function drawDevices(seed: string, population: Iterable<string>, count: number): string[] {
  const key = fromHex(seed, 'seed');
  const scored = [...population].map((id) => ({
    id,
    score: hash('sha256', domain('challenge-draw', key, toUtf8(id, 'id')), 'hex'),
  }));
  scored.sort((a, b) => (a.score < b.score ? -1 : 1));
  return scored.slice(0, count).map(({ id }) => id);
}
