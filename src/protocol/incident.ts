import { z } from 'zod';
import { instant } from './encoding.ts';
import { identifier, tenant } from './identifier.ts';
import { INCIDENT_KINDS } from './incident-kind.ts';
import { receiptOfChange } from './receipt.ts';

export const incidentId = identifier('inc', 'An incident.');

export const incidentKind = z
  .enum(INCIDENT_KINDS)
  .describe(
    'diversion: proven outside the authorised area. duplicate-device: one chip in two machines. spoofed-location: bounds on a place that contradict each other. missing-devices: too many of a licence. tampering: measurements or keys that are denied.',
  );

export const incident = z
  .strictObject({
    id: incidentId,
    tenant,
    kind: incidentKind,
    state: z.enum(['open', 'reported', 'closed']),
    subjects: z.array(z.string()).describe('What it is about, as <kind>:<id>.'),
    evidence: z
      .array(z.string())
      .describe('Where to look, as <kind>:<id>: session, contest, leaf (of the log), licence.'),
    openedAt: instant,
    dueAt: instant.describe('By when it must be reported.'),
    overdue: z.boolean().describe('Whether that has passed and nobody has reported it.'),
    timesSeen: z.int().describe('How often the same was seen while it was not closed.'),
    lastSeenAt: instant,
    reportedAt: instant.nullable(),
    reportedBy: z.string().nullable(),
    reference: z.string().nullable().describe("The authority's, or whatever else finds the report again."),
    closedAt: instant.nullable(),
    closedBy: z.string().nullable(),
    closedReason: z.string().nullable(),
    notes: z.array(z.strictObject({ at: instant, by: z.string(), note: z.string() })).optional(),
    leafIndex: z.int().min(0),
    receipt: receiptOfChange,
  })
  .describe('Something that must be reported to an authority.');
export type Incident = z.infer<typeof incident>;
