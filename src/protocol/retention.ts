import { z } from 'zod';
import { instant, sha256Hex } from './encoding.ts';
import { identifier } from './identifier.ts';
import { receiptOfChange } from './receipt.ts';

/**
 * What is kept for a while, in the order in which it ends: what rests on something goes before it. Leaves and tiles of the log, trust inputs,
 * the register, the books and incidents are kept for ever.
 */
export const RETENTION_CLASSES = [
  'grants',
  'usage',
  'payments',
  'decisions',
  'evidence',
  'documents',
  'sessions',
  'events',
] as const;
export type RetentionClass = (typeof RETENTION_CLASSES)[number];

/** Classes with a time of their own; documents go with the last appraisal that cites them, payments as reports of usage do. */
export const RULED_CLASSES = ['grants', 'usage', 'decisions', 'evidence', 'sessions', 'events'] as const;
export type RuledClass = (typeof RULED_CLASSES)[number];

/** Five years, leap days included: what 15 CFR 762.6 asks for. */
const FIVE_YEARS_DAYS = 1827;

/** Days, where no rule says otherwise. */
export const DEFAULT_KEEP_DAYS: { readonly [C in RuledClass]: number } = {
  grants: FIVE_YEARS_DAYS,
  usage: FIVE_YEARS_DAYS,
  decisions: FIVE_YEARS_DAYS,
  evidence: FIVE_YEARS_DAYS,
  sessions: 366,
  events: 92,
};

/** Longer than any grant lasts, so that what a grant rests on is never a matter of days. */
export const LEAST_KEEP_DAYS = 30;
const MOST_KEEP_DAYS = 36_525;

const days = (what: string): z.ZodOptional<z.ZodInt> =>
  z.int().min(LEAST_KEEP_DAYS).max(MOST_KEEP_DAYS).describe(what).optional();

/** How long classes are kept, in place of the defaults; of several rules in force the longest time counts. */
export const retentionRuleContent = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,99}$/, 'must be lower-case letters, digits, dots and hyphens')
    .describe('Stable across versions: a new version takes the place of the one before.'),
  version: z.string().trim().min(1).max(100),
  basis: z.string().trim().min(3).max(1000).describe('What asks for it: a law, an agreement, a decision.'),
  keepDays: z.strictObject({
    grants: days('From the end of a grant.'),
    usage: days('From when a report of usage was counted, and from the end of what was paid.'),
    decisions: days('From the decision.'),
    evidence: days(
      'From the appraisal: the submission, what it was judged by and to what result, and where it was measured.',
    ),
    sessions: days('From the end of a session that nobody answered.'),
    events: days('From the event.'),
  }),
});
export type RetentionRuleContent = z.infer<typeof retentionRuleContent>;

export const legalHoldId = identifier('hld', 'A legal hold.');

/** What a hold may be on. */
export const HELD_KINDS = ['licence', 'party', 'facility', 'host', 'device', 'incident'] as const;
export type HeldKind = (typeof HELD_KINDS)[number];

export const heldSubject = z
  .string()
  .regex(
    /^(?:licence:lic|party:pty|facility:fac|host:hst|device:dev|incident:inc)_[0-9a-hjkmnp-tv-z]{26}$/,
    'must be <kind>:<id>, of a licence, party, facility, host, device or incident',
  )
  .describe('What is held, with all that it touches, as <kind>:<id>.');

export const legalHold = z
  .strictObject({
    id: legalHoldId,
    subject: z.string(),
    reason: z.string(),
    placedBy: z.string(),
    placedAt: instant,
    liftedBy: z.string().nullable(),
    liftedAt: instant.nullable(),
    liftedReason: z.string().nullable(),
    leafIndex: z.int().min(0),
    receipt: receiptOfChange,
  })
  .describe('Nothing that it touches is deleted, whatever its age, until somebody lifts it.');

export const retentionPlan = z
  .strictObject({
    at: instant,
    rules: z.array(sha256Hex).describe('Digests of the rules in force; none: the defaults.'),
    classes: z.array(
      z.strictObject({
        class: z.enum(RETENTION_CLASSES),
        keepDays: z.int(),
        until: instant.describe('What had ended before this would go.'),
        wouldGo: z.int(),
        keptBack: z
          .array(z.strictObject({ by: z.string(), count: z.int() }))
          .describe('What is old enough and stays, by what needs it: a hold, an incident, a grant.'),
        more: z.boolean().describe('Whether there is more than was counted.'),
      }),
    ),
  })
  .describe('What the rules would delete now; nothing was.');
export type RetentionPlan = z.infer<typeof retentionPlan>;

export const deletion = z.strictObject({
  leafIndex: z.int().min(0),
  class: z.string(),
  at: instant,
  until: instant.describe('Everything among it had ended before this.'),
  count: z.int(),
});
