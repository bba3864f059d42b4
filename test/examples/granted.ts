import type { Possession } from '../http/possession.ts';
import { type Licensed, makeLicensed } from '../service/events/licensed.ts';
import { renew } from '../service/grant/consumer.ts';

/** An attested host at a real verifier, with its grant and the key that the grant is bound to. */
export type Granted = { readonly licensed: Licensed; readonly grant: string; readonly key: Possession };

export async function granted(wish: object = {}): Promise<Granted> {
  const licensed = await makeLicensed();
  const { body } = await renew(licensed, wish);
  const { privateKey, publicKey, jkt } = licensed.host.key;
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  return { licensed, grant: body.grant.grant, key: { privateKey, jwk: { crv, kty, x, y }, jkt } };
}
