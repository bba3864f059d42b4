/**
 * Grants, for whoever honours them: `sextant/grant`. Everything here is a function of its arguments; nothing needs the
 * service, a network or a clock.
 *
 * Begin with {@link verifyGrant}: it takes a grant, a status list token and the host's proof, and answers every check.
 */
export type { Check, Findings, NotPerformed } from '../../evidence/check.ts';
export {
  type GrantClaims,
  type GrantedDevice,
  type GrantStatus,
  type StatusListClaims,
  tenantAudience,
} from '../../protocol/grant.ts';
export { parseWitnessKey } from '../cosignature.ts';
export { parseVerifierKey } from '../note.ts';
export type { KnownLog } from './check-record.ts';
export { type DeviceProof, deviceTree, isGrantedDevice, proveDevice } from './devices.ts';
export { type GrantKeys, parseGrantKeys } from './keys.ts';
export { type ParsedGrant, parseGrant } from './parse.ts';
export type { Possession } from './possession.ts';
export {
  decodeStatusList,
  encodeStatusList,
  type ParsedStatusList,
  parseStatusList,
  statusAt,
} from './status-list.ts';
export { parseUsageReport, type UsageReport } from './usage-report.ts';
export { type GrantJudgement, type GrantPolicy, type ShownGrant, verifyGrant } from './verify.ts';
