/** `sextant/policy`: decisions under a licence, and judgements of files under a named policy. */
export { decide, GATE_POLICY } from './decide.ts';
export type {
  DecisionInput,
  DeviceEvidence,
  DeviceState,
  FacilityState,
  Latch,
  LicenceState,
  PartyState,
  Readable,
  SerialLink,
} from './inputs.ts';
export { exitStatus, type Judgement, type JudgeOptions, judgeOffline } from './judge.ts';
export { type LicenceConditions, licenceConditions } from './licence.ts';
export { BUILT_IN_POLICIES, type OfflinePolicy, offlinePolicy } from './offline-policy.ts';
export { DECISION_CODES, type DecisionCode } from './reasons.ts';
