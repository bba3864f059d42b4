/** The NVIDIA room's public face: what other rooms may use. */
export { type CollectedDevice, parseDeviceJson } from './device-json.ts';
export type { NvidiaEvidence } from './evidence.ts';
export type { FwidVerdict } from './fwid.ts';
export type { NvidiaChip, NvidiaGeneration, NvidiaKind } from './generation.ts';
export {
  appraiseMeasurements,
  type MeasurementAppraisal,
  type Mismatch,
  type RimVerdict,
} from './measurements.ts';
export * from './nras/index.ts';
export type { RimContent } from './rim/content.ts';
export type { RimShelf } from './rim/select.ts';
export { type NvidiaRim, type RimInput, type RimResult, verifyRim } from './rim/verify.ts';
export { type RimComponent, type RimNeed, rimNeeds } from './rim-id.ts';
export { parseSpdmReport, type SpdmReport } from './spdm-report.ts';
export type { NvidiaDeviceSummary } from './summary.ts';
export {
  type NvidiaDescription,
  type NvidiaDeviceInput,
  type NvidiaDeviceResult,
  verifyNvidiaDevice,
} from './verify.ts';
export type { NvidiaClaims, NvidiaMode } from './versions.ts';
