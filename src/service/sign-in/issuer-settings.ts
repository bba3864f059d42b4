import { z } from 'zod';
import { isLoopbackHost } from '../../bytes/loopback.ts';
import { role } from '../../protocol/access.ts';
import { tenant } from '../../protocol/identifier.ts';

/** Over TLS; plain HTTP to this machine alone, where somebody tries things out. */
const issuerUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopbackHost(hostname);
}, 'must begin with https:// (http:// to this machine alone)');

/** Whoever has all of the claims is this. A claim that is a list has each of its members. */
const rule = z.strictObject({
  claims: z
    .record(z.string().min(1).max(200), z.string().min(1).max(500))
    .refine(
      (claims) => Object.keys(claims).length > 0,
      'must name at least one claim: nobody gets a role for nothing',
    ),
  role,
  tenant,
});

/**
 * How people sign in at an issuer (OpenID Connect), as `sextant serve --issuer` reads it. There is no default role and no default
 * tenant: whom no rule names is turned away, and whom two rules name differently as well.
 */
export const issuerSettings = z
  .strictObject({
    name: z.string().trim().min(1).max(100).describe('For people: what the page calls it.'),
    issuer: issuerUrl.describe('As its discovery document has it.'),
    clientId: z.string().min(1).max(500),
    clientSecret: z.string().min(1).max(1_000).optional().describe('Without it the client is a public one.'),
    clientAuthentication: z.enum(['basic', 'post']).default('basic'),
    scopes: z
      .array(z.string().regex(/^[!#-[\]-~]{1,100}$/))
      .max(20)
      .default([])
      .describe('Besides `openid`.'),
    nameClaim: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('What people are called by here, and in the log, for good; a digest unless given.'),
    rules: z.array(rule).min(1).max(1_000),
  })
  .describe('An issuer, and who of its people may do what.');
export type IssuerSettings = z.infer<typeof issuerSettings>;
