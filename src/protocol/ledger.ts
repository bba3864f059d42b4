import { z } from 'zod';

const amount = z.int().min(0);
const model = z.string().min(1).max(100);

/** One account that a decision draws on, and what it then holds. */
export const drawn = z.strictObject({
  account: z.string().describe('Its name: GET /v1/ledger/entries?account=… has every entry.'),
  unit: z.enum(['chips', 'tpp', 'operations-e12']).describe('operations-e12: 10^12 operations, rounded up.'),
  amount: amount.describe('What this decision takes.'),
  taken: amount.describe('What was taken before, in all or in the window.'),
  cap: amount.nullable().describe('null: the licence sets none.'),
});
export type Drawn = z.infer<typeof drawn>;

/** A cap as a licence sets it, and what has been taken. */
const capped = z.strictObject({ cap: amount, taken: amount });

/** What a use was weighed by in the ledger: as kept with the decision, so that it can be judged again. */
const leasesWeighed = z.strictObject({
  licenceId: z.string(),
  atMs: amount,
  /** Who pays besides the licence; null where the licence names no end user or no purpose. */
  payer: z.string().nullable(),
  quota: z
    .strictObject({
      cap: amount,
      windowDays: z.int().min(1),
      /** In the window: under the licence, or by the payer in all, whichever is more. */
      taken: amount,
      /** When what is asked for will fit, where it does not; null: never. */
      fitsFromMs: amount.nullable(),
    })
    .nullable(),
  tppInUse: capped.nullable().describe('null: the licence has no cap, or nothing begins or changes.'),
  modelsInUse: z
    .array(capped.extend({ model, quantity: amount.describe('What is asked for.') }))
    .nullable()
    .default(null)
    .describe('null: the licence names no models, nothing begins or changes, or it was not weighed yet.'),
  /** Of both accounts, ever. */
  totals: z.strictObject({ licence: amount, payer: amount }),
  hosts: z.array(
    z.strictObject({
      hostId: z.string(),
      untilMs: amount,
      tpp: amount,
      rateE12: amount,
      unknown: z.array(model).readonly(),
      sameTerms: z.boolean(),
      lease: z
        .strictObject({ rateE12: amount, paidFromMs: amount, paidUntilMs: amount, heldUntilMs: amount })
        .nullable(),
      elsewhere: z
        .array(z.strictObject({ device: z.string(), untilMs: amount }))
        .readonly()
        .describe('Devices of it that still draw on another lease.'),
    }),
  ),
});
export type LeasesWeighed = z.infer<typeof leasesWeighed>;

/** What an allocation was weighed by in the ledger. */
const allocationWeighed = z.strictObject({
  licenceId: z.string(),
  consigneeId: z.string().nullable(),
  country: z.string().nullable(),
  tpp: amount,
  unknown: z.array(model).readonly(),
  licenceTpp: z.strictObject({ cap: amount.nullable(), taken: amount }),
  chips: z.array(capped.extend({ model, quantity: amount })),
  totals: z.strictObject({ consignee: amount, country: amount }),
});
export type AllocationWeighed = z.infer<typeof allocationWeighed>;

/** What a decision was weighed by in the ledger: one of the two, by what was asked; null where chips cannot be counted. */
export const ledgerWeighed = z.strictObject({
  leases: leasesWeighed.nullable(),
  allocation: allocationWeighed.nullable(),
});
export type LedgerWeighed = z.infer<typeof ledgerWeighed>;
