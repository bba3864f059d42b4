import { type ClaimedRequest, claimOf } from '../../service/once/claim.ts';
import type { Once } from '../../service/once/once.ts';
import type { Caller } from '../../service/principal.ts';
import { kept, type Reply, restored } from '../reply.ts';
import type { Route } from '../route.ts';
import type { RequestCall } from './call.ts';

/** Nothing is kept: for servers without a store. */
export const everyTime: Once = ({ act }) => act();

/**
 * Answers a request; one that may change something is done once under its Idempotency-Key, and its proof is spent with it.
 * @param key as `readIdempotencyKey` gave it
 */
export function answer(
  once: Once,
  route: Route,
  call: RequestCall,
  key: string | undefined,
  request: ClaimedRequest,
): Promise<Reply> {
  const { authorise } = route;
  if (authorise.scheme !== 'bearer' || authorise.effect === 'reads') return route.handle(call);
  return changeOnce(once, route, call, key, request);
}

async function changeOnce(
  once: Once,
  { handle, again }: Route,
  call: RequestCall,
  key: string | undefined,
  request: ClaimedRequest,
): Promise<Reply> {
  const { id, proof } = call.caller as Caller; // by `authorise`, for this scheme
  return restored(
    await once({
      proof,
      claim: key === undefined ? null : claimOf(id, key, request),
      act: async () => kept(await handle(call)),
      again: again === undefined ? undefined : (before) => again(call, before),
    }),
  );
}
