import type { BundleDevice, DeviceEvidence } from '../devices.ts';

/**
 * Devices of a bundle in values that JSON keeps: instants as milliseconds since 1970, and nothing twice. Findings travel by
 * themselves (packed-findings.ts).
 */
export type PackedDevice = Omit<BundleDevice, 'evidence' | 'measurements' | 'findings' | 'described'> & {
  /** Null where there is evidence, which says the same. */
  readonly described: BundleDevice['described'];
  readonly evidence: Packed<DeviceEvidence, number> | null;
  readonly measurements: Packed<Measurements, number | null> | null;
};

type Measurements = NonNullable<BundleDevice['measurements']>;
type Packed<T, Instant> = Omit<T, 'validUntil'> & { readonly validUntil: Instant };

export function packDevice({
  label,
  kind,
  described,
  evidence,
  measurements,
  revoked,
}: BundleDevice): PackedDevice {
  return {
    ...{ label, kind, revoked },
    described: evidence === null ? described : null,
    evidence: evidence === null ? null : packEvidence(evidence),
    measurements:
      measurements === null
        ? null
        : { ...measurements, validUntil: measurements.validUntil?.getTime() ?? null },
  };
}

/** Member by member: the report, which the evidence may hold besides, stays where it was read. */
function packEvidence({
  chip,
  model,
  identity,
  ueid,
  fwid,
  claims,
  revocationChecked,
  validUntil,
}: DeviceEvidence): Packed<DeviceEvidence, number> {
  const validUntilMs = validUntil.getTime();
  return { chip, model, identity, ueid, fwid, claims, revocationChecked, validUntil: validUntilMs };
}

/** What {@link packDevice} was given, its findings aside; nothing of it is sealed yet. */
export function unpackDevice({
  described,
  evidence: packed,
  measurements,
  ...rest
}: PackedDevice): Omit<BundleDevice, 'evidence' | 'findings'> & { readonly evidence: DeviceEvidence | null } {
  const evidence = packed === null ? null : { ...packed, validUntil: new Date(packed.validUntil) };
  return {
    ...rest,
    described: evidence === null ? described : describedBy(evidence),
    evidence,
    measurements:
      measurements === null
        ? null
        : {
            ...measurements,
            validUntil: measurements.validUntil === null ? null : new Date(measurements.validUntil),
          },
  };
}

function describedBy({
  chip,
  model,
  identity,
  ueid,
  fwid,
  claims,
}: DeviceEvidence): BundleDevice['described'] {
  return { chip, model, identity, ueid, fwid, claims };
}
