/** `sextant/appraisal`: verified evidence against reference values, to facts, levels and EAR claims. */
export { type AppraisalInput, appraiseHost, type Enrolment, refusedAppraisal } from './appraise.ts';
export { EAR_PROFILE, type EarClaims, type EarInput, earClaims, type TrustworthinessVector } from './ear.ts';
export { DECLARED, deviceFactsUnder, hostTpmFacts, UNMEASURED } from './facts.ts';
export { type Assessment, assess, reaches } from './levels.ts';
export { type Match, type MeasuredState, matchReferenceSets, nearest } from './match.ts';
export {
  type ApprovedReferenceSet,
  type ReferenceSet,
  referenceSet,
  referenceSetDigest,
} from './reference-set.ts';
