import { z } from 'zod';
import { country } from './country.ts';
import { base64Url, instant } from './encoding.ts';

const party = z.string().trim().min(1).max(200);

/** One landmark; its name is the id that permits and receipts carry. */
export const landmarkContent = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'must be 1 to 64 lower-case letters, digits, dots and hyphens')
      .describe('Its id, the same in every version.'),
    version: z.string().trim().min(1).max(100),
    operator: party.describe('Who runs it.'),
    company: party.describe('Who hosts it: owns the machine, the rack or the building.'),
    site: party.describe('The building. Who shares operator, company, site or key is one control group.'),
    country,
    place: z.strictObject({
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
    }),
    uncertaintyMeters: z
      .int()
      .min(1)
      .max(1_000_000)
      .describe('How far it may stand from `place`; receipts state the same.'),
    key: base64Url(32, 'Its Ed25519 public key: permits pin it.'),
    addresses: z
      .array(z.strictObject({ address: z.union([z.ipv4(), z.ipv6()]), port: z.int().min(1).max(65_535) }))
      .min(1)
      .max(4)
      .describe('Where it listens (UDP), in the order in which hosts try.'),
    placeBasis: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('audit'),
          auditedAt: instant.describe('Counts for 396 days.'),
          auditor: party.describe('Neither its operator nor its company.'),
          sealedUnit: z
            .string()
            .trim()
            .min(1)
            .max(200)
            .describe('The number of the seal, or of the sealed unit.'),
        }),
        z.strictObject({ kind: z.literal('mesh') }),
      ])
      .describe(
        '`audit`: somebody independent saw it there. `mesh`: it counts only while what other landmarks measure proves its place.',
      ),
  })
  .describe('A landmark: what measures the round trips of hosts.');
export type LandmarkContent = z.infer<typeof landmarkContent>;
