import { z } from 'zod';
import { instant, sha256Hex } from './encoding.ts';
import { hostId } from './enrolment.ts';
import { licenceId } from './identifier.ts';
import { reason } from './reason.ts';
import { receipt } from './receipt.ts';

/** The `typ` of a usage report's JWS (RFC 8725, 3.11). */
export const USAGE_REPORT_TYP = 'usage-report+jwt';

/** Longer windows say little: what is reported counts in full in each payment that the window touches. */
const LONGEST_WINDOW_MS = 31 * 86_400_000;

const amount = z.int().min(0);
const word = z.string().trim().min(1).max(100);

/** What a meter says. */
export const measuredUsage = z.strictObject({
  from: instant,
  until: instant,
  unit: z
    .enum(['operations-e12', 'chip-seconds'])
    .describe('10^12 operations, rounded up; or seconds of a chip, each at the peak of the fastest chip.'),
  amount,
  source: word.describe('The meter, by the name that the licence gives it.'),
  purpose: word,
});

export type MeasuredUsage = z.infer<typeof measuredUsage>;

/** What a host says that it computed in a window, signed by its key: its word, and nothing more. */
export const usageClaims = z
  .strictObject({
    iss: hostId,
    aud: z.url().max(2000).describe('The origin of the verifier.'),
    sub: licenceId,
    iat: amount.describe('Seconds since the epoch.'),
    ...measuredUsage.shape,
  })
  .refine(({ from, until }) => Date.parse(from) < Date.parse(until), {
    path: ['until'],
    message: 'must be after from',
  })
  .refine(({ from, until }) => Date.parse(until) - Date.parse(from) <= LONGEST_WINDOW_MS, {
    path: ['until'],
    message: 'must be within 31 days of from',
  });
export type UsageClaims = z.infer<typeof usageClaims>;

const payment = z.strictObject({
  decisionId: z.string(),
  fromMs: amount,
  untilMs: amount,
  rateE12: amount,
  peakE12: amount.describe('Of the fastest of its chips.'),
  account: z.string().nullable().describe('Who paid besides the licence.'),
  period: z.string().describe('The day on which it counts.'),
});

/** Everything that a report is judged by: kept with it, so that it can be judged again. */
export const usageWeighed = z.strictObject({
  v: z.literal(1),
  atMs: amount,
  licenceId: z.string(),
  hostId: z.string(),
  held: z.boolean().describe('Whether the host is held for review: its word counts for nothing then.'),
  metering: z
    .strictObject({
      sources: z.array(z.string()).readonly(),
      leastPercent: amount,
      reportWithinSeconds: amount,
      operators: z.boolean().optional(),
    })
    .nullable()
    .describe('null: the licence allows none.'),
  purpose: z.string().nullable().describe('What the licence is for.'),
  operator: z
    .string()
    .optional()
    .describe('The principal whose word it is; absent where the host signed it itself.'),
  report: z.strictObject({
    fromMs: amount,
    untilMs: amount,
    unit: z.enum(['operations-e12', 'chip-seconds']),
    amount,
    source: z.string(),
    purpose: z.string(),
  }),
  reportedUntilMs: amount.nullable().describe('End of the last window that was counted.'),
  payments: z.array(payment).readonly().describe('Those that the window touches, the oldest first.'),
});
export type UsageWeighed = z.infer<typeof usageWeighed>;

const OPERATORS = {
  path: ['until'],
  message: 'must be after from, and within 31 days of it',
};

/** `POST /v1/hosts/{hostId}/usage-reports`: what an operator says of a host of its own. */
export const operatorUsageRequest = z
  .strictObject({ licenceId, ...measuredUsage.shape })
  .refine(({ from, until }) => {
    const lastsMs = Date.parse(until) - Date.parse(from);
    return lastsMs > 0 && lastsMs <= LONGEST_WINDOW_MS;
  }, OPERATORS);
export type OperatorUsage = z.infer<typeof operatorUsageRequest>;

/** `POST /v1/usage-reports`. */
export const usageRequest = z.strictObject({
  report: z.string().max(8192).describe('A JWS of type usage-report+jwt, signed by the key of the host.'),
});

const sums = {
  leasedE12: amount.describe('What was paid for the window.'),
  creditedE12: amount.describe('What is given back of it to the licence; the rest counts as used.'),
};

export const usageAnswer = z
  .strictObject({
    outcome: z.enum(['counted', 'refused']).describe('refused: nothing was kept; all that was paid counts.'),
    reasons: z.array(reason),
    ...sums,
    receipt: receipt.optional(),
  })
  .describe('What a report of usage came to.');
export type UsageAnswer = z.infer<typeof usageAnswer>;

/** A report that was counted. */
export const usageRecord = z
  .strictObject({
    sha256: sha256Hex.describe('Of the report.'),
    licenceId,
    hostId,
    from: instant,
    until: instant,
    at: instant,
    report: z.string().describe('As the host signed it, or as its operator said it.'),
    reportedBy: z.string().nullable().describe('The operator who reported; null where the host did.'),
    inputSha256: sha256Hex.describe('Of everything that it was judged by, as it is kept.'),
    ...sums,
    leafIndex: amount,
  })
  .describe('A report of usage that was counted.');
