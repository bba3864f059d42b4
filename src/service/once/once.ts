import { keepAnswer, keptAct, purgeKeptActs } from '../../store/once/kept-acts.ts';
import type { KeptActTable } from '../../store/once/tables.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import { RequestError } from '../errors.ts';
import type { ProofUse } from '../principal.ts';
import { about, type Claim } from './claim.ts';
import { type ChangingRequest, during } from './request.ts';
import { open, seal } from './seal.ts';
import { inFlight } from './store.ts';

type Needed = Pick<Context, 'store' | 'clock' | 'random' | 'log'>;

/** One act in so many, by its key's own hash, forgets what has expired: no timer, and no state outside the store. */
const ACTS_BETWEEN_PURGES = 256;

export type Asked<Answer> = {
  readonly proof: ProofUse | null;
  readonly claim: Claim | null;
  /** Does it; its units of work go through `onceStore`. */
  readonly act: () => Promise<Answer>;
  /** Throws where what was answered before must not be said again. */
  readonly again?: ((kept: Answer) => Promise<void>) | undefined;
};

/** Does what requests ask for once, however often they ask: one for each process. */
export type Once = <Answer>(asked: Asked<Answer>) => Promise<Answer>;

/**
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): the same request of the same caller under the same key
 * gets what was answered first, for a day. What changed nothing, a refusal or a dry run, is judged anew each time.
 *
 * The answer is kept after the act, sealed under the key; the act's outcome was kept with the act (store.ts), so that an
 * answer which a crash swallowed is made again from it.
 *
 * @throws RequestError `idempotency_key_reused` for another request; `idempotency_in_flight` while the first is under way;
 *   `dpop_replayed`; what the act and `again` throw
 */
export function onceFor(needed: Needed): Once {
  const underWay = new Set<string>();
  /** Answers on their way to the store: the client need not wait for that, but its next repetition does. */
  const keeping = new Map<string, Promise<void>>();
  return async ({ proof, claim, act, again }) => {
    if (claim === null) return during({ proof, claim, before: null, unit: 'none' }, act);
    const id = `${claim.caller} ${claim.keySha256}`;
    if (underWay.has(id)) throw inFlight();
    underWay.add(id);
    try {
      await keeping.get(id);
      const kept = await find(needed, claim);
      if (kept !== null && kept.answer !== null) {
        if (proof !== null) await needed.store.write((tx) => spendProof(tx, proof));
        const answer = opened<Awaited<ReturnType<typeof act>>>(claim, 'answer', kept.answer);
        await again?.(answer);
        return answer;
      }
      const before = kept === null ? null : { outcome: opened(claim, 'outcome', kept.outcome) };
      const request: ChangingRequest = { proof, claim, before, unit: 'none' };
      const answer = await during(request, act);
      if (before !== null) await again?.(answer);
      if (request.unit === 'done') {
        keeping.set(
          id,
          keep(needed, claim, answer).finally(() => keeping.delete(id)),
        );
      }
      return answer;
    } finally {
      underWay.delete(id);
    }
  };
}

type Kept = Pick<KeptActTable, 'outcome' | 'answer'>;

async function find({ store, clock }: Needed, claim: Claim): Promise<Kept | null> {
  const { caller, keySha256: key_sha256 } = claim;
  const row = await store.first(keptAct, { caller, key_sha256 });
  if (row === undefined) return null;
  const nowMs = clock().getTime();
  if (row.expires_at_ms <= nowMs) {
    await store.write((tx) => tx.run(purgeKeptActs, { nowMs }));
    return null;
  }
  if (row.request_sha256 === claim.requestSha256) return row;
  throw new RequestError('idempotency_key_reused', 'this Idempotency-Key was used for another request', {
    path: 'idempotency-key',
    expected: 'the same method, path and body, or another key',
  });
}

/** The act is done and its outcome kept: an answer that cannot be kept as well must not make it look undone. */
async function keep(needed: Needed, claim: Claim, answer: unknown): Promise<void> {
  const { store, clock, random, log } = needed;
  const { caller, keySha256: key_sha256 } = claim;
  try {
    const sealed = seal(claim.key, about(claim, 'answer'), answer, random);
    await store.write(async (tx) => {
      await tx.run(keepAnswer, { caller, key_sha256, answer: sealed });
      const nowMs = clock().getTime();
      if (Number.parseInt(key_sha256.slice(0, 8), 16) % ACTS_BETWEEN_PURGES === 0)
        await tx.run(purgeKeptActs, { nowMs });
    });
  } catch (error) {
    log.warn({ err: error }, 'an answer was not kept');
  }
}

function opened<T>(claim: Claim, what: 'outcome' | 'answer', sealed: Uint8Array): T {
  return open(claim.key, about(claim, what), sealed) as T; // `keep` sealed one, for this very request
}
