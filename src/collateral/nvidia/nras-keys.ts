import { parseJwks } from '../../evidence/nvidia/nras/jwks.ts';
import { CollateralError } from '../errors.ts';
import { judging } from '../malformed.ts';
import type { CollateralDocument } from '../port.ts';
import type { FetchLimits } from '../source.ts';
import { NRAS_KEYS } from './addresses.ts';
import type { Nvidia } from './source.ts';

/** Whoever makes up kids makes us ask once a minute, and no more. */
const LEAST_AGE_MS = 60_000;

/**
 * The key set of NVIDIA's attestation service. Where it lacks one of these kids it is asked for anew, for keys change every other
 * day, unless that was done within the minute.
 *
 * @throws CollateralError
 */
export async function fetchNrasKeys(
  kids: readonly string[],
  { shelf, recipeOf }: Pick<Nvidia, 'shelf' | 'recipeOf'>,
  limits: FetchLimits,
): Promise<CollateralDocument> {
  const recipe = recipeOf(NRAS_KEYS);
  const document = await shelf.get(recipe, limits);
  const keys = judging(NRAS_KEYS, () => parseJwks(document.body));
  const age = shelf.now().getTime() - document.fetchedAt.getTime();
  if (kids.every((kid) => keys.has(kid)) || age < LEAST_AGE_MS) return document;
  return shelf.renew(recipe, limits).catch((error: unknown) => {
    // What is held is current: its keys count, and the missing one is missing.
    if (error instanceof CollateralError) return document;
    throw error;
  });
}
