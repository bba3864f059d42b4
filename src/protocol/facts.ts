import { z } from 'zod';
import { instant } from './encoding.ts';

/** What is known of each device: four facts, and the ways in which they are weak. Weakest value first throughout. */
export const DEVICE_FACTS = ['declared', 'host-reported', 'attested'] as const;
export const HOST_FACTS = ['none', 'tpm', 'tee', 'sealed'] as const;
export const LEVELS = ['G0', 'G1', 'G2', 'G3', 'G4'] as const;
export type Level = (typeof LEVELS)[number];

export const level = z
  .enum(LEVELS)
  .describe('What fresh evidence proves, G0 nothing to G4; computed from the facts, never asserted.');

export const deviceFact = z
  .enum(DEVICE_FACTS)
  .describe("Whose word there is for the device: its owner's, its host's, or its own hardware's.");
export const hostFact = z
  .enum(HOST_FACTS)
  .describe('How its host is attested under a matching reference set; none where no set matches.');

export const grade = z.enum(['A', 'B']).describe('A: unconditional physics. B: assumes solid glass fibre.');
export const toleratedLiars = z.int().min(0).describe('f: how many lying landmark operators it survives.');

export const place = z
  .strictObject({
    verdict: z.enum(['unmeasured', 'inconclusive', 'inconsistent', 'proven-outside', 'proven-inside']),
    grade: grade.nullable(),
    toleratedLiars: toleratedLiars.nullable(),
    byGrade: z
      .strictObject({ A: toleratedLiars.nullable(), B: toleratedLiars.nullable() })
      .optional()
      .describe('f by grade, where more than one pair holds; null for a grade that proves nothing.'),
    insideGeofence: z.boolean().describe("Inside the facility's own geofence, by on-site landmarks."),
    keyCustody: z
      .enum(['operator-extractable', 'sealed'])
      .describe('Whether whoever owns the host could carry its location key elsewhere.'),
  })
  .describe('What latency proves of the place.');
export type Place = z.infer<typeof place>;

const audit = z
  .strictObject({ auditedAt: instant.nullable(), tamperSignal: z.boolean() })
  .describe('The latest independent audit of the facility.');

export const gpuBinding = z
  .enum(['not-applicable', 'none', 'measured-cvm', 'timed', 'tdisp'])
  .describe("What ties a GPU's report to the host that submits it.");

export const facts = z.strictObject({ device: deviceFact, host: hostFact, place, audit, gpuBinding });
export type Facts = z.infer<typeof facts>;

/** A weakness that a licence may accept by this name. What it does not name stays a reason to deny. */
const WEAKNESSES = ['operator-claimed-serial', 'gpu-binding', 'operator-extractable'] as const;
export const waivable = z
  .enum(WEAKNESSES)
  .describe(
    "A weakness that a licence may waive by name; answers then say so. `operator-claimed-serial`: only the operator says that the chip bears this serial number. `gpu-binding`: the device's report could be relayed from a machine elsewhere. `operator-extractable`: whoever owns the host could carry its location key elsewhere; counts for a `place` among the minimum facts, never for a level.",
  );
export type Weakness = z.infer<typeof waivable>;

/** What ties a serial number to a chip, by whose word. */
export const serialLink = z.enum(['manufacturer-manifest', 'operator-claimed', 'contradicted', 'none']);
export type SerialLink = z.infer<typeof serialLink>;
