import { z } from 'zod';
import { instant } from './encoding.ts';
import { ROTATED_PURPOSES } from './key-purpose.ts';

export const keyPurpose = z
  .enum(ROTATED_PURPOSES)
  .describe(
    '`ear`: attestation results. `permit`: probe permits, which landmarks honour. `grant`: grants, which license servers honour. `status`: the lists of their statuses. `report`: reports on licences. `disclosure`: what hosts prove, to be shown in part. `seal`: signs nothing and is published nowhere; secrets lie sealed under it (docs/operations.md).',
  );

export const signingKey = z
  .strictObject({
    kid: z.string().describe('RFC 7638 thumbprint: the `kid` of what it signed, or sealed.'),
    purpose: keyPurpose,
    alg: z.string(),
    state: z
      .enum(['next', 'pending', 'signing', 'retired', 'gone', 'revoked'])
      .describe(
        'next: published and held ready. pending: its turn is set. signing: or sealing. retired: published until the last token that it signed has ended, and then gone; of sealing keys, what they sealed they still open. revoked: given up, with what it signed.',
      ),
    createdAt: instant.describe('From when it is published.'),
    activeFrom: instant.nullable(),
    publishedUntil: instant.nullable().describe('null while it signs or is yet to, and of sealing keys.'),
    revokedAt: instant.nullable(),
  })
  .describe("One of the verifier's own keys, without its private half.");
export type SigningKeyAnswer = z.infer<typeof signingKey>;

export const signingKeys = z.strictObject({ keys: z.array(signingKey) });

export const rotation = z.strictObject({
  reason: z.string().trim().min(1).max(2000).describe('Kept and logged.'),
  compromised: z
    .boolean()
    .default(false)
    .describe(
      'Give up every key of this purpose at once: nothing that they signed verifies any more. What keys sealed is sealed anew.',
    ),
});
