import { z } from 'zod';
import { country } from '../../protocol/country.ts';
import { deviceFact, hostFact, level } from '../../protocol/facts.ts';
import { INCIDENT_KINDS } from '../../protocol/incident-kind.ts';

const id = z.string().min(1).max(200);
const word = z.string().min(1).max(100);
const count = z.int().min(0);
const percent = z.int().min(0).max(100).describe('Whole per cent, rounded against whoever asks.');

/** A party, and who owns it. */
const owned = {
  id,
  country,
  headquarters: country,
  parents: z
    .array(country)
    .max(100)
    .describe('Where each parent has its headquarters, the ultimate included.'),
  chainComplete: z.boolean().describe('Whether the chain is known up to the ultimate parent.'),
};

/**
 * What a decision tells a rule pack: aggregates, never lists of devices. Everything but the action may be absent, which
 * means that it is not known; a pack that asks for what is absent denies.
 */
export const packInput = z.strictObject({
  action: z.enum(['allocate', 'use']).describe('allocate: before shipment. use: after, on fresh evidence.'),
  licence: z
    .strictObject({
      id,
      purpose: word,
      basis: word.describe('What in the rule the licence leans on: an exception, an allocation.'),
      certifications: z.array(word).max(100),
    })
    .partial()
    .optional(),
  consignee: z.strictObject(owned).partial().optional(),
  endUser: z
    .strictObject({ ...owned, knowYourCustomerAgeDays: count })
    .partial()
    .optional(),
  facility: z
    .strictObject({
      country,
      tier: word,
      authorised: z.boolean(),
      governmentAgreement: z.boolean(),
      auditAgeDays: count,
      clusterDevices: count.describe(
        'use: the most devices that the end user would hold at one facility, under whatever licence, these included.',
      ),
    })
    .partial()
    .optional(),
  chips: z
    .array(z.strictObject({ model: word, quantity: z.int().min(1) }))
    .min(1)
    .max(1000)
    .optional()
    .describe('What is asked for, by model; TPP is counted by the chips of the pack.'),
  evidence: z
    .strictObject({
      minimumLevel: level.describe('The lowest over all devices.'),
      weakestDevice: deviceFact,
      weakestHost: hostFact,
      placesProven: z.boolean().describe('Whether every device is proven inside its authorised area.'),
      oldestAgeSeconds: count,
      oldestPlaceAgeSeconds: count,
      verifiedSharePercent: percent.describe('Of earlier deliveries.'),
      missingSharePercent: percent,
    })
    .partial()
    .optional(),
  screening: z
    .strictObject({
      standing: z.enum(['clear', 'denied', 'unscreened']).describe('The worst over all parties.'),
      listVersion: word.describe('The list that the parties were screened against.'),
      currentListVersion: word,
    })
    .partial()
    .optional(),
  ledger: z
    .strictObject({
      consigneeYearTpp: count.describe(
        'Granted to the consignee in this calendar year, before this request.',
      ),
      countryPeriodTpp: count.describe("Granted to the country in the rule's period, before this request."),
      destinationTpp: count.describe('Granted to the destination in all, before this request.'),
      homeShipmentsTpp: count.describe("Shipped to the exporter's own country."),
      groupTpp: z
        .array(
          z.strictObject({
            country: country.nullable(),
            tpp: count,
            basis: z.enum(['verified', 'claimed', 'requested']),
          }),
        )
        .max(1000)
        .describe(
          "Where everything stands that the consignee's ultimate parent owns, this request included; shares are counted by the tiers of the pack.",
        ),
    })
    .partial()
    .optional(),
  compute: z
    .strictObject({
      reportedE12: count.describe('In 10^12 operations, rounded up: 10^26 is 10^14 of them.'),
      unreportedE12: count.describe(
        'What went unreported, at the full rate: with the other it is all that counts.',
      ),
    })
    .partial()
    .optional(),
  incidents: z
    .strictObject({
      unreported: z
        .array(z.enum(INCIDENT_KINDS))
        .max(100)
        .describe('Kinds of incident not yet reported to the authority.'),
      oldestUnreportedHours: count,
    })
    .partial()
    .optional(),
});
export type PackInput = z.infer<typeof packInput>;
