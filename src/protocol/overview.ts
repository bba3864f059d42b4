import { z } from 'zod';
import { instant } from './encoding.ts';
import { HOST_STATES, shownLevel } from './host-list.ts';
import { incidentId, incidentKind } from './incident.ts';

const count = z.int().min(0);

/** Why a landmark counts less than it could, or that it counts. */
export const LANDMARK_STANDINGS = ['counts', 'quarantined', 'audit-lapsed', 'place-unproven'] as const;
export type LandmarkStanding = (typeof LANDMARK_STANDINGS)[number];

export const landmarkStanding = z
  .enum(LANDMARK_STANDINGS)
  .describe(
    '`quarantined`: what it and others measure of each other contradicts; `audit-lapsed`: the audit of its place is too old; `place-unproven`: what others measure of it does not prove its place.',
  );

export const overview = z
  .strictObject({
    at: instant,
    hosts: z
      .strictObject({
        total: count,
        states: z.record(z.enum(HOST_STATES), count),
        levels: z
          .record(shownLevel, count)
          .describe('Of the hosts whose state is `proven`: nothing else has a level.'),
      })
      .nullable(),
    licences: z.strictObject({ active: count, suspended: count, revoked: count }).nullable(),
    ends: z
      .array(
        z.strictObject({
          kind: z.enum(['licence', 'facility']),
          id: z.string(),
          name: z.string().nullable(),
          at: instant.describe(
            'A licence is suspended then unless something is proven or mended; a facility’s authorisation ends.',
          ),
        }),
      )
      .describe('What ends next, soonest first; at most ten, and of what the caller may read.'),
    incidents: z
      .strictObject({
        open: count,
        overdue: count.describe('Of those: nobody has reported them in time.'),
        reported: count.describe('Reported and not closed.'),
        due: z
          .array(z.strictObject({ id: incidentId, kind: incidentKind, dueAt: instant, overdue: z.boolean() }))
          .describe('The open ones, soonest due first; at most ten.'),
      })
      .nullable(),
    holds: count.nullable().describe('Held for review until a person clears it.'),
    landmarks: z.record(landmarkStanding, count).nullable(),
  })
  .describe('How things stand, as far as the caller may read; null where it may not.');
export const hostsByFacility = z
  .strictObject({
    at: instant,
    items: z.array(
      z.strictObject({
        facilityId: z.string(),
        total: count,
        states: z
          .partialRecord(z.enum(HOST_STATES), count)
          .describe('How its hosts stand; a state that none is in is left out.'),
      }),
    ),
  })
  .describe('The facilities that have hosts which the caller sees, and how these stand.');
export type HostsByFacility = z.infer<typeof hostsByFacility>;

export type Overview = z.infer<typeof overview>;
