import type { FwidVerdict } from './fwid.ts';
import type { NvidiaGeneration, NvidiaKind } from './generation.ts';
import type { RimVerdict } from './measurements.ts';
import type { NvidiaDescription } from './verify.ts';
import type { NvidiaMode } from './versions.ts';

/** One device of the evidence, for readers: who it is, and how it compares with NVIDIA's reference values. */
export type NvidiaDeviceSummary = {
  /** Where it stands in the evidence. */
  readonly where: string;
  /** Whether its own checks hold. If not, what follows is what it says, and nothing more. */
  readonly authentic: boolean;
  /** Null from here on: report or chain could not be read. */
  readonly kind: NvidiaKind | null;
  readonly generation: NvidiaGeneration | null;
  readonly chip: string | null;
  /** EAT's hwmodel. */
  readonly model: string | null;
  /** SHA-256 of the key that NVIDIA certified as the chip's, DER SubjectPublicKeyInfo. */
  readonly identity: string | null;
  readonly ueid: string | null;
  readonly driverVersion: string | null;
  readonly vbiosVersion: string | null;
  readonly mode: NvidiaMode | null;
  readonly fwid: FwidVerdict | null;
  /** Empty where the report is not authentic: then nothing was measured. */
  readonly measurements: readonly RimVerdict[];
};

export function summarise(
  where: string,
  authentic: boolean,
  described: NvidiaDescription | null,
  measurements: readonly RimVerdict[],
): NvidiaDeviceSummary {
  return {
    where,
    authentic,
    kind: described?.chip.kind ?? null,
    generation: described?.chip.generation ?? null,
    chip: described?.chip.chip ?? null,
    model: described?.model ?? null,
    identity: described?.identity ?? null,
    ueid: described?.ueid ?? null,
    driverVersion: described?.claims.driverVersion ?? null,
    vbiosVersion: described?.claims.vbiosVersion ?? null,
    mode: described?.claims.mode ?? null,
    fwid: described?.fwid ?? null,
    measurements,
  };
}
