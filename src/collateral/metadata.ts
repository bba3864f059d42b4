import type { CollateralDocument, CollateralMetadata } from './port.ts';

export function metadataOf(document: CollateralDocument): CollateralMetadata {
  const { body: _, chain: __, ...metadata } = document;
  return metadata;
}
