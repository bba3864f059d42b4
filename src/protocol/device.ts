import { z } from 'zod';
import { deviceStateName } from './device-state.ts';
import { instant, sha256Hex } from './encoding.ts';
import { identifier, tenant } from './identifier.ts';
import { reportOfFile, rowNumber, whyRejected } from './import-report.ts';
import { pageQuery } from './page.ts';
import { receiptOfChange } from './receipt.ts';
import { facilityId, partyId } from './registry.ts';

export const deviceId = identifier('dev', 'A device.');
const deviceKind = z
  .enum(['host-tpm', 'host-tee', 'gpu', 'switch'])
  .describe('`host-tpm` is the TPM of a host, `host-tee` a confidential guest: devices of their own.');

/** Printable ASCII, as serial numbers and model names are stamped and reported; no spaces at the ends. */
export const stamped = z
  .string()
  .regex(/^[!-~](?:[ -~]{0,126}[!-~])?$/, 'must be 1 to 128 printable ASCII characters');

/**
 * For a TPM: SHA-256 of the endorsement key's DER SubjectPublicKeyInfo: of the key, not of a certificate over it, because
 * manufacturers and owners issue further certificates for the same key, and the key is what the chip is. For a confidential
 * guest: the thumbprint (RFC 7638) of the host key that it enrolled with, in hexadecimal. For a GPU or switch: SHA-256 of the
 * DER SubjectPublicKeyInfo in the certificate above its DICE leaf, which is the chip's own; the leaf changes with firmware.
 */
const deviceIdentity = z
  .strictObject({ type: z.enum(['tpm-ek', 'host-key', 'nvidia-chip-key']), sha256: sha256Hex })
  .describe(
    "What it proves itself by: of a TPM SHA-256 of the endorsement key's SubjectPublicKeyInfo (DER), of a guest its host key's thumbprint (RFC 7638), of a GPU or switch SHA-256 of the SubjectPublicKeyInfo (DER) in the certificate that NVIDIA issued to its chip, in hexadecimal.",
  );

/** What devices of a kind can prove themselves by. */
const IDENTITY_OF: ReadonlyMap<string, string> = new Map([
  ['host-tpm', 'tpm-ek'],
  ['host-tee', 'host-key'],
  ['gpu', 'nvidia-chip-key'],
  ['switch', 'nvidia-chip-key'],
]);

/** What an exporter says of one device. A row of an import holds the same members. */
export const deviceRequest = z
  .strictObject({
    kind: deviceKind,
    model: stamped.optional(),
    serial: stamped.optional(),
    identity: deviceIdentity.optional(),
    facilityId: facilityId.optional().describe('Where it is to stand.'),
    partyId: partyId.optional().describe('Who is to use it.'),
  })
  .refine(({ serial, identity }) => serial !== undefined || identity !== undefined, {
    path: ['serial'],
    message: 'a device has a serial number or an identity, or nothing tells it apart',
  })
  .refine(({ kind, identity }) => identity === undefined || IDENTITY_OF.get(kind) === identity.type, {
    path: ['identity'],
    message:
      'tpm-ek is the identity of a host-tpm, host-key of a host-tee, nvidia-chip-key of a gpu or switch',
  });
export type DeviceRequest = z.infer<typeof deviceRequest>;

export const device = z
  .strictObject({
    id: deviceId,
    tenant,
    kind: deviceKind,
    model: z.string().nullable(),
    serial: z.string().nullable(),
    identity: deviceIdentity.nullable(),
    facilityId: facilityId.nullable(),
    partyId: partyId.nullable(),
    lifecycle: z
      .enum(['in-service', 'returned', 'transferred', 'retired'])
      .describe('What people said. Its state, which evidence and deadlines decide, is in its status.'),
    notedState: deviceStateName.describe(
      'The state that was last told of; `GET /v1/devices/{deviceId}/status` has the one of now.',
    ),
    shippedAt: instant.nullable(),
    dueAfterDays: z
      .int()
      .describe('How long after its shipment, and after each proof of it, the next one is owed.'),
    maintenanceUntil: instant.nullable(),
    createdBy: z.string(),
    createdAt: instant,
    changedAt: instant,
    leafIndex: z.int().min(0).describe('Where the newest act about it stands in the log.'),
    receipt: receiptOfChange,
  })
  .describe('A chip, as its exporter declares it. What of it is proven is its status.');
export type DeviceAnswer = z.infer<typeof device>;

/** How lists of devices are asked for. */
export const deviceListQuery = z.strictObject({
  ...pageQuery,
  facilityId: facilityId.optional(),
  kind: deviceKind.optional(),
  notedState: deviceStateName.optional(),
  search: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Part of the serial number or model, in either case.'),
  count: z.literal('true').optional().describe('With it the answer says how many there are in all.'),
});

const importRow = z.strictObject({
  row: rowNumber,
  outcome: z.enum(['created', 'changed', 'unchanged', 'rejected']),
  deviceId: deviceId.nullable(),
  leafIndex: z.int().min(0).nullable().describe('Of the act; null where nothing changed.'),
  code: z
    .enum([
      'row_malformed',
      'field_invalid',
      'field_unknown',
      'facility_unknown',
      'party_unknown',
      'identity_differs',
      'device_retired',
      'device_transferred',
      'proof_owed',
      'duplicate_row',
    ])
    .nullable(),
  ...whyRejected,
});
export type ImportRow = z.infer<typeof importRow>;

export const importReport = reportOfFile(
  { created: z.int(), changed: z.int(), unchanged: z.int(), rejected: z.int() },
  importRow,
);
export type ImportReport = z.infer<typeof importReport>;
