import { z } from 'zod';
import { instant } from './encoding.ts';
import { hostId } from './enrolment.ts';
import { grantId } from './grant.ts';
import { decisionId, licenceId, tenant } from './identifier.ts';
import { LICENCE_STATUSES } from './licence-list.ts';
import { suspendsAt } from './status.ts';

/** What of other things names a device: see docs/api.md, "Lists". */
export const deviceLicence = z
  .strictObject({
    id: licenceId,
    tenant: tenant.describe('The exporter that holds it.'),
    status: z.enum(LICENCE_STATUSES),
    provenAt: instant
      .nullable()
      .describe('When the device was first seen proven under it; null where it never was.'),
    suspendsAt,
    createdAt: instant,
  })
  .describe('A licence that names the device, in short: `GET /v1/licences/{licenceId}` has it whole.');
export type DeviceLicence = z.infer<typeof deviceLicence>;

export const deviceStay = z
  .strictObject({
    hostId,
    facilityId: z.string().describe('Where the host stood at the last of them.'),
    firstAt: instant.describe('Of the first grant.'),
    lastAt: instant.describe('Of the last: after it nothing is shown of this stay.'),
    grants: z.int().min(1).describe('How many there were.'),
    firstGrantId: grantId,
    lastGrantId: grantId,
    licenceId: licenceId.describe('Of the last grant.'),
    decisionId: decisionId.describe('On which the last grant rests: it names evidence and appraisal.'),
  })
  .describe(
    'A time during which every grant that names the device was issued to one host. A grant is issued on fresh evidence of that host alone.',
  );
export type DeviceStay = z.infer<typeof deviceStay>;
