import { z } from 'zod';
import { pageQuery } from './page.ts';
import { facilityId } from './registry.ts';

/** How a host stands, by what its newest submission came to; each host is in exactly one, the first that holds. */
export const HOST_STATES = ['suspended', 'never', 'refused', 'stale', 'earlier-trust', 'proven'] as const;
export type HostState = (typeof HOST_STATES)[number];

export const hostStateName = z
  .enum(HOST_STATES)
  .describe(
    '`suspended`; `never`: it has submitted nothing since it was enrolled; `refused`: its newest submission was; `stale`: that is too old, or something it rests on has ended; `earlier-trust`: trust inputs changed since, and what it proves is judged when it is asked for alone (`/status`) or attests again; `proven`: at its level.',
  );

export const shownLevel = z
  .enum(['G0', 'G1', 'G2-tpm', 'G2-tee', 'G3', 'G4'])
  .describe('As shown: G2 says what attests the host.');

const HOST_SORTS = ['id', 'hostname', 'evidence'] as const;
export type HostSort = (typeof HOST_SORTS)[number];

/** How lists of hosts are asked for, besides {@link pageQuery}. */
export const hostListQuery = z.strictObject({
  ...pageQuery,
  after: z.string().max(512).optional().describe('`next` of the page before, under the same sort.'),
  state: hostStateName.optional(),
  level: shownLevel.optional().describe('Hosts that are proven at just this level.'),
  facilityId: facilityId.optional(),
  search: z.string().min(1).max(200).optional().describe('Part of the name, in either case.'),
  sort: z
    .enum([...HOST_SORTS, '-id', '-hostname', '-evidence'])
    .default('id')
    .describe('By enrolment, name or the instant of the newest evidence; with a minus the other way round.'),
  count: z.literal('true').optional().describe('With it the answer says how many there are in all.'),
});
