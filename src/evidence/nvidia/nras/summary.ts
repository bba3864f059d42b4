import type { NvidiaKind } from '../generation.ts';
import type { NrasResult } from './verify.ts';

/** What NVIDIA's attestation service says, for readers. */
export type NrasSummary = {
  /** Whether its tokens are its own, current and whole. If not, what follows is what they say, and nothing more. */
  readonly authentic: boolean;
  readonly result: boolean;
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly devices: readonly NrasDeviceSummary[];
};

export type NrasDeviceSummary = {
  readonly name: string;
  readonly kind: NvidiaKind;
  readonly ueid: string;
  readonly model: string;
  readonly driverVersion: string | null;
  readonly vbiosVersion: string | null;
  readonly measurements: string;
  readonly secureBoot: boolean | null;
  readonly debugStatus: string | null;
  readonly warning: string | null;
};

export function summariseNras({ described, verified }: NrasResult): NrasSummary | null {
  if (described === null) return null;
  const { overall, devices } = described;
  return {
    authentic: verified !== null,
    result: overall.result,
    issuedAt: overall.issuedAt.toISOString(),
    expiresAt: overall.expiresAt.toISOString(),
    devices: devices.map(
      ({
        name,
        kind,
        ueid,
        model,
        driverVersion,
        vbiosVersion,
        measurements,
        secureBoot,
        debugStatus,
        warning,
      }) => ({
        ...{ name, kind, ueid, model, driverVersion, vbiosVersion },
        ...{ measurements, secureBoot, debugStatus, warning },
      }),
    ),
  };
}
