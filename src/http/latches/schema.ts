import { z } from 'zod';
import { instant } from '../../protocol/encoding.ts';
import { tenant } from '../../protocol/identifier.ts';
import { latch } from '../../protocol/status.ts';

export const hold = latch
  .extend({
    tenant,
    sessionId: z.string().nullable().describe('The session whose evidence shows the violation.'),
    clearedAt: instant.nullable(),
    clearedBy: z.string().nullable(),
    clearedReason: z.string().nullable(),
  })
  .describe('What is held for review, until a person clears it.');
