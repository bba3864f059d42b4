/** What must be reported to an authority: docs/incidents.md. */
export const INCIDENT_KINDS = [
  'diversion',
  'duplicate-device',
  'spoofed-location',
  'missing-devices',
  'tampering',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];
