import type { Document } from '../../src/dashboard/build/operations.ts';
import { startTestVerifier } from '../http/verifier.ts';

/** The OpenAPI document of a verifier, as it serves it. */
export async function apiDocument(): Promise<Document> {
  const verifier = await startTestVerifier();
  try {
    const { body } = await verifier.call('GET', '/openapi.json');
    return body as Document; // what `openApiDocument` made
  } finally {
    await verifier.close();
  }
}
