import { z } from 'zod';
import { instant } from './encoding.ts';
import { identifier, tenant } from './identifier.ts';

export const sequence = z.int().min(0).describe('Rises by one with each event of the verifier.');

/** Something that changed: the same object in lists, streams and webhooks. */
export const event = z
  .strictObject({
    id: identifier('evt', 'The same whenever the event is sent: whoever has it has it twice.'),
    sequence,
    type: z.string().describe('What happened: docs/events.md lists them.'),
    timestamp: instant.describe('When it happened.'),
    tenant,
    subject: z.string().describe('What it happened to, as <kind>:<id>.'),
    data: z.record(z.string(), z.json()).describe('By type; members may be added.'),
  })
  .describe('Something that changed.');
export type Event = z.infer<typeof event>;
