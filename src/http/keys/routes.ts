import { z } from 'zod';
import { ROTATED_PURPOSES } from '../../protocol/key-purpose.ts';
import { receiptOfChange } from '../../protocol/receipt.ts';
import { keyPurpose, rotation, signingKeys } from '../../protocol/signing-key.ts';
import type { Context } from '../../service/context.ts';
import { rotateKeys } from '../../service/keys/rotate.ts';
import { withReceipt } from '../receipted.ts';
import { ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentKeys } from './present.ts';

const tag = 'Operation';
const rotated = signingKeys.extend({ leafIndex: z.int().min(0), receipt: receiptOfChange });

export function keyRoutes(context: Context): Route[] {
  const keys = () =>
    ROTATED_PURPOSES.flatMap((purpose) => presentKeys(context.keys[purpose].schedule(), context.clock()));
  return [
    route({
      method: 'GET',
      path: '/v1/keys',
      operationId: 'listSigningKeys',
      summary: "The verifier's keys, and when each is good for what",
      tag,
      authorise: { scheme: 'bearer', scope: 'keys:read', effect: 'reads' },
      responses: { 200: { description: 'Every key that ever was, oldest first.', schema: signingKeys } },
      handle: async () => ok({ keys: keys() }),
    }),
    route({
      method: 'POST',
      path: '/v1/keys/{purpose}/rotation',
      operationId: 'rotateSigningKeys',
      summary: 'Let the next key take its turn',
      description:
        'The key held ready signs from now on, or as soon as it has been published for an hour; the old one stays published until what it signed has ended. `compromised` gives up all of them at once. For `seal` another key is made, and whatever lies sealed is sealed under it.',
      tag,
      authorise: { scheme: 'bearer', scope: 'keys:rotate', effect: 'changes' },
      params: z.strictObject({ purpose: keyPurpose }),
      body: jsonBody(rotation, 8192),
      responses: { 200: { description: 'The keys as they are now.', schema: rotated } },
      handle: async ({ caller, params, body }) => {
        const leafIndex = await rotateKeys(context, caller, params.purpose, body);
        return ok(await withReceipt(context, { keys: keys(), leafIndex }));
      },
    }),
  ];
}
