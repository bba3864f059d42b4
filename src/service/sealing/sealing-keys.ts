import { insertSigningKey, moveSigningKey, signingKeysFor } from '../../store/keys/signing-keys.ts';
import type { SigningKeyTable } from '../../store/keys/tables.ts';
import type { Store, Tx, View } from '../../store/port.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context, SealingKeys } from '../context.ts';
import { AvailabilityError } from '../errors.ts';
import type { PrivateKeys } from '../keys/private-keys.ts';
import {
  generateSealingKeyPem,
  openText,
  type SealingKey,
  sealedBy,
  sealingKeyFromPem,
  sealText,
} from './seal.ts';

const PURPOSE = 'seal';

type Needed = Pick<Context, 'store' | 'clock' | 'random'> & { readonly privateKeys: PrivateKeys };

/**
 * Opens the keys under which secrets of others lie in the store. They themselves lie where private halves of signing keys do, and the store
 * knows when each is good for what; whoever has the store alone opens nothing. One seals at a time; those before it open what they sealed,
 * in a backup too, until they are given up as compromised.
 *
 * Where the key that seals is gone another takes its place, and what the lost one sealed opens for nobody.
 *
 * @param how `as-they-are`: nothing is made, as for signing keys
 */
export async function openSealingKeys(
  needed: Needed,
  how: 'whole' | 'as-they-are' = 'whole',
): Promise<SealingKeys> {
  if (how === 'whole') await needed.store.write((tx) => complete(needed, tx));
  const keys = new KeysAtHand(needed);
  await keys.reload();
  return keys;
}

class KeysAtHand implements SealingKeys {
  readonly #needed: Needed;
  readonly #loaded = new Map<string, SealingKey>();
  #rows: readonly SigningKeyTable[] = [];

  constructor(needed: Needed) {
    this.#needed = needed;
  }

  async reload(): Promise<void> {
    this.#rows = await this.#needed.store.read(allKeys);
    for (const { kid, revoked_at_ms } of this.#rows) if (revoked_at_ms !== null) this.#loaded.delete(kid);
  }

  schedule(): readonly SigningKeyTable[] {
    return this.#rows;
  }

  async current(view: View): Promise<string> {
    const row = sealingOf(await allKeys(view));
    if (row === undefined) throw new TypeError('no key seals');
    return row.kid;
  }

  async seal(tx: Tx, about: Uint8Array, text: string): Promise<string> {
    const kid = await this.current(tx);
    const key = this.#load(kid);
    if (key !== null) return sealText(key, about, text, this.#needed.random);
    throw new AvailabilityError('store_unavailable', `the sealing key ${kid} is not at hand`, {
      expected: 'one folder of keys for all processes on a store',
    });
  }

  open(about: Uint8Array, sealed: string): string | null {
    const kid = sealedBy(sealed);
    const key = kid === null ? null : this.#load(kid);
    return key === null ? null : openText(key, about, sealed);
  }

  /** A file that holds another key than its name says is none. */
  #load(kid: string): SealingKey | null {
    const known = this.#loaded.get(kid);
    if (known !== undefined) return known;
    const pem = this.#needed.privateKeys.read(kid);
    const key = pem === null ? null : sealingKeyFromPem(pem);
    if (key?.kid !== kid) return null;
    this.#loaded.set(kid, key);
    return key;
  }

  async rotate(
    { by, reason, compromised }: Parameters<SealingKeys['rotate']>[0],
    store: Store = this.#needed.store,
  ): Promise<number> {
    const { clock } = this.#needed;
    // Before the unit of work, which may run twice and touches nothing outside.
    const to = keepNew(this.#needed);
    const { leafIndex, rows } = await store.write(async (tx) => {
      const at = clock();
      const before = await allKeys(tx);
      const from = sealingOf(before)?.kid ?? null;
      const revoked = compromised ? before.filter(({ revoked_at_ms }) => revoked_at_ms === null) : [];
      for (const row of revoked) await tx.run(moveSigningKey, { ...row, revoked_at_ms: at.getTime() });
      await tx.run(insertSigningKey, rowOf(to, beginsAfter(before, at)));
      const told = compromised ? { revoked: revoked.map(({ kid }) => kid) } : { from };
      const body = { purpose: PURPOSE, compromised, ...told, to, reason, by };
      const act = { type: 'signing-key.rotated', at, tenant: VERIFIER_TENANT, body } as const;
      const leafIndex = await recordAct(tx, this.#needed, act);
      return { leafIndex, rows: await allKeys(tx) };
    });
    if (rows.length >= this.#rows.length) this.#rows = rows;
    return leafIndex;
  }

  async dropRevoked(): Promise<void> {
    await this.reload();
    const kids = (rows: readonly SigningKeyTable[]): Set<string> => new Set(rows.map(({ kid }) => kid));
    const good = this.#rows.filter(({ revoked_at_ms }) => revoked_at_ms === null);
    this.#needed.privateKeys.keepOnly(kids(good), kids(this.#rows));
  }
}

const allKeys = (view: View): Promise<SigningKeyTable[]> => view.all(signingKeysFor, { purpose: PURPOSE });

/** Of those that are not given up, the one that began last. */
export function sealingOf(rows: readonly SigningKeyTable[]): SigningKeyTable | undefined {
  return rows
    .filter(({ revoked_at_ms }) => revoked_at_ms === null)
    .sort((a, b) => (a.active_from_ms ?? 0) - (b.active_from_ms ?? 0))
    .at(-1);
}

/** Makes the first key, and another where the one that seals was lost. */
async function complete(needed: Needed, tx: Tx): Promise<void> {
  const { clock, privateKeys } = needed;
  const at = clock();
  const rows = await allKeys(tx);
  const current = sealingOf(rows);
  if (current !== undefined && privateKeys.read(current.kid) !== null) return;
  const kid = keepNew(needed);
  await tx.run(insertSigningKey, rowOf(kid, beginsAfter(rows, at)));
  const body = { purpose: PURPOSE, keys: [kid] };
  await recordAct(tx, needed, { type: 'signing-key.created', at, tenant: VERIFIER_TENANT, body });
}

/** Two of one instant would leave it to chance which of them seals. */
function beginsAfter(rows: readonly SigningKeyTable[], at: Date): number {
  return Math.max(at.getTime(), ...rows.map(({ active_from_ms }) => (active_from_ms ?? 0) + 1));
}

function keepNew({ privateKeys, random }: Needed): string {
  const pem = generateSealingKeyPem(random);
  const { kid } = sealingKeyFromPem(pem);
  privateKeys.keep(kid, pem);
  return kid;
}

/** Nothing of it is public. */
function rowOf(kid: string, atMs: number): SigningKeyTable {
  return {
    kid,
    purpose: PURPOSE,
    alg: 'A256GCM',
    public_jwk: '{"kty":"oct"}',
    created_at_ms: atMs,
    active_from_ms: atMs,
    revoked_at_ms: null,
    longest_life_ms: 0,
  };
}
