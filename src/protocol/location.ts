import { z } from 'zod';
import { country } from './country.ts';
import { grade, toleratedLiars } from './facts.ts';

/** What a facility's authorisation lets its hosts be proven inside of. */
export const authorisedArea = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('geofence') }).describe("The facility's own outline."),
    z.strictObject({
      kind: z.literal('countries'),
      name: z.string().trim().min(1).max(100).describe('As verdicts name it: a country, or a bloc.'),
      countries: z.array(country).min(1).max(100),
      reading: z
        .enum(['land-only', 'strict'])
        .describe(
          'What a region that spills over the sea is: `land-only`, inside if all land in it is; `strict`, not inside.',
        ),
    }),
  ])
  .describe('Where hosts of the facility may be; its own outline unless the authority says otherwise.');
export type AuthorisedAreaRequest = z.infer<typeof authorisedArea>;

export const disclosure = z
  .enum(['full', 'area-only'])
  .describe(
    '`area-only`: whoever is no auditor is told the authorised area, the verdict, its grade and its end, and nothing of coordinates, round trips or the region.',
  );
export type Disclosure = z.infer<typeof disclosure>;

const point = z.strictObject({ latitude: z.number(), longitude: z.number() });

const help = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('landmark'), landmarkId: z.string() }).describe('One of the registry.'),
    z
      .strictObject({ kind: z.literal('place'), near: point, withinMeters: z.int().min(1) })
      .describe('None of the registry would do: one of another operator here would.'),
  ])
  .describe('Which further landmark would have proven it with f = 1, by what a good network takes.');
export type Help = z.infer<typeof help>;

const byGrade = z.strictObject({ A: toleratedLiars.nullable(), B: toleratedLiars.nullable() });

/** What the measurements of one session prove of a place. Only containment is proof. */
export const locationVerdict = z.strictObject({
  verdict: z.enum(['inconclusive', 'inconsistent', 'proven-outside', 'proven-inside']),
  area: z.string().describe('The authorised area, by name.'),
  grade: grade.nullable(),
  f: toleratedLiars.nullable(),
  byGrade: byGrade.describe('The highest f by grade; null for a grade that proves nothing.'),
  insideGeofence: z
    .boolean()
    .describe("Inside the facility's own outline, by audited landmarks on the site."),
  radiusMeters: z
    .int()
    .nullable()
    .describe('Of a ball around every possible point, rounded up; null where there is none.'),
  landmarks: z.array(z.string()).describe('Whose measurements count, by id.'),
  controlGroups: z.int().min(0).describe('How many operators, companies and sites those stand under.'),
  reason: z
    .strictObject({ code: z.string(), sentence: z.string() })
    .nullable()
    .describe('Why nothing is proven; null where something is.'),
  elsewhere: z
    .strictObject({ place: point, country: z.string().nullable() })
    .nullable()
    .describe('A place outside the area where the host may have been, or, proven outside, where it may be.'),
  involved: z.array(z.string()).describe('Landmarks whose bounds contradict each other.'),
  help: help.nullable(),
});
export type LocationVerdict = z.infer<typeof locationVerdict>;
