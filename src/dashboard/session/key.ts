/** What this browser proves with: an ES256 key that no script can read out, and the public half that proofs carry. */
export type PageKey = { readonly privateKey: CryptoKey; readonly jwk: PublicJwk };

type PublicJwk = { readonly crv: string; readonly kty: string; readonly x: string; readonly y: string };

/** What is kept: the key, and of the session that it belongs to what proofs name it by (`ath`). */
export type Kept = { readonly key: PageKey; readonly sessionHash: string | null };

const DATABASE = 'sextant';
const STORE = 'session';
const RECORD = 'page';
const FORMER = 'former';

/** What is kept in this browser, for all its tabs; a key is made where there is none. */
export async function openKept(): Promise<Kept> {
  const known = await readKept();
  if (known !== undefined) return known;
  const kept: Kept = { key: await makeKey(), sessionHash: null };
  await keep(kept);
  return kept;
}

export async function readKept(): Promise<Kept | undefined> {
  return inStore('readonly', (store) => store.get(RECORD));
}

export async function keep(kept: Kept): Promise<void> {
  await inStore('readwrite', (store) => store.put(kept, RECORD));
}

/**
 * The key that a token is bound to in this browser is the present one from now on; made where the token is new here, and kept before the
 * verifier hears of it. Each token has its own: two people at one browser are two by their keys.
 */
export async function takeKeyOfToken(token: string): Promise<void> {
  const name = await recordOf(token);
  const known: PageKey | undefined = await inStore('readonly', (store) => store.get(name));
  await keepKeyOfToken(token, known ?? (await makeKey()));
}

/** From now on the token is that key's. */
export async function keepKeyOfToken(token: string, key: PageKey): Promise<void> {
  const name = await recordOf(token);
  await inStore('readwrite', (store) => store.put(key, name));
  await take(key);
}

/** The token is none of this browser's. */
export async function forgetKeyOfToken(token: string): Promise<void> {
  const name = await recordOf(token);
  await inStore('readwrite', (store) => store.delete(name));
}

/** For somebody who brings no token: a key for this way in alone. */
export async function takeNewKey(): Promise<void> {
  await take(await makeKey());
}

/** The one key that this browser had for every token, before each had its own. */
export async function formerKey(): Promise<PageKey | undefined> {
  return inStore('readonly', (store) => store.get(FORMER));
}

async function take(key: PageKey): Promise<void> {
  const kept = await readKept();
  // Tokens may be bound to it for good.
  if (kept !== undefined && (await formerKey()) === undefined)
    await inStore('readwrite', (store) => store.put(kept.key, FORMER));
  await keep({ key, sessionHash: null });
}

/** The token itself is kept nowhere. */
async function recordOf(token: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  return `token ${new Uint8Array(digest).toHex()}`;
}

/** Signing out forgets the session and keeps the key: a token is bound to it for good, and signs in again by it alone. */
export async function forgetSession(): Promise<void> {
  const kept = await readKept();
  if (kept !== undefined) await keep({ ...kept, sessionHash: null });
}

async function makeKey(): Promise<PageKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ]);
  const { crv = '', kty = '', x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  return { privateKey: pair.privateKey, jwk: { crv, kty, x, y } };
}

/** Keys are kept as they are: IndexedDB holds a CryptoKey without ever showing what is in it. */
async function inStore<T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await openDatabase();
  try {
    return await settled(act(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE);
  };
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
