import { z } from 'zod';
import { challengeId, challengeOutcome } from './challenge.ts';
import { deviceStateName } from './device-state.ts';
import { instant, sha256Hex } from './encoding.ts';
import { facts, level, serialLink, waivable } from './facts.ts';
import { grantId, grantStatus } from './grant.ts';
import { licenceId, tenant } from './identifier.ts';
import { incidentId, incidentKind } from './incident.ts';
import { receipt } from './receipt.ts';
import { RETENTION_CLASSES } from './retention.ts';
import { latch } from './status.ts';
import { trustKind } from './trust.ts';

export const REPORT_FORMAT = 'sextant-report/1';
/** The `typ` of a report's signature: one made for anything else is refused. */
export const REPORT_TYP = 'sextant-report+jws';

const amount = z.int().min(0);
const text = z.string().max(300);

/** Why a device counts as moved: what evidence proved of its place, and what people recorded of it in the period. */
const MOVES = [
  'proven-outside',
  'facility-changed',
  'facility-not-licensed',
  'returned',
  'transferred',
] as const;
export const move = z
  .enum(MOVES)
  .describe(
    'proven-outside: evidence shows its host outside the authorised area. facility-changed: it was registered elsewhere in the period. facility-not-licensed: it is registered where the licence does not let it stand.',
  );
export type Move = z.infer<typeof move>;

const stateChange = z.strictObject({ at: instant, from: z.string(), to: z.string(), leafIndex: amount });

const reportedChallenge = z.strictObject({
  orderId: challengeId,
  drawnAt: instant,
  sessionId: z.string().nullable(),
  outcome: challengeOutcome,
});

export const reportedDevice = z
  .strictObject({
    id: z.string(),
    kind: z.string(),
    model: z.string().nullable(),
    provenModel: z.string().nullable(),
    serial: z.string().nullable(),
    serialLink,
    facilityId: z.string().nullable(),
    hostId: z.string().nullable(),
    state: deviceStateName,
    moved: z.array(move),
    level,
    label: z.string(),
    facts,
    weaknesses: z.array(z.string()).describe('Codes, as facts and link of the serial number have them.'),
    evidenceIssuedAt: instant.nullable(),
    evidenceAgeSeconds: amount.nullable().describe('At `inventoryAt`.'),
    missingAt: instant.nullable(),
    history: z.array(stateChange).describe('Its states in the period, oldest first.'),
    historyIsCut: z.boolean().describe('There are more, which are not listed.'),
    holds: z.array(latch),
    challenges: z
      .array(reportedChallenge)
      .describe('Unannounced ones that it was drawn for in the period, of orders that have ended.'),
  })
  .describe('A device that the licence names, as it stood at `inventoryAt`.');
export type ReportedDevice = z.infer<typeof reportedDevice>;

const reportedIncident = z.strictObject({
  id: incidentId,
  kind: incidentKind,
  state: z.enum(['open', 'reported', 'closed']),
  subjects: z.array(z.string()),
  openedAt: instant,
  dueAt: instant,
  overdue: z.boolean(),
  reportedAt: instant.nullable(),
  closedAt: instant.nullable(),
});

const reportedAccount = z.strictObject({
  account: z.string(),
  unit: z.enum(['chips', 'tpp', 'operations-e12']),
  reserved: amount,
  committed: amount,
  inPeriod: amount
    .nullable()
    .describe('Of accounts that count by day: what the days of the period took, first and last day whole.'),
});

const reportedGrant = z.strictObject({
  grantId,
  hostId: z.string(),
  issuedAt: instant,
  expiresAt: instant,
  devices: amount,
  status: grantStatus.describe('As of the log that the report rests on.'),
  leafIndex: amount,
});
export type ReportedGrant = z.infer<typeof reportedGrant>;

/** A receipt without its checkpoint: all of a report's are against the one that it rests on. */
export const provenLeaf = receipt
  .omit({ checkpoint: true })
  .describe('An act, and proof that it stands in the log.');
export type ProvenLeaf = z.infer<typeof provenLeaf>;

const reportTotals = z.strictObject({
  devices: z.strictObject({ named: amount, verified: amount, missing: amount, moved: amount, held: amount }),
  challenges: z.strictObject({ drawn: amount, answered: amount, unanswered: amount }),
  decisions: z.strictObject({ allowed: amount, denied: amount }),
  grants: z.strictObject({
    issued: amount,
    valid: amount,
    suspended: amount,
    invalid: amount,
    ended: amount,
  }),
  incidents: z.strictObject({ open: amount, overdue: amount }),
});
export type ReportTotals = z.infer<typeof reportTotals>;

const reportedLicence = z.strictObject({
  id: licenceId,
  holder: tenant,
  status: z.enum(['active', 'suspended', 'revoked']),
  conditionsSha256: sha256Hex.describe('Of the conditions in canonical JSON (domain `licence-conditions`).'),
  validFrom: instant,
  validUntil: instant,
  minimumLevel: level.nullable(),
  evidenceMaxAgeSeconds: amount,
  waivers: z.array(waivable),
  rulePacks: z
    .array(z.strictObject({ name: text, version: text, sha256: sha256Hex.nullable() }))
    .describe('Those that it names; without a digest where no such pack is in force.'),
  leafIndex: amount,
});

const trustInForce = z.strictObject({
  count: amount,
  sha256: sha256Hex.describe('Of the sorted list of digests, as grants cite it (domain `trust-inputs`).'),
  selfApproved: z.boolean().describe('One principal proposed and approved some of them: demonstrations.'),
  inputs: z
    .array(z.strictObject({ kind: trustKind, name: text, version: text, sha256: sha256Hex }))
    .nullable()
    .describe('Shown to the authority and its auditors; null for others, whose names they may be.'),
});

/** What is signed. Members in canonical order, so that lists can be written as they are read. */
export const licenceReport = z
  .strictObject({
    decisions: z
      .array(provenLeaf)
      .describe(
        'Every decision about the licence that was recorded in the period, proven to stand in the log.',
      ),
    deleted: z
      .array(z.strictObject({ class: z.enum(RETENTION_CLASSES), until: instant }))
      .describe('What had ended before then is deleted by rule (retention), and would be missing here.'),
    devices: z.array(reportedDevice),
    format: z.literal(REPORT_FORMAT),
    grants: z.array(reportedGrant).describe('Those that were issued in the period.'),
    holds: z.array(latch).describe('On the licence, its parties and its facilities.'),
    incidents: z.array(reportedIncident).describe('Open at any time in the period.'),
    inventoryAt: instant.describe(
      'What devices, holds, incidents and accounts are as of: the end of the period, or the last act of the log where that is later.',
    ),
    issuer: z.string().describe("The verifier's public URL."),
    ledger: z.array(reportedAccount),
    licence: reportedLicence,
    log: z.strictObject({
      origin: z.string(),
      size: amount,
      checkpoint: z.string().max(8192).describe('Signed: everything here is as of this tree.'),
    }),
    period: z.strictObject({ from: instant, until: instant.describe('Not included.') }),
    reader: z
      .enum(['all-tenants', 'holder'])
      .describe('For whom it was made: a holder is not shown incidents that are another tenant’s.'),
    totals: reportTotals,
    trustInputs: trustInForce,
    verifier: z.strictObject({
      developer: text,
      build: text,
      operatedBy: z.array(tenant).describe('The organisations of its administrators.'),
    }),
  })
  .describe('What became of a licence in a period.');
export type LicenceReport = z.infer<typeof licenceReport>;

/** `GET /v1/licences/{licenceId}/report`. */
export const signedReport = z
  .strictObject({
    report: licenceReport,
    signature: z
      .string()
      .max(2048)
      .describe(
        'A JWS (RFC 7515) with its payload detached (appendix F): the bytes of the member `report` as they stand, which are canonical JSON (RFC 8785).',
      ),
  })
  .describe('A report, signed.');
