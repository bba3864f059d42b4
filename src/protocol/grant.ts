import { z } from 'zod';
import { base64Url, instant, sha256Hex } from './encoding.ts';
import { level, waivable } from './facts.ts';
import { decisionId, identifier, licenceId, tenant } from './identifier.ts';
import { reason } from './reason.ts';
import { receipt } from './receipt.ts';

/** The `typ` of a grant's JWS (RFC 8725, 3.11): a signature made for anything else is no grant. */
export const GRANT_TYP = 'licence-grant+jwt';
/** The same of a list of statuses (IETF draft-ietf-oauth-status-list, 5.1). */
export const STATUS_LIST_TYP = 'statuslist+jwt';
export const STATUS_LIST_MEDIA_TYPE = 'application/statuslist+jwt';

/** Bits of one status (draft-ietf-oauth-status-list, 4.1). */
export const STATUS_BITS = 2;
/** What a status says (draft-ietf-oauth-status-list, 7.1); 3 is nobody's, and refused. */
export const GRANT_STATUS = { valid: 0, invalid: 1, suspended: 2 } as const;
export type GrantStatus = keyof typeof GRANT_STATUS;

export const grantStatus = z
  .enum(['valid', 'invalid', 'suspended'])
  .describe('invalid is final; suspended may be lifted while the grant lasts.');

export const grantId = identifier('grt', 'A grant: its `jti`.');

/** Whom a tenant's license servers and schedulers are: the audience of every grant that is theirs to honour. */
export function tenantAudience(name: string): string {
  return `tag:sextant,2026:tenant/${name}`;
}

/** Seconds since the epoch (RFC 7519, 2), up to the end of the year 9999. */
const seconds = z.int().min(0).max(253_402_300_799);
const text = z.string().min(1).max(300);
const leafIndex = z.int().min(0);
/** RFC 7638, SHA-256. */
const thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be an RFC 7638 thumbprint');

export const grantedDevice = z
  .strictObject({
    id: z.string().min(1).max(200),
    kind: z.string().min(1).max(50),
    model: z.string().max(300).nullable().describe('As chip tables name it; null where nobody has said.'),
  })
  .describe('A device that may be used under a grant.');
export type GrantedDevice = z.infer<typeof grantedDevice>;

const statusReference = z.strictObject({
  status_list: z.strictObject({
    idx: z
      .int()
      .min(0)
      .max(2 ** 23),
    uri: z.url().max(2000),
  }),
});

/**
 * The claims of a grant: one host may use these devices under this licence until `exp`. What is not here is not granted, and
 * a reader that meets a claim which it does not know refuses: a later one may narrow.
 */
export const grantClaims = z.strictObject({
  iss: z.url().max(2000).describe('The verifier.'),
  sub: licenceId.describe('The licence.'),
  aud: z.array(z.string().min(1).max(300)).min(1).max(4).describe('Whose license servers may honour it.'),
  iat: seconds,
  nbf: seconds,
  exp: seconds.describe('The earliest end of anything that it rests on, and of the lease.'),
  jti: grantId,
  cnf: z.strictObject({ jkt: thumbprint }).describe("The host's key (RFC 7800, RFC 9449): nobody else's."),
  status: statusReference.describe('Where to look whether it was suspended or revoked.'),
  licence: z.strictObject({
    holder: tenant,
    conditions: sha256Hex.describe('Of the conditions in canonical JSON (domain `licence-conditions`).'),
    endUser: text.nullable(),
    purpose: text.nullable(),
    leaseSeconds: z.int().min(1),
  }),
  host: z.strictObject({ id: z.string().min(1).max(100), tenant, facility: z.string().min(1).max(100) }),
  devices: z.strictObject({
    count: z.int().min(1).max(10_000),
    root: base64Url(32, 'Root of the Merkle tree over the devices, by id: record/grant/devices.ts.'),
    list: z.array(grantedDevice).max(10_000).optional().describe('Where the host asked for it.'),
  }),
  tpp: z
    .number()
    .min(0)
    .nullable()
    .describe(
      'Total processing performance of these chips, by the chip table in force; null where nothing counts it.',
    ),
  level: level.describe('What the weakest of the devices reached.'),
  waived: z
    .array(waivable)
    .max(10)
    .describe('Weaknesses that the licence accepts by name and these devices have.'),
  decision: z.strictObject({
    id: decisionId,
    policy: z.strictObject({ name: text, version: text }),
    packs: z.array(z.strictObject({ name: text, version: text, sha256: sha256Hex })).max(100),
    trustInputs: sha256Hex.describe("Of the decision's list of digests (domain `trust-inputs`)."),
    selfApproved: z.boolean().describe('One principal proposed and approved some of them: demonstrations.'),
  }),
  appraisal: z.strictObject({
    session: z.string().min(1).max(100),
    evidence: sha256Hex.describe('Of the bytes that the host submitted.'),
    leafIndex,
  }),
  log: z.strictObject({
    origin: z.string().min(1).max(300),
    leafIndex: leafIndex.describe(
      "The decision's leaf. The grant's own leaf comes after it, and is told beside the grant.",
    ),
  }),
});
export type GrantClaims = z.infer<typeof grantClaims>;

/** The claims of a list of statuses (draft-ietf-oauth-status-list, 5.1), as this verifier makes them. */
export const statusListClaims = z.strictObject({
  iss: z.url().max(2000),
  sub: z.url().max(2000).describe('The address of the list, as grants name it.'),
  iat: seconds,
  exp: seconds,
  ttl: z.int().min(1).max(86_400).describe('Seconds. An older list says nothing.'),
  status_list: z.strictObject({
    bits: z.literal(STATUS_BITS),
    lst: base64Url(1 << 20, 'The statuses, zlib (RFC 1950).'),
  }),
});
export type StatusListClaims = z.infer<typeof statusListClaims>;

/** A grant in the answer that issues it: to be handed to its host. */
export const issuedGrant = z
  .strictObject({
    grantId,
    hostId: z.string(),
    grant: z.string().describe('The JWT. Good for nobody but the holder of the host key.'),
    expiresAt: instant,
    renewAfter: instant.describe('Half of its life: POST /v1/grants/renewals answers this one before.'),
    devices: z.array(z.string()).describe('Ids of the devices that it names.'),
    leafIndex: leafIndex.describe('Of its issue in the log.'),
  })
  .describe('A grant.');
export type IssuedGrant = z.infer<typeof issuedGrant>;

/** `POST /v1/grants/renewals`. */
export const renewalRequest = z.strictObject({
  licenceId,
  listDevices: z
    .boolean()
    .default(false)
    .describe('Have the devices listed in the token, besides their root.'),
  witnesses: z
    .int()
    .min(1)
    .max(99)
    .optional()
    .describe(
      'Have a receipt against a checkpoint that so many have cosigned, as soon as one reaches as far.',
    ),
});
export type RenewalRequest = z.infer<typeof renewalRequest>;

export const renewalAnswer = z
  .strictObject({
    outcome: z.enum(['granted', 'denied']),
    licenceId,
    decisionId,
    grant: issuedGrant.nullable(),
    statusList: z.string().nullable().describe('The newest token of the list that the grant names.'),
    reasons: z.array(reason).describe('Why it was denied, as far as that concerns the host.'),
    receipt: receipt.optional().describe("Of the grant's issue: a license server in production asks for it."),
  })
  .describe('What a host may do under a licence now.');
export type RenewalAnswer = z.infer<typeof renewalAnswer>;
