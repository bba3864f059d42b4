import { z } from 'zod';
import { appraisedDevice, weakness as weaknessOfResult } from './appraisal.ts';
import { check } from './check.ts';
import { country } from './country.ts';
import { base64Url, instant } from './encoding.ts';
import { grade, place, toleratedLiars } from './facts.ts';
import { receiptOfChange } from './receipt.ts';

/** Of one session: more landmarks than any drawing has. */
const MAX_PERMITS = 32;

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

/** `POST /v1/sessions/{id}/permits`: leave to be measured, for the host whose evidence was accepted. */
export const permitsAnswer = z.strictObject({
  sessionId: z.string(),
  expiresAt: instant.describe('Of all of them; receipts may follow for half a minute.'),
  permits: z
    .array(
      z.strictObject({
        landmarkId: z.string(),
        permit: base64Url(1024, 'As landmarks take it: it names the landmark, its key and its addresses.'),
      }),
    )
    .max(MAX_PERMITS)
    .describe('One for each landmark, each good once. None where no landmark counts.'),
  receipt: receiptOfChange,
});
export type PermitsAnswer = z.infer<typeof permitsAnswer>;

/** `POST /v1/sessions/{id}/location` */
export const locationRequest = z.strictObject({
  receipts: z
    .array(base64Url(1232, 'As a landmark gave it.'))
    .max(MAX_PERMITS)
    .describe('In any order. A receipt that is left out only loses a bound.'),
});
export type LocationRequest = z.infer<typeof locationRequest>;

const judgedReceipt = z
  .strictObject({
    landmarkId: z.string().nullable(),
    counts: z.boolean(),
    failed: z.array(check).describe('The checks that failed; docs/checks.md lists them all.'),
  })
  .describe('What became of a receipt.');
export type JudgedReceipt = z.infer<typeof judgedReceipt>;

/** What whoever may not see a place is told of it. */
export const disclosedVerdict = locationVerdict
  .pick({ verdict: true, area: true, grade: true, f: true, byGrade: true, insideGeofence: true })
  .extend({ reason: locationVerdict.shape.reason });

export const locationAnswer = z.strictObject({
  sessionId: z.string(),
  hostId: z.string(),
  disclosure,
  verdict: z
    .union([locationVerdict, disclosedVerdict])
    .describe('Whole, or with `area-only` without anything that tells where the host is.'),
  receipts: z.array(judgedReceipt).nullable().describe('null where they are not disclosed.'),
  devices: z.array(appraisedDevice).describe('What the host and its devices reach with it.'),
  weaknesses: z
    .array(weaknessOfResult)
    .describe('What the verdict does not prove: read them before relying on it.'),
  at: instant,
  expiresAt: instant.describe('When it stops proving anything; sooner if keys, devices or boot change.'),
  ear: z.string().describe('The attestation result anew, with the submodule `location`.'),
  receipt: receiptOfChange,
});

/** `GET /v1/hosts/{id}/location` */
export const hostLocation = locationAnswer.omit({ receipt: true, ear: true }).extend({
  now: place
    .omit({ keyCustody: true })
    .nullable()
    .describe('What of it counts now, judged again where landmarks have fallen; null where nothing does.'),
  region: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe(
      'GeoJSON: `outer` holds every point that is possible, `inner` only such points; null where not disclosed.',
    ),
  leafIndex: z.int().min(0),
});
export type HostLocationAnswer = z.infer<typeof hostLocation>;

export type LocationAnswer = z.infer<typeof locationAnswer>;
