/** `sextant/appraisal`: verified evidence against reference values, to facts, levels and EAR claims. */
export { type AppraisalInput, appraiseHost, type Enrolment, refusedAppraisal } from './appraise.ts';
export { compareBoot } from './boot/match-boot.ts';
export { readBoot } from './boot/read.ts';
export type { BootState } from './boot/state.ts';
export { type Inventory, NO_INVENTORY, type RegisteredDevice } from './devices/inventory.ts';
export { type DottedEarClaims, dottedClaims } from './ear/dotted.ts';
export type { EarLocation } from './ear/location.ts';
export type { TrustworthinessVector } from './ear/trustworthiness.ts';
export { EAR_PROFILE, type EarClaims, type EarInput, earClaims } from './ear.ts';
export { DECLARED, deviceFactsUnder, hostTeeFacts, hostTpmFacts, UNMEASURED } from './facts.ts';
export { factsOfHost } from './facts-of-host.ts';
export { type Assessment, assess, reaches } from './levels.ts';
export { type Match, type MatchContext, type MeasuredState, matchReferenceSets, nearest } from './match.ts';
export {
  type ApprovedReferenceSet,
  type OfflineReferenceSet,
  offlineReferenceSet,
  type ReferenceSet,
  referenceSet,
  referenceSetDigest,
} from './reference-set.ts';
export { type TeeState, teeState, teeStateOf } from './tee-state.ts';
