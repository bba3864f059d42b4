import { z } from 'zod';
import { instant } from '../protocol/encoding.ts';
import { deviceFact, hostFact, level, waivable } from '../protocol/facts.ts';
import { disclosure } from '../protocol/location.ts';
import { licenceTerms } from './licence-terms.ts';

const id = z.string().min(1).max(200);
const minimumPlace = z
  .strictObject({
    verdict: z.literal('proven-inside'),
    grade: z.enum(['A', 'B']).describe('The weakest grade that counts: A is stronger than B.'),
    f: z.int().min(0).max(10).describe('How many lying landmark operators the proof must survive.'),
  })
  .describe(
    'A place that must be proven. Keys that could be carried away and reports that could be relayed still deny, unless their weakness is waived by name.',
  );
const chosenPack = z.strictObject({ name: z.string().min(1).max(100), version: z.string().min(1).max(100) });
const ids = z.array(id).min(1).max(10_000);

/**
 * On what a licence lets its devices be used. Nothing here has a lenient default: what is not named is not allowed, and a
 * licence that asks for nothing is refused when it is written, not when it is used.
 */
export const licenceConditions = z
  .strictObject({
    validFrom: instant,
    validUntil: instant,
    parties: ids.describe('Exporter, end user and whoever else must be clear, by id.'),
    facilities: ids.describe('Where the devices may stand, by id.'),
    devices: ids.describe('Which devices, by id.'),
    minimumLevel: level.optional().describe('The guarantee level that every device must reach.'),
    minimumFacts: z
      .strictObject({ device: deviceFact, host: hostFact, place: minimumPlace })
      .partial()
      .optional()
      .describe('Facts that every device must reach, in place of a level or besides it.'),
    evidenceMaxAgeSeconds: z
      .int()
      .min(60)
      .max(30 * 86_400)
      .describe('How old evidence may be, counted from when its nonce was issued.'),
    referenceSets: z
      .union([z.enum(['any-approved', 'not-required']), z.array(z.string().min(1).max(100)).min(1).max(100)])
      .describe(
        'Reference sets of which the host must match one: by name, or any that is approved. `not-required` says so explicitly.',
      ),
    placeDisclosure: disclosure
      .optional()
      .describe('`area-only`: where the hosts of its facilities are, auditors alone are shown.'),
    waivers: z
      .array(waivable)
      .max(10)
      .default([])
      .describe('Weaknesses that this licence accepts, by name. Decisions say which ones they leaned on.'),
    rulePacks: z
      .union([
        z.literal('none'),
        z
          .array(chosenPack)
          .min(1)
          .max(20)
          .refine((packs) => new Set(packs.map(({ name }) => name)).size === packs.length, {
            message: 'must name each pack once',
          }),
      ])
      .describe(
        'Rule packs by which decisions are narrowed, each by its name and version; one that is not in force denies. `none` says so explicitly.',
      ),
    ...licenceTerms,
  })
  .refine(({ parties, consignee }) => consignee === undefined || parties.includes(consignee), {
    path: ['consignee'],
    message: 'must be one of parties',
  })
  .refine(({ parties, endUser }) => endUser === undefined || parties.includes(endUser), {
    path: ['endUser'],
    message: 'must be one of parties',
  })
  .refine(({ maxClusterDevices, endUser }) => maxClusterDevices === undefined || endUser !== undefined, {
    path: ['maxClusterDevices'],
    message: 'limits what an endUser is granted: name one',
  })
  .refine(({ validFrom, validUntil }) => Date.parse(validFrom) < Date.parse(validUntil), {
    path: ['validUntil'],
    message: 'must be after validFrom',
  })
  .refine(({ minimumLevel, minimumFacts }) => (minimumLevel ?? 'G0') !== 'G0' || asks(minimumFacts), {
    path: ['minimumLevel'],
    message: 'a licence must ask for a level above G0, or for a fact above the weakest',
  });
export type LicenceConditions = z.infer<typeof licenceConditions>;

type MinimumFacts = {
  readonly device?: string | undefined;
  readonly host?: string | undefined;
  readonly place?: object | undefined;
};

function asks({ device = 'declared', host = 'none', place }: MinimumFacts = {}): boolean {
  return device !== 'declared' || host !== 'none' || place !== undefined;
}
