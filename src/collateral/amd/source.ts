import { CollateralError } from '../errors.ts';
import { metadataOf } from '../metadata.ts';
import type { CollateralKey } from '../port.ts';
import type { Shelf } from '../shelf.ts';
import type { FetchLimits, SnpCertificates, SnpCrl, SnpNeed } from '../source.ts';
import { chainKey, crlKey, vcekKey } from './addresses.ts';
import { pemCertificates } from './judge.ts';
import type { AmdRecipes } from './recipes.ts';

type Amd = { readonly shelf: Shelf; readonly recipeOf: AmdRecipes };

/** @throws CollateralError */
export async function fetchSnpCertificates(
  need: SnpNeed,
  { shelf, recipeOf }: Amd,
  limits: FetchLimits,
): Promise<SnpCertificates> {
  const keys: CollateralKey[] = need.kind === 'vcek' ? [vcekKey(need), chainKey(need)] : [chainKey(need)];
  const documents = await Promise.all(keys.map((key) => shelf.get(recipeOf(key), limits)));
  const certificates = documents.flatMap(({ key, body }) =>
    key.kind === 'amd-vcek' ? [body] : pemCertificates(body).map(({ der }) => der),
  );
  return { certificates, provenance: documents.map(metadataOf) };
}

/** @throws CollateralError */
export async function fetchSnpCrl(
  need: Pick<SnpNeed, 'kind' | 'product'>,
  { shelf, recipeOf }: Amd,
  limits: FetchLimits,
): Promise<SnpCrl> {
  const document = await shelf.get(recipeOf(crlKey(need)), limits);
  if (document.nextUpdate === null) {
    throw new CollateralError('collateral_malformed', 'a CRL without nextUpdate is never accepted');
  }
  return { crl: document.body, provenance: metadataOf(document), validUntil: document.nextUpdate };
}
