import { z } from 'zod';
import { deviceStateName } from './device-state.ts';
import { instant } from './encoding.ts';
import { facts, level, serialLink } from './facts.ts';
import { reason } from './reason.ts';

/** A hold on a host, device, party, facility or licence, until a person clears it with a reason. */
export const latch = z
  .strictObject({
    id: z.string(),
    subject: z.string().describe('<kind>:<id>'),
    code: z.string(),
    sentence: z.string(),
    since: instant,
  })
  .describe('Held for review: authentic evidence of a violation, until a person clears it.');

const proven = {
  level,
  label: z.string(),
  evidenceIssuedAt: instant.nullable().describe("When the latest accepted evidence's nonce was issued."),
  nextAttestationDue: instant.nullable(),
  latches: z.array(latch),
};

export const deviceStatus = z.strictObject({
  id: z.string(),
  kind: z.string(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  provenModel: z
    .string()
    .nullable()
    .describe("The chip's certified name, where its host shows it; the declared one is `model`."),
  serialLink: serialLink.describe(
    'What ties the serial number to the chip that evidence proved: see the decision’s of the same name.',
  ),
  lifecycle: z.string().describe('What people said of it.'),
  state: deviceStateName,
  dueAt: instant.nullable().describe('When a proof of it is owed.'),
  missingAt: instant.nullable().describe('When it counts as missing without one.'),
  hostId: z.string().nullable(),
  facilityId: z.string().nullable(),
  facts,
  ...proven,
});
export type DeviceStatus = z.infer<typeof deviceStatus>;

export const hostStatus = z.strictObject({
  id: z.string(),
  hostname: z.string().nullable().describe('A label for people; never an identity.'),
  lifecycle: z.string(),
  enrolledAt: instant,
  lastSession: z
    .strictObject({
      id: z.string(),
      outcome: z.enum(['pending', 'accepted', 'refused', 'expired']),
      issuedAt: instant,
      reasons: z.array(reason),
    })
    .nullable(),
  devices: z.array(z.string()),
  ...proven,
});
export type HostStatus = z.infer<typeof hostStatus>;

export const suspendsAt = instant
  .nullable()
  .describe(
    'When it is suspended unless something is proven or mended before: the first end of what it rests on, or the first failure, and its grace. Null where neither is in sight.',
  );

export const suspensionCause = z
  .strictObject({ code: z.string(), subject: z.string().optional(), sentence: z.string() })
  .describe('What ends then, or has failed.');

export const licenceStatus = z.strictObject({
  id: z.string(),
  outcome: z.enum(['allow', 'deny']).describe('What a dry-run decision says now.'),
  reasons: z.array(reason),
  validUntil: instant.nullable().describe('When the first thing it rests on ends; null while denied.'),
  suspendsAt,
  cause: suspensionCause.nullable(),
  devices: z.strictObject({ named: z.int(), allowed: z.int() }),
  latches: z.array(latch),
});
export type LicenceStatus = z.infer<typeof licenceStatus>;
