import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { receipt } from '../../protocol/receipt.ts';
import { formatVerifierKey } from '../../record/index.ts';
import type { Context } from '../../service/context.ts';
import { latestCheckpoint } from '../../service/log.ts';
import { getReceipt } from '../../service/receipts.ts';
import { content, ok } from '../reply.ts';
import { type Route, route } from '../route.ts';

const tag = 'Log';

export function logRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/log/checkpoint',
      operationId: 'getCheckpoint',
      summary: 'The newest signed checkpoint (C2SP tlog-checkpoint)',
      tag,
      authorise: { scheme: 'public' },
      responses: { 200: { description: 'A signed note.', mediaType: 'text/plain' } },
      handle: async () => content('text/plain; charset=utf-8', await latestCheckpoint(context)),
    }),
    route({
      method: 'GET',
      path: '/v1/log/key',
      operationId: 'getLogKey',
      summary: 'The key that checkpoints verify under (C2SP signed-note verifier key)',
      description:
        'Compare it once with what the operator of the verifier publishes elsewhere, and keep it: whoever asks for it anew each time believes whoever answers.',
      tag,
      authorise: { scheme: 'public' },
      responses: { 200: { description: 'name+keyid+key, one line.', mediaType: 'text/plain' } },
      handle: async () => {
        const publicKey = createPublicKey(context.keys.log.privateKey);
        const key = formatVerifierKey({ name: context.config.logOrigin, publicKey });
        return content('text/plain; charset=utf-8', `${key}\n`);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/log/receipts/{leafIndex}',
      operationId: 'getReceipt',
      summary: 'Proof that an act stands in the log, for its tenant and for auditors',
      tag,
      authorise: { scheme: 'bearer', scope: 'log:read' },
      params: z.strictObject({
        leafIndex: z
          .string()
          .regex(/^(?:0|[1-9]\d{0,14})$/, 'must be a number')
          .transform(Number)
          .meta({ type: 'integer', description: 'As answers say it.' }),
      }),
      responses: { 200: { description: 'The receipt.', schema: receipt } },
      handle: async ({ caller, params }) => ok(await getReceipt(context, caller, params.leafIndex)),
    }),
  ];
}
