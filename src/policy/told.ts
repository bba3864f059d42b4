import { z } from 'zod';
import { parseInstant } from '../bytes/instant.ts';
import { country } from '../protocol/country.ts';
import { instant } from '../protocol/encoding.ts';
import { INCIDENT_KINDS } from '../protocol/incident-kind.ts';

const date = instant.transform((text) => parseInstant(text));
const text = z.string();
const count = z.int().min(0);
const percent = z.int().min(0).max(100);

/** Who owns a party; what the register does not say is null. */
const owned = z.strictObject({
  id: text,
  country: country.nullable(),
  headquarters: country.nullable(),
  parents: z
    .array(country)
    .readonly()
    .nullable()
    .describe('Headquarters of every parent; null where one of them has none that is known.'),
  chainComplete: z.boolean(),
});

/**
 * What rule packs are told beyond what the gate itself weighs, as it stood in the register and the books. Whatever is null or
 * absent was not known, and packs that ask for it deny.
 */
export const told = z.strictObject({
  consignee: owned.nullable(),
  endUser: owned.extend({ examinedAt: date.nullable() }).nullable(),
  facilities: z
    .array(
      z.strictObject({
        id: text,
        country,
        governmentAgreement: z.boolean(),
        auditedAt: date.nullable(),
      }),
    )
    .readonly()
    .describe('use: where the devices stand. allocate: all that the licence names.'),
  deliveries: z
    .strictObject({ verifiedSharePercent: percent, missingSharePercent: percent })
    .nullable()
    .describe(
      'use: of the devices that the licence names. allocate: of everything that went to the consignee before.',
    ),
  ledger: z
    .strictObject({
      consigneeYearTpp: count,
      countryPeriodTpp: count,
      destinationTpp: count,
      homeShipmentsTpp: count,
    })
    .partial(),
  groupTpp: z
    .array(
      z.strictObject({ country: country.nullable(), tpp: count, basis: z.enum(['verified', 'claimed']) }),
    )
    .readonly()
    .nullable()
    .default(null)
    .describe(
      "Where everything stands that the consignee's ultimate parent owns, before the request; null where no pack asks, or it is not known.",
    ),
  groupGaps: z
    .array(
      z.strictObject({
        kind: z.enum(['owners', 'model', 'size']),
        id: text.describe('Of the party, or of the device where it is its model.'),
        why: text
          .nullable()
          .describe('owners: what is missing. model: what it is called; null where it is called nothing.'),
      }),
    )
    .readonly()
    .optional()
    .describe('Why it is not known, where a pack asks; the first of them.'),
  reported: z
    .strictObject({ licence: count, payer: count })
    .nullable()
    .default(null)
    .describe(
      'What of the totals of compute was reported as used, under the licence and by who pays besides; null where no pack asks.',
    ),
  incidents: z
    .strictObject({ unreported: z.array(z.enum(INCIDENT_KINDS)).readonly(), oldestAt: date.nullable() })
    .nullable(),
});
export type Told = z.infer<typeof told>;

/** Nothing is known: of an installation whose licences choose no pack, nothing needs to be. */
export const NOTHING_TOLD: Told = {
  consignee: null,
  endUser: null,
  facilities: [],
  deliveries: null,
  ledger: {},
  groupTpp: null,
  reported: null,
  incidents: null,
};
