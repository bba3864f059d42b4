import type { JsonValue } from '../../bytes/json.ts';
import { makeTokenKey, type TokenKey } from './token-key.ts';
import { request, type VerifierAddress } from './transport.ts';

/**
 * Binds a token to the key at `keyPath`, made if there is none. The key is on disk before the verifier hears of it, and the
 * same key may be bound again: an answer that is lost costs nothing.
 */
export async function bindToken(
  { url, source }: Pick<VerifierAddress, 'url' | 'source'>,
  token: string,
  keyPath: string,
): Promise<{ readonly key: TokenKey; readonly answer: JsonValue }> {
  const key = makeTokenKey(keyPath);
  const address: VerifierAddress = { url, token, key, ...(source === undefined ? {} : { source }) };
  const answer = await request(address, { method: 'POST', path: '/v1/tokens/binding' });
  return { key, answer };
}
