import { z } from 'zod';
import { decisionAction } from './decision.ts';
import { instant, sha256Hex } from './encoding.ts';
import { decisionId, licenceId, tenant } from './identifier.ts';
import { landmarkStanding } from './overview.ts';
import { pageQuery } from './page.ts';
import { reason } from './reason.ts';

/** Lists that are read newest first. */
const backwards = {
  ...pageQuery,
  after: z.string().max(512).optional().describe('`next` of the page before.'),
};

export const historyQuery = z.strictObject(backwards);

export const appraisalListed = z
  .strictObject({
    sessionId: z
      .string()
      .describe('`GET /v1/sessions/{sessionId}` has the appraisal whole, with every check.'),
    outcome: z.enum(['accepted', 'refused']),
    at: instant,
    reasons: z.array(reason),
    devices: z.array(z.strictObject({ id: z.string(), kind: z.string(), label: z.string() })),
    evidenceSha256: sha256Hex,
    leafIndex: z.int().min(0),
  })
  .describe('What one submission came to, then.');
export type AppraisalListed = z.infer<typeof appraisalListed>;

export const decisionListQuery = z.strictObject({
  ...backwards,
  licenceId: licenceId.optional(),
  outcome: z.enum(['allow', 'deny']).optional(),
});

export const decisionListed = z
  .strictObject({
    id: decisionId,
    licenceId,
    tenant,
    action: decisionAction,
    outcome: z.enum(['allow', 'deny']),
    at: instant,
    codes: z.array(z.string()).describe('Of its reasons, each once; at most twenty.'),
    leafIndex: z.int().min(0),
  })
  .describe('A decision in short: `GET /v1/decisions/{decisionId}` has it whole.');
export type DecisionListed = z.infer<typeof decisionListed>;

export const landmarkList = z.strictObject({
  at: instant,
  items: z.array(
    z
      .strictObject({
        id: z.string(),
        operator: z.string(),
        company: z.string(),
        site: z.string(),
        country: z.string().describe('As it was registered.'),
        latitude: z.number(),
        longitude: z.number(),
        uncertaintyMeters: z.int(),
        placeBasis: z.enum(['audit', 'mesh']),
        controlGroup: z.string().describe('Those of one group count as one: they could lie together.'),
        standing: landmarkStanding,
        tolerance: z
          .strictObject({ A: z.int().nullable(), B: z.int().nullable() })
          .describe(
            'Of how many lying control groups its place is independent, by grade; null: it does not count.',
          ),
        until: instant.nullable().describe('Until when, if nothing else happens.'),
        digest: sha256Hex.describe('Of its version.'),
      })
      .describe('A landmark in force, and how it counts now.'),
  ),
});
export const landmarkMeasurements = z
  .strictObject({
    at: instant,
    items: z.array(
      z.strictObject({
        from: z.string().describe('The landmark that measured.'),
        to: z.string(),
        at: instant,
        minRttNanos: z.int().min(0).describe('The least of its valid rounds.'),
        reachMeters: z
          .number()
          .describe(
            'What light could have covered in half of it (grade A), with the uncertainty of both places.',
          ),
        distanceMeters: z
          .number()
          .describe('Between the places that they state, straight through the Earth.'),
        contradicts: z
          .boolean()
          .describe('The one is less than the other: one of the two lies or stands elsewhere.'),
        withdrawn: z
          .boolean()
          .describe('One of the two is in force no more; what it contradicted counts all the same.'),
      }),
    ),
  })
  .describe(
    'What a landmark and others measured of each other: of each pair the newest, and the fastest of a month.',
  );
export type LandmarkMeasurements = z.infer<typeof landmarkMeasurements>;

export type LandmarkList = z.infer<typeof landmarkList>;
