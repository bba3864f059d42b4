import { bearerToken, dataFolder, verifierUrl } from '../settings.ts';
import { bindToken } from './bind-token.ts';
import { loadTokenKey } from './token-key.ts';
import type { VerifierAddress } from './transport.ts';

/** The verifier that a command means, and who speaks to it: `--url`, `--data`, `--as`, or the environment. */
export function speaker({
  url,
  data,
  as,
}: {
  readonly url?: string;
  readonly data?: string;
  readonly as?: string;
}): VerifierAddress & { readonly token: string } {
  const address = verifierUrl(url);
  const { token, source, keyPath } = bearerToken(dataFolder(data), as);
  if (keyPath === null) return { url: address, token, source, key: null };
  return {
    url: address,
    token,
    source,
    key: loadTokenKey(keyPath),
    // Tokens of an older verifier are bound by whoever holds them, the first time that it matters.
    bind: async () => (await bindToken({ url: address, source }, token, keyPath)).key,
  };
}
