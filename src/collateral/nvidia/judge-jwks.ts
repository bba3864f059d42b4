import { parseJwks } from '../../evidence/nvidia/nras/jwks.ts';
import { judging, malformed } from '../malformed.ts';
import type { CollateralKey } from '../port.ts';
import type { Facts, Received } from '../shelf.ts';

/** NVIDIA replaces keys every other day or so; one that it takes back is gone within this. */
const LIFE_MS = 86_400_000;

/**
 * Whether something is a key set of NVIDIA's attestation service. Nobody signs it: it is as authentic as the connection that it
 * came by, so that whoever verifies by it trusts that address by name.
 *
 * @throws CollateralError `collateral_malformed`
 */
export function judgeJwks(key: CollateralKey, { body, fetchedAt }: Received, at: Date): Facts {
  return judging(key, () => {
    if (parseJwks(body).size === 0) throw malformed(key, 'holds no key of P-384');
    return {
      issuedAt: null,
      nextUpdate: new Date((fetchedAt ?? at).getTime() + LIFE_MS),
      evaluationNumber: null,
      version: null,
      authority: 'connection',
    };
  });
}
