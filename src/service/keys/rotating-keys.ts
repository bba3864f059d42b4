import type { JsonWebKey } from 'node:crypto';
import type { KeyPurpose } from '../../protocol/key-purpose.ts';
import { insertSigningKey, moveSigningKey, signingKeysFor } from '../../store/keys/signing-keys.ts';
import type { SigningKeyTable } from '../../store/keys/tables.ts';
import type { Store, Tx } from '../../store/port.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context, PublishedKey, RotatingKeys, SigningKey } from '../context.ts';
import { AvailabilityError, RequestError } from '../errors.ts';
import type { PrivateKeys } from './private-keys.ts';
import { PUBLISH_AHEAD_MS, pendingAt, publishedAt, signingAt, standbyOf } from './schedule.ts';
import { generateSigningKeyPem, signingKeyFromPem } from './signing-key.ts';

/** What the keys are for; each purpose has private halves of its own. */
type Needed = Pick<Context, 'store' | 'clock' | 'random'> & {
  readonly purpose: KeyPurpose;
  readonly privateKeys: PrivateKeys;
};

const ALG = {
  ear: 'ES256',
  permit: 'Ed25519',
  grant: 'ES256',
  status: 'ES256',
  report: 'ES256',
  disclosure: 'ES256',
} as const satisfies Record<KeyPurpose, SigningKey['alg']>;

/**
 * Opens the keys that sign for one purpose: one that signs, one held ready and published for its turn, and the public
 * halves of older ones.
 *
 * A private half is durable before the store knows its key, and the store's rows change in one unit of work with the leaf
 * that tells of it, so that a crash at any instant leaves the old state or the new one; a half that no row knows is dropped
 * here. Where the signing key's private half is gone another takes its place, and what the lost one signed still verifies.
 *
 * @param longestLifeMs no token that is signed from now on is good for longer
 * @param how `as-they-are`: nothing is made and nothing dropped. A database that was put back does not know its newest keys, and what it
 *   was put in the place of may yet be found
 */
export async function openRotatingKeys(
  needed: Needed,
  longestLifeMs: number,
  how: 'whole' | 'as-they-are' = 'whole',
): Promise<RotatingKeys> {
  const { store } = needed;
  const isWhole = how === 'whole';
  if (isWhole) await store.write(async (tx) => complete(needed, tx, longestLifeMs));
  const keys = new KeysInMemory(needed, longestLifeMs);
  await keys.reload();
  if (isWhole) keys.dropUnneeded();
  return keys;
}

class KeysInMemory implements RotatingKeys {
  readonly #needed: Needed;
  readonly #longestLifeMs: number;
  #rows: readonly SigningKeyTable[] = [];
  readonly #loaded = new Map<string, SigningKey>();

  constructor(needed: Needed, longestLifeMs: number) {
    this.#needed = needed;
    this.#longestLifeMs = longestLifeMs;
  }

  async reload(): Promise<void> {
    const { store } = this.#needed;
    this.#rows = await store.read((view) => view.all(signingKeysFor, { purpose: this.#needed.purpose }));
    // Whoever rotates drops the old one's private half at once: here it may sign until that is seen.
    for (const { kid } of this.#neededNow()) this.#load(kid);
  }

  signing(at: Date): SigningKey {
    const row = signingAt(this.#rows, at.getTime());
    if (row === undefined) throw new TypeError(`no ${this.#needed.purpose} key signs`);
    const key = this.#load(row.kid);
    if (key === null) {
      throw new AvailabilityError('store_unavailable', `the private half of ${row.kid} is not at hand`, {
        expected: 'one folder of keys for all processes on a store',
      });
    }
    return key;
  }

  #load(kid: string): SigningKey | null {
    const known = this.#loaded.get(kid);
    if (known !== undefined) return known;
    const { purpose, privateKeys } = this.#needed;
    const pem = privateKeys.read(kid);
    if (pem === null) return null;
    const key = signingKeyFromPem(ALG[purpose], pem);
    this.#loaded.set(kid, key);
    return key;
  }

  published(at: Date): PublishedKey[] {
    return publishedAt(this.#rows, at.getTime()).map(({ kid, alg, public_jwk }) => {
      const jwk: JsonWebKey = JSON.parse(public_jwk); // what `newKey` wrote
      return { kid, alg, jwk };
    });
  }

  schedule(): readonly SigningKeyTable[] {
    return this.#rows;
  }

  async rotate(
    { by, reason, compromised, expected }: Parameters<RotatingKeys['rotate']>[0],
    store: Store = this.#needed.store,
  ): Promise<number> {
    const { clock, purpose } = this.#needed;
    // Before the unit of work, which may run twice and touches nothing outside.
    const fresh = [keepNew(this.#needed), keepNew(this.#needed)] as const;
    // What is committed is what counts from here on: no second read that could fail stands in between.
    const { leafIndex, after } = await store.write(async (tx) => {
      const rows = await tx.all(signingKeysFor, { purpose });
      const signing = signingAt(rows, clock().getTime())?.kid;
      if (expected !== undefined && signing !== expected) {
        throw new RequestError('conflict', 'another key signs by now', {
          expected,
          actual: signing ?? 'none',
        });
      }
      const life = this.#longestLifeMs;
      const told = compromised
        ? await giveUp(this.#needed, tx, rows, fresh, life)
        : await promote(this.#needed, tx, rows, fresh[0], life);
      const body = { purpose, compromised, ...told, reason, by };
      const leafIndex = await recordAct(tx, this.#needed, {
        type: 'signing-key.rotated',
        at: clock(),
        tenant: VERIFIER_TENANT,
        body,
      });
      return { leafIndex, after: await tx.all(signingKeysFor, { purpose }) };
    });
    // A repetition that only wants its answer brings the rows of then: there have never been fewer since.
    if (after.length >= this.#rows.length) this.#rows = after;
    this.dropUnneeded(fresh);
    return leafIndex;
  }

  #neededNow(): readonly SigningKeyTable[] {
    const atMs = this.#needed.clock().getTime();
    const needed = [signingAt(this.#rows, atMs), pendingAt(this.#rows, atMs), standbyOf(this.#rows)];
    return needed.filter((row) => row !== undefined);
  }

  /** Drops the private halves that may no longer be used, and of those just made the ones that nobody took. */
  dropUnneeded(fresh: readonly NewKey[] = []): void {
    this.#needed.privateKeys.keepOnly(
      new Set(this.#neededNow().map(({ kid }) => kid)),
      new Set([...this.#rows, ...fresh].map(({ kid }) => kid)),
    );
  }
}

/** The one held ready takes its turn, at once or as soon as it has been published long enough; a new one is held ready. */
async function promote(
  { clock }: Needed,
  tx: Tx,
  rows: readonly SigningKeyTable[],
  fresh: NewKey,
  longestLifeMs: number,
): Promise<{
  readonly from: string;
  readonly to: string;
  readonly next: string;
  readonly activeFrom: string;
}> {
  const nowMs = clock().getTime();
  const [current, next, pending] = [signingAt(rows, nowMs), standbyOf(rows), pendingAt(rows, nowMs)];
  if (pending !== undefined || current === undefined || next === undefined) {
    const actual = pending === undefined ? 'no key held ready' : `${pending.kid} takes its turn soon`;
    throw new RequestError('conflict', 'a rotation is under way: wait for it', { actual });
  }
  const activeFromMs = Math.max(nowMs, next.created_at_ms + PUBLISH_AHEAD_MS);
  await tx.run(moveSigningKey, { ...next, active_from_ms: activeFromMs, longest_life_ms: longestLifeMs });
  await tx.run(insertSigningKey, rowOf(fresh, nowMs, null, longestLifeMs));
  return {
    from: current.kid,
    to: next.kid,
    next: fresh.kid,
    activeFrom: new Date(activeFromMs).toISOString(),
  };
}

/** Whoever took one private half took the others that lay beside it: all go, and what they signed with them. */
async function giveUp(
  { clock }: Needed,
  tx: Tx,
  rows: readonly SigningKeyTable[],
  [successor, next]: readonly [NewKey, NewKey],
  longestLifeMs: number,
): Promise<{ readonly revoked: readonly string[]; readonly to: string; readonly next: string }> {
  const nowMs = clock().getTime();
  const good = rows.filter(({ revoked_at_ms }) => revoked_at_ms === null);
  for (const row of good) await tx.run(moveSigningKey, { ...row, revoked_at_ms: nowMs });
  await tx.run(insertSigningKey, rowOf(successor, nowMs, nowMs, longestLifeMs));
  await tx.run(insertSigningKey, rowOf(next, nowMs, null, longestLifeMs));
  return { revoked: good.map(({ kid }) => kid), to: successor.kid, next: next.kid };
}

/** Makes what is missing at the start, and notes that tokens may live longer than they did before. */
async function complete(needed: Needed, tx: Tx, longestLifeMs: number): Promise<void> {
  const { clock, privateKeys, purpose } = needed;
  const nowMs = clock().getTime();
  const rows = await tx.all(signingKeysFor, { purpose });
  const isWhole = (row: SigningKeyTable | undefined): boolean =>
    row !== undefined && privateKeys.read(row.kid) !== null;
  const [current, pending, next] = [signingAt(rows, nowMs), pendingAt(rows, nowMs), standbyOf(rows)];
  for (const row of [current, pending, next]) {
    if (row === undefined || !isWhole(row) || row.longest_life_ms >= longestLifeMs) continue;
    await tx.run(moveSigningKey, { ...row, longest_life_ms: longestLifeMs });
  }
  const made: { readonly kid: string; readonly activeFromMs: number | null }[] = [];
  const add = async (activeFromMs: number | null): Promise<void> => {
    const fresh = keepNew(needed);
    await tx.run(insertSigningKey, rowOf(fresh, nowMs, activeFromMs, longestLifeMs));
    made.push({ kid: fresh.kid, activeFromMs });
  };
  if (!isWhole(current)) await add(nowMs);
  for (const lost of [pending, next].filter((row) => row !== undefined && !isWhole(row))) {
    // It never signed: nobody misses it.
    if (lost !== undefined) await tx.run(moveSigningKey, { ...lost, revoked_at_ms: nowMs });
  }
  if (!isWhole(next)) await add(null);
  if (made.length === 0) return;
  const body = { purpose, keys: made.map(({ kid }) => kid) };
  await recordAct(tx, needed, {
    type: 'signing-key.created',
    at: clock(),
    tenant: VERIFIER_TENANT,
    body,
  });
}

type NewKey = {
  readonly purpose: KeyPurpose;
  readonly kid: string;
  readonly publicJwk: string;
};

function keepNew({ purpose, privateKeys }: Needed): NewKey {
  const pem = generateSigningKeyPem(ALG[purpose]);
  const { kid, publicKey } = signingKeyFromPem(ALG[purpose], pem);
  privateKeys.keep(kid, pem);
  return { purpose, kid, publicJwk: JSON.stringify(publicKey.export({ format: 'jwk' })) };
}

function rowOf(
  { purpose, kid, publicJwk }: NewKey,
  nowMs: number,
  activeFromMs: number | null,
  longestLifeMs: number,
): SigningKeyTable {
  return {
    kid,
    purpose,
    alg: ALG[purpose],
    public_jwk: publicJwk,
    created_at_ms: nowMs,
    active_from_ms: activeFromMs,
    revoked_at_ms: null,
    longest_life_ms: longestLifeMs,
  };
}
