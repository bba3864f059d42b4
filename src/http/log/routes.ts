import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { logGrowth } from '../../protocol/log-growth.ts';
import { logOrigins } from '../../protocol/log-origins.ts';
import { receipt } from '../../protocol/receipt.ts';
import { formatVerifierKey } from '../../record/index.ts';
import type { Context } from '../../service/context.ts';
import { cosignedCheckpoint, growthSince, latestCheckpoint, originReceipts } from '../../service/log.ts';
import { getTile } from '../../service/log-tiles.ts';
import { getReceipt } from '../../service/receipts.ts';
import { content, ok } from '../reply.ts';
import { type Route, route } from '../route.ts';

const tag = 'Log';

/** What is at a tile's address never changes, so nobody need ask twice. */
const FOR_EVER = { 'cache-control': 'public, max-age=31536000, immutable' };

const count = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,14})$/, 'must be a number')
  .transform(Number);

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
      path: '/v1/log/checkpoint/cosigned',
      operationId: 'getCosignedCheckpoint',
      summary: 'The newest checkpoint that witnesses cosigned (C2SP tlog-cosignature)',
      tag,
      authorise: { scheme: 'public' },
      query: z.strictObject({
        witnesses: z
          .string()
          .regex(/^[1-9]\d?$/, 'must be a number from 1 to 99')
          .transform(Number)
          .default(1)
          .meta({ type: 'integer', description: 'How many of them at least; 1 unless given.' }),
      }),
      responses: { 200: { description: 'A signed note.', mediaType: 'text/plain' } },
      handle: async ({ query }) =>
        content('text/plain; charset=utf-8', await cosignedCheckpoint(context, query.witnesses)),
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
      path: '/v1/log/origins',
      operationId: 'getOrigins',
      summary: 'The names that the log had before, each with the act that ended it',
      description:
        'Empty for a log that was never restored behind a checkpoint that it had published. The acts are `log.origin-opened`; receipts are against the newest checkpoint.',
      tag,
      authorise: { scheme: 'public' },
      responses: { 200: { description: 'In order.', schema: logOrigins } },
      handle: async () => ok({ openings: await originReceipts(context) }),
    }),
    route({
      method: 'GET',
      path: '/v1/log/consistency/{oldSize}',
      operationId: 'getConsistency',
      summary: 'Proof that the log still begins as an earlier checkpoint said',
      tag,
      authorise: { scheme: 'public' },
      params: z.strictObject({
        oldSize: count.meta({ type: 'integer', description: 'Leaves in the earlier checkpoint.' }),
      }),
      responses: { 200: { description: 'The proof, and the newest checkpoint.', schema: logGrowth } },
      handle: async ({ params }) => ok(await growthSince(context, params.oldSize)),
    }),
    route({
      method: 'GET',
      path: '/v1/log/tile/{tile}',
      rest: true,
      operationId: 'getTile',
      summary: 'A piece of the log that never changes (C2SP tlog-tiles)',
      description:
        'The URL `/v1/log` is the prefix of a tiled log: `tile/<L>/<N>[.p/<W>]` are hashes, `tile/entries/<N>[.p/<W>]` entries, which tell nothing of an act to whoever lacks its salt.',
      tag,
      authorise: { scheme: 'public' },
      params: z.strictObject({
        tile: z.string().meta({ description: '`<L>/<N>[.p/<W>]`, slashes as they stand.' }),
      }),
      responses: { 200: { description: 'Hashes or entries.', mediaType: 'application/octet-stream' } },
      handle: async ({ params }) => ({
        ...content('application/octet-stream', await getTile(context, `tile/${params.tile}`)),
        headers: FOR_EVER,
      }),
    }),
    route({
      method: 'GET',
      path: '/v1/log/receipts/{leafIndex}',
      operationId: 'getReceipt',
      summary: 'Proof that an act stands in the log, for its tenant and for auditors',
      tag,
      authorise: { scheme: 'bearer', scope: 'log:read', effect: 'reads' },
      params: z.strictObject({
        leafIndex: count.meta({ type: 'integer', description: 'As answers say it.' }),
      }),
      responses: { 200: { description: 'The receipt.', schema: receipt } },
      handle: async ({ caller, params }) => ok(await getReceipt(context, caller, params.leafIndex)),
    }),
  ];
}
