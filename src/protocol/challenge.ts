import { z } from 'zod';
import { instant, sha256Hex } from './encoding.ts';
import { identifier, licenceId } from './identifier.ts';
import { logGrowth } from './log-growth.ts';
import { receipt, receiptOfChange } from './receipt.ts';
import { facilityId, partyId } from './registry.ts';
import { session } from './session.ts';

export const challengeId = identifier('chl', 'An order of challenges.');

/** How many devices one order may draw, and from how many. */
export const MAX_DRAWN = 1_000;
export const MAX_POPULATION = 100_000;

const amount = z.int().min(0);
/** 32 random bytes of the auditor's, in hexadecimal. */
const secret = sha256Hex.describe('32 random bytes, lower-case hexadecimal.');

const scope = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('licence'), id: licenceId }),
    z.strictObject({ kind: z.literal('facility'), id: facilityId }),
    z.strictObject({ kind: z.literal('party'), id: partyId }),
  ])
  .describe(
    'Among which devices: those that a licence names, that are at a facility, or for the use of a party.',
  );
export type ChallengeScope = z.infer<typeof scope>;

/** `POST /v1/challenges`. */
export const challengeRequest = z
  .strictObject({
    of: scope,
    devices: z.int().min(1).max(MAX_DRAWN).optional().describe('How many devices; or `percent`.'),
    percent: z.int().min(1).max(100).optional().describe('Of the devices, rounded up.'),
    answerWithinSeconds: z
      .int()
      .min(60)
      .max(86_400)
      .optional()
      .describe(
        'From the draw: an hour unless given, or as long as evidence is good for where that is less.',
      ),
    commitment: sha256Hex.describe(
      'Of a secret that is told when the devices are drawn: docs/challenges.md.',
    ),
    reason: z.string().trim().min(3).max(2000).describe('Why; kept and logged.'),
  })
  .refine(({ devices, percent }) => (devices === undefined) !== (percent === undefined), {
    path: ['devices'],
    message: 'are asked for by number or by percent, and by one of them',
  });
export type ChallengeRequest = z.infer<typeof challengeRequest>;

/** `POST /v1/challenges/{challengeId}/draw`. */
export const drawRequest = z.strictObject({ secret: secret.describe('What the order committed to.') });

export const challengeOutcome = z
  .enum(['pending', 'answered', 'not-shown', 'refused', 'unanswered', 'unreachable'])
  .describe(
    'answered: its host’s evidence was accepted, and the device attested itself in it. not-shown: accepted, and the device was not proven by it. unreachable: no host ever showed it.',
  );

const drawnDevice = z.strictObject({
  deviceId: z.string(),
  hostId: z.string().nullable(),
  sessionId: z.string().nullable().describe('The challenge that its host was issued: a leaf of the log.'),
  outcome: challengeOutcome,
  settledAt: instant.nullable(),
});

export const challengeOrder = z
  .strictObject({
    id: challengeId,
    of: scope,
    state: z.enum(['ordered', 'drawn', 'ended', 'lapsed']).describe('lapsed: nobody drew it within an hour.'),
    wanted: amount,
    population: amount,
    populationSha256: sha256Hex.describe('Of the sorted list of their ids (domain `challenge-population`).'),
    commitment: sha256Hex,
    answerWithinSeconds: amount,
    reason: z.string(),
    orderedBy: z.string(),
    orderedAt: instant,
    leafIndex: amount.describe('Of the order.'),
    drawnAt: instant.nullable(),
    drawnLeafIndex: amount.nullable(),
    deadline: instant.nullable(),
    endedAt: instant.nullable(),
    devices: z.array(drawnDevice).optional().describe('In the order in which they were drawn.'),
    receipt: receiptOfChange,
  })
  .describe('Challenges of devices that are drawn at random.');
export type ChallengeOrder = z.infer<typeof challengeOrder>;

/** `GET /v1/challenges/{challengeId}/proof`: what anybody needs to draw again. */
export const drawProof = z
  .strictObject({
    order: receipt.describe('Of the order.'),
    draw: receipt.describe('Of the draw.'),
    growth: logGrowth.describe('That the log begins with the tree which ends with the order.'),
    population: z.array(z.string()).max(MAX_POPULATION).describe('The ids that were drawn from, sorted.'),
  })
  .describe('Proof of how devices were drawn.');
export type DrawProof = z.infer<typeof drawProof>;

/** `GET /v1/host/challenge`: what a host asks now and then. */
export const hostChallenge = z.strictObject({
  session: session
    .nullable()
    .describe('What it is to answer at once; POST /v1/sessions answers the same one.'),
  askAgainAfterSeconds: z.int().min(1),
});
export type HostChallenge = z.infer<typeof hostChallenge>;
