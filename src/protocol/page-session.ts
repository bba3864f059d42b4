import { z } from 'zod';
import { principalId, role } from './access.ts';
import { instant } from './encoding.ts';
import { tenant } from './identifier.ts';

export const signInMethods = z
  .strictObject({
    methods: z.array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('token') }).describe('A bearer token, once.'),
        z
          .strictObject({ kind: z.literal('oidc'), name: z.string().describe('Of the issuer, for people.') })
          .describe('OpenID Connect, at an issuer.'),
      ]),
    ),
  })
  .describe('How people sign in to the page.');

export const tokenSignIn = z.strictObject({
  token: z
    .string()
    .min(1)
    .max(256)
    .describe(
      'A token that is not bound yet is bound to the page’s key by this, for good; one that only reads makes a session that only reads.',
    ),
});

export const issuerSignIn = z.strictObject({
  returnTo: z
    .string()
    .min(1)
    .max(1_024)
    .describe('Where in the page to go then: a path, with one slash before it.'),
});

export const authorizationStarted = z.strictObject({
  authorizationUrl: z.url().describe('At the issuer, for this browser alone.'),
});

/** The value of the cookie is 32 random bytes and an identifier; the page cannot read it, and needs its hash for `ath`. */
const sessionHash = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .describe('The `ath` of every proof of this session: SHA-256 of the cookie’s value, base64url.');

export const pageSession = z
  .strictObject({
    principal: z.strictObject({ id: principalId, name: z.string() }),
    role,
    tenant,
    scopes: z.array(z.string()),
    readsOnly: z.boolean().describe('The token behind it is bound to no key: nothing is changed with it.'),
    expiresAt: instant.describe('Then it ends, whatever is done with it.'),
    idleSeconds: z.int().describe('It ends this long after its last request, if that comes first.'),
    sessionHash,
  })
  .describe('A person’s session in a browser, bound to the browser’s key.');
export type PageSessionAnswer = z.infer<typeof pageSession>;
