import { insertKeptAct } from '../../store/once/kept-acts.ts';
import type { Store, Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import { RequestError } from '../errors.ts';
import { about, type Claim, KEPT_FOR_MS } from './claim.ts';
import { type ChangingRequest, requestUnderWay } from './request.ts';
import { seal } from './seal.ts';

type Needed = Pick<Context, 'store' | 'clock' | 'random'>;

/**
 * The store as use cases are given it: the first unit of work of a request that changes something also spends the
 * request's proof and claims its Idempotency-Key, with what the unit came to. All of it is durable together or not at all,
 * so that no crash leaves an act that a repetition would do again; and no use case has to think of it.
 *
 * Where the same was done before and only its answer is lost, that unit is not run: the request goes on with what it came to
 * then; a unit that came to nothing is answered by a conflict. Further units of a request run as they are: they must bear being run again.
 */
export function onceStore(needed: Needed): Store {
  const { store } = needed;
  return {
    write: (work) => write(needed, work),
    read: (work) => store.read(work),
    first: (statement, params) => store.first(statement, params),
    highWater: () => store.highWater(),
    ping: () => store.ping(),
    tend: (now) => store.tend(now),
    processes: () => store.processes(),
    close: () => store.close(),
  };
}

async function write<T>(needed: Needed, work: (tx: Tx) => Promise<T>): Promise<T> {
  const { store } = needed;
  // Here and not inside the unit, which the store may run on behalf of another request.
  const request = requestUnderWay();
  if (request === undefined || request.unit !== 'none') return store.write(work);
  request.unit = 'under-way';
  try {
    const outcome = await (request.before === null
      ? store.write((tx) => doOnce(needed, tx, request, work))
      : recall<T>(needed, request, request.before));
    request.unit = 'done';
    return outcome;
  } finally {
    // A unit that failed left nothing behind: the next one is the first.
    if (request.unit !== 'done') request.unit = 'none';
  }
}

async function doOnce<T>(
  { clock, random }: Needed,
  tx: Tx,
  { proof, claim }: ChangingRequest,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  if (proof !== null) await spendProof(tx, proof);
  const outcome = await work(tx);
  if (claim !== null) await keep(tx, claim, outcome, { clock, random });
  return outcome;
}

async function recall<T>(
  { store }: Pick<Needed, 'store'>,
  { proof }: ChangingRequest,
  { outcome }: { readonly outcome: unknown },
): Promise<T> {
  if (proof !== null) await store.write((tx) => spendProof(tx, proof));
  if (outcome !== undefined) return outcome as T; // what this very unit of work of the same request came to
  // Whatever would be answered now is of other identifiers and secrets than what was done.
  throw new RequestError(
    'conflict',
    'this was carried out, and its answer is lost: look at the present state before you ask with a new key',
    { path: 'idempotency-key' },
  );
}

async function keep(
  tx: Tx,
  claim: Claim,
  outcome: unknown,
  { clock, random }: Pick<Needed, 'clock' | 'random'>,
): Promise<void> {
  const claimed = await tx.run(insertKeptAct, {
    caller: claim.caller,
    key_sha256: claim.keySha256,
    request_sha256: claim.requestSha256,
    outcome: seal(claim.key, about(claim, 'outcome'), outcome, random),
    expires_at_ms: clock().getTime() + KEPT_FOR_MS,
  });
  // Another process was faster: all that this unit did is undone.
  if (claimed !== 1) throw inFlight();
}

export function inFlight(): RequestError {
  return new RequestError(
    'idempotency_in_flight',
    'a request under this Idempotency-Key is under way: repeat it for its answer',
    { path: 'idempotency-key', retryAfterSeconds: 1 },
  );
}
