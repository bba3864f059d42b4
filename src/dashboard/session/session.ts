import { Problem } from '../api/problem.ts';
import { send } from '../api/send.ts';
import {
  forgetKeyOfToken,
  forgetSession,
  formerKey,
  keep,
  keepKeyOfToken,
  openKept,
  takeKeyOfToken,
  takeNewKey,
} from './key.ts';

/** Who is signed in, and for how long. */
export type Session = {
  readonly principal: { readonly id: string; readonly name: string };
  readonly role: 'exporter' | 'operator' | 'authority' | 'auditor' | 'administrator';
  readonly tenant: string;
  readonly scopes: readonly string[];
  /** Nothing can be changed with it: what changes something is not offered. */
  readonly readsOnly: boolean;
  readonly expiresAt: string;
  readonly idleSeconds: number;
};

type Opened = Session & { readonly sessionHash: string };

export type SignInMethod = { readonly kind: 'token' } | { readonly kind: 'oidc'; readonly name: string };

const CURRENT = '/v1/page-sessions/current';

/** Whoever is signed in in this browser; null for nobody. @throws Problem where that cannot be said */
export async function currentSession(): Promise<Session | null> {
  try {
    return await opened(await send({ method: 'GET', path: CURRENT }));
  } catch (error) {
    if (error instanceof Problem && error.body.status === 401) return null;
    throw error;
  }
}

/** @throws Problem */
export async function signInMethods(): Promise<readonly SignInMethod[]> {
  const response = await send({ method: 'GET', path: '/v1/sign-in' });
  const { methods }: { methods: readonly SignInMethod[] } = await response.json();
  return methods;
}

/**
 * Signs in by the token's own key. One that was bound here before each token had its own is the former key's.
 * @throws Problem `unauthenticated`; `proof_required` where the token is another browser's
 */
export async function signInWithToken(token: string): Promise<Session> {
  await takeKeyOfToken(token);
  try {
    return await opened(await present(token));
  } catch (refusal) {
    const code = refusal instanceof Problem ? refusal.code : null;
    const former = code === 'proof_required' ? await formerKey() : undefined;
    if (former !== undefined) {
      await keepKeyOfToken(token, former);
      const session = await present(token).then(opened, () => null);
      if (session !== null) return session;
    }
    // Where nothing came back the token may be bound by now.
    if (code === 'proof_required' || code === 'unauthenticated') await forgetKeyOfToken(token);
    throw refusal;
  }
}

function present(token: string): Promise<Response> {
  return send({ method: 'POST', path: '/v1/page-sessions', body: { token } });
}

/** Where to go to sign in at the issuer; from there the browser comes back by itself. @throws Problem */
export async function signInWithIssuer(returnTo: string): Promise<URL> {
  await takeNewKey();
  const response = await send({ method: 'POST', path: '/v1/page-sessions/oidc', body: { returnTo } });
  const { authorizationUrl }: { authorizationUrl: string } = await response.json();
  return new URL(authorizationUrl);
}

/** Ends the session here and at the verifier; where the verifier does not answer it is forgotten here all the same. */
export async function signOut(): Promise<void> {
  try {
    await send({ method: 'DELETE', path: CURRENT });
  } finally {
    await forgetSession();
  }
}

/** Keeps what later proofs name the session by. */
async function opened(response: Response): Promise<Session> {
  const { sessionHash, ...session }: Opened = await response.json();
  const { key } = await openKept();
  await keep({ key, sessionHash });
  return session;
}
