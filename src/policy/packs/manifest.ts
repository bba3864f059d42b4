import { z } from 'zod';
import { country } from '../../protocol/country.ts';

const source = z.strictObject({
  title: z.string().min(1).max(300),
  url: z.url({ protocol: /^https$/ }).max(500),
  basis: z
    .enum(['primary', 'secondary', 'memory', 'own'])
    .describe(
      'What stood before whoever wrote the pack: the text itself, a report of it, nothing but memory; or the rule is their own.',
    ),
});
const day = z.iso.date().describe('A calendar day, e.g. 2026-01-15.');

/** What a pack says of itself: which law it writes down, whether that binds anybody, and what it leaves out. */
export const manifest = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens'),
    version: z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/, 'must be three numbers with dots'),
    title: z.string().min(1).max(200),
    status: z
      .enum(['in-force', 'codified-unenforced', 'proposed', 'withdrawn', 'example'])
      .describe('What the law is. The pack decides alike, whatever stands here: a licence chooses it.'),
    jurisdiction: z.union([country, z.literal('any')]),
    effectiveFrom: day.nullable().describe('When the rule took effect; null where it has not, or is none.'),
    effectiveUntil: day.nullable().describe('Its last day; null where none is known.'),
    sources: z.array(source).min(1).max(50),
    gaps: z.array(z.string().min(1).max(500)).max(50).describe('What the rule asks and the pack does not.'),
  })
  .refine(
    ({ effectiveFrom: from, effectiveUntil: until }) => from === null || until === null || from <= until,
    {
      path: ['effectiveUntil'],
      message: 'must not be before effectiveFrom',
    },
  );
