import { z } from 'zod';
import { instant } from './encoding.ts';
import { sequence } from './event.ts';
import { identifier, tenant } from './identifier.ts';

export const webhookId = identifier('whk', 'A webhook.');

export const webhook = z
  .strictObject({
    id: webhookId,
    tenant,
    principalId: z.string(),
    url: z.string(),
    types: z.array(z.string()).nullable().describe('null: whatever the scopes show.'),
    state: z.enum(['active', 'disabled']),
    cursor: sequence.describe('The last event that was delivered, or did not concern it.'),
    failures: z.int().describe('Attempts in a row that failed.'),
    failingSince: instant.nullable(),
    nextAttemptAt: instant,
    lastAttemptAt: instant.nullable(),
    lastResult: z.string().nullable().describe('The status of the last answer, or why there was none.'),
    createdAt: instant,
    disabledAt: instant.nullable(),
    secret: z.string().optional().describe('Shown once: what messages are signed with (Standard Webhooks).'),
  })
  .describe('Where somebody is told what changes.');
export type Webhook = z.infer<typeof webhook>;

export const webhookTest = z.strictObject({
  delivered: z.boolean(),
  result: z.string().describe('The status of the answer, or why there was none.'),
});
