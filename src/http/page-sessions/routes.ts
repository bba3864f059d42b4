import { pageSession, signInMethods, tokenSignIn } from '../../protocol/page-session.ts';
import type { Context } from '../../service/context.ts';
import { signOut } from '../../service/sign-in/sign-out.ts';
import { signInWithToken } from '../../service/sign-in/with-token.ts';
import { created, noContent, ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { clearCookie, cookieName, setCookie } from './cookie.ts';
import { issuerRoutes } from './issuer-routes.ts';
import { presentOpened, presentVisitor } from './present.ts';

const tag = 'The page';

/** How people sign in to the page, and out: docs/page.md. */
export function pageSessionRoutes(context: Context): Route[] {
  const cookie = () => cookieName(context.config.publicUrl);
  const { issuer } = context.config;
  const atIssuer = issuer === undefined ? [] : [{ kind: 'oidc', name: issuer.name }];
  return [
    ...issuerRoutes(context),
    route({
      method: 'GET',
      path: '/v1/sign-in',
      operationId: 'getSignInMethods',
      summary: 'How people may sign in to the page',
      tag,
      authorise: { scheme: 'public' },
      responses: { 200: { description: 'The ways, best first.', schema: signInMethods } },
      handle: async () => ok({ methods: [...atIssuer, { kind: 'token' }] }),
    }),
    route({
      method: 'POST',
      path: '/v1/page-sessions',
      operationId: 'signInWithToken',
      summary: 'Sign in with a token',
      description:
        'The proof’s key is the session’s from now on: every request of the session carries the cookie that is set here and a proof by that key, with `sessionHash` as its `ath`. Keep the key: a token is bound to one for good, and signs in again by it alone.',
      tag,
      authorise: { scheme: 'browser' },
      body: jsonBody(tokenSignIn, 2048),
      responses: { 201: { description: 'The session.', schema: pageSession } },
      handle: async ({ caller, body }) => {
        const opened = await signInWithToken(context, caller, body.token);
        const reply = created(presentOpened(context, opened), '/v1/page-sessions/current');
        return { ...reply, headers: { ...reply.headers, 'set-cookie': setCookie(cookie(), opened.value) } };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/page-sessions/current',
      operationId: 'getPageSession',
      summary: 'Who is signed in here',
      description: 'The one request whose proof needs no `ath`: its answer tells it.',
      tag,
      authorise: { scheme: 'page' },
      responses: { 200: { description: 'The session.', schema: pageSession } },
      handle: async ({ caller }) => ok(presentVisitor(context, caller)),
    }),
    route({
      method: 'DELETE',
      path: '/v1/page-sessions/current',
      operationId: 'signOut',
      summary: 'Sign out',
      tag,
      authorise: { scheme: 'page' },
      responses: { 204: { description: 'Signed out; the cookie is taken away.' } },
      handle: async ({ caller }) => {
        await signOut(context, caller);
        return { ...noContent(), headers: { 'set-cookie': clearCookie(cookie()) } };
      },
    }),
  ];
}
