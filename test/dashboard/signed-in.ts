import type { Page } from 'playwright-core';
import { TestBrowser } from '../http/browser.ts';
import { keyOf } from '../http/possession.ts';
import type { TestPrincipal, TestVerifier } from '../http/verifier.ts';

/** As session/key.ts keeps it: the key that no script can read out, its public half, and what proofs name the session by. */
const KEEP = `async ({ secret, jwk, sessionHash }) => {
  const privateKey = await crypto.subtle.importKey('jwk', secret, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const opening = indexedDB.open('sextant', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('session');
  const database = await settled(opening);
  await settled(database.transaction('session', 'readwrite').objectStore('session').put({ key: { privateKey, jwk }, sessionHash }, 'page'));
  database.close();
}`;

/**
 * Signs a person in where the form is not what is tried: by the API, with the key of their token, which the browser then holds as if it had
 * made it. The page that is shown does not know it until it is loaded again.
 */
export async function holdSession(page: Page, verifier: TestVerifier, person: TestPrincipal): Promise<void> {
  const key = keyOf(person.token);
  const session = new TestBrowser(verifier);
  const { status, body } = await session.signIn(person.token, { key });
  if (status !== 201) throw new Error(JSON.stringify(body));
  const [name = '', value = ''] = session.cookie.split('=');
  await page.context().addCookies([{ name, value, url: verifier.url, httpOnly: true, sameSite: 'Strict' }]);
  const secret = key.privateKey.export({ format: 'jwk' });
  const kept = { secret, jwk: key.jwk, sessionHash: session.sessionHash };
  await page.evaluate(`(${KEEP})(${JSON.stringify(kept)})`);
}
