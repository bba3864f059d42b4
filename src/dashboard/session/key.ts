/** What this browser proves with: an ES256 key that no script can read out, and the public half that proofs carry. */
export type PageKey = { readonly privateKey: CryptoKey; readonly jwk: PublicJwk };

type PublicJwk = { readonly crv: string; readonly kty: string; readonly x: string; readonly y: string };

/** What is kept: the key, and of the session that it belongs to what proofs name it by (`ath`). */
export type Kept = { readonly key: PageKey; readonly sessionHash: string | null };

const DATABASE = 'sextant';
const STORE = 'session';
const RECORD = 'page';

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
