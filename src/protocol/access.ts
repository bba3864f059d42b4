import { z } from 'zod';
import { instant } from './encoding.ts';
import { identifier, tenant } from './identifier.ts';

export const principalId = identifier('prn', 'A principal.');
export const tokenId = identifier('tok', 'A bearer token; not the token itself.');

const role = z
  .enum(['exporter', 'operator', 'authority', 'auditor', 'administrator'])
  .describe('What the principal may do; the scopes of each role are fixed.');

export const principalRequest = z.strictObject({
  name: z.string().trim().min(1).max(200).describe('For people.'),
  role,
  tenant,
});

export const principal = z
  .strictObject({
    id: principalId,
    name: z.string(),
    role,
    tenant,
    createdBy: z.string(),
    createdAt: instant,
    disabledAt: instant.nullable(),
  })
  .describe('Somebody who may hold bearer tokens.');
export type PrincipalAnswer = z.infer<typeof principal>;

const YEAR_SECONDS = 366 * 86_400;

export const tokenRequest = z.strictObject({
  principalId,
  label: z.string().trim().min(1).max(200).describe('Where the token will be kept, for people.'),
  scopes: z
    .array(z.string().max(64))
    .min(1)
    .max(64)
    .optional()
    .describe("A subset of the role's scopes; all of them unless given."),
  expiresInSeconds: z
    .int()
    .min(60)
    .max(YEAR_SECONDS)
    .default(90 * 86_400),
});

export const token = z
  .strictObject({
    id: tokenId,
    principalId,
    label: z.string(),
    scopes: z.array(z.string()),
    createdBy: z.string(),
    createdAt: instant,
    expiresAt: instant.nullable(),
    revokedAt: instant.nullable(),
    lastUsedAt: instant.nullable().describe('To the hour.'),
  })
  .describe('A bearer token without its secret.');
export type TokenAnswer = z.infer<typeof token>;

export const mintedToken = token.extend({
  token: z.string().describe('`sxt_<id>_<secret>`. Shown now and never again.'),
});
