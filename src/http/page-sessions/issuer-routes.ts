import { z } from 'zod';
import { authorizationStarted, issuerSignIn } from '../../protocol/page-session.ts';
import type { Context } from '../../service/context.ts';
import { RequestError } from '../../service/errors.ts';
import { beginFlow, CALLBACK_PATH, FLOW_LIFE_MS } from '../../service/sign-in/begin-flow.ts';
import { type FlowRefusal, finishFlow } from '../../service/sign-in/finish-flow.ts';
import { issuerClient } from '../../service/sign-in/issuer.ts';
import { ok, type Reply } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { cookieName, flowCookie, readCookie, setCookie } from './cookie.ts';

const tag = 'The page';

/** Signing in at an issuer; where none was named, nobody does. */
export function issuerRoutes(context: Context): Route[] {
  const { issuer: settings } = context.config;
  const issuer = settings === undefined ? null : issuerClient(settings);
  const named = (purpose: 'session' | 'flow') => cookieName(context.config.publicUrl, purpose);
  return [
    route({
      method: 'POST',
      path: '/v1/page-sessions/oidc',
      operationId: 'beginSignIn',
      summary: 'Go to the issuer to sign in',
      description:
        'Sets a cookie for ten minutes, by which the browser is known when it comes back. The session will be bound to the key of this request’s proof.',
      tag,
      authorise: { scheme: 'browser' },
      body: jsonBody(issuerSignIn, 4096),
      responses: { 200: { description: 'Where to go.', schema: authorizationStarted } },
      handle: async ({ caller, body }) => {
        if (issuer === null)
          throw new RequestError('not_found', 'this verifier signs nobody in at an issuer');
        const { authorizationUrl, value } = await beginFlow(context, issuer, caller, body.returnTo);
        const headers = { 'set-cookie': flowCookie(named('flow'), value, FLOW_LIFE_MS / 1000) };
        return { ...ok({ authorizationUrl }), headers };
      },
    }),
    route({
      method: 'GET',
      path: CALLBACK_PATH,
      operationId: 'finishSignIn',
      summary: 'Come back from the issuer',
      description:
        'Where the issuer sends browsers. Goes on to where the person wanted to be, or to `/sign-in?error=` with a code.',
      tag,
      authorise: { scheme: 'public' },
      // Issuers add what they like; what counts is looked at by the library.
      query: z.looseObject({ code: z.string().optional(), state: z.string().optional() }),
      responses: { 303: { description: 'On to the page.' } },
      handle: async ({ query, cookies }) => {
        if (issuer === null || settings === undefined) return refused('sign_in_unavailable');
        const parameters = Object.entries(query).map(
          ([name, value]) => [name, String(value)] as [string, string],
        );
        const finished = await finishFlow(context, issuer, settings, {
          query: new URLSearchParams(parameters).toString(),
          cookie: readCookie(cookies, named('flow')),
        });
        if ('refused' in finished) return refused(finished.refused);
        const headers = {
          location: finished.returnTo,
          'set-cookie': setCookie(named('session'), finished.value),
        };
        return { status: 303, headers };
      },
    }),
  ];
}

/** A person is looking: a code in the page's address, for the page to put into words. */
function refused(code: FlowRefusal): Reply {
  return { status: 303, headers: { location: `/sign-in?error=${code}` } };
}
