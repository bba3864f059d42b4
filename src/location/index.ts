/** `sextant/location`: what round trips prove of a place. Pure: maps, bounds and seeds are arguments. */
export type { Position } from './antimeridian.ts';
export { type AuthorisedArea, areaOfCountries, areaOfOutline } from './authorised-area.ts';
export { type Bound, boundOf, type Grade, type Measurement } from './bound.ts';
export { type Containment, containment } from './containment.ts';
export { type Controlled, controlGroups } from './control-groups.ts';
export { type CountryProof, excludedCountries, provenCountry } from './country.ts';
export { type Cover, coverOf, extentOf } from './cover.ts';
export { explainDifference, isProven, type Question, type Reason } from './difference.ts';
export { type Geography, geographyOf, labelAtPlace, type NamedArea, NOWHERE } from './geography.ts';
export { type DrawnLandmark, type RegionFacts, regionGeoJson } from './geojson.ts';
export type { WeighedMeasurement } from './grade-proof.ts';
export { type AreaJudgement, judgeCountries } from './judge.ts';
export {
  type Atlas,
  countriesOf,
  type Jurisdictions,
  jurisdictionsFrom,
  jurisdictionsOf,
  labelsOf,
  type MaritimeReading,
  otherLabels,
} from './jurisdictions.ts';
export type { Landmark, MeshPair } from './landmark.ts';
export {
  type ExperimentOptions,
  type Matrix,
  type Node,
  type Placement,
  placeNode,
} from './leave-one-out.ts';
export { type Contradiction, contradictions } from './mesh.ts';
export { type Partition, partitionOf } from './partition.ts';
export { type DrawnArea, type DrawnVerdict, type Proof, provePicture } from './picture/index.ts';
export {
  CAUTIOUS,
  type FacilityPlan,
  type Obstacle,
  type Plan,
  type PlannedFacility,
  type PlanOptions,
  planLandmarks,
  type RttModel,
  SEEN_EXCESS_MS,
  type Site,
} from './plan/index.ts';
export { type Quarrel, quarantine } from './quarantine.ts';
export { holds, type Region, regionOf, touches } from './region.ts';
export { DEFAULT_LIMITS, findInRegion, type SearchLimits, type SearchResult } from './search.ts';
export {
  campaign,
  run,
  simulate,
  type Tally,
  type Task,
  type Trial,
  type TrialOutcome,
} from './simulation/index.ts';
export { type PlaceTolerance, type Standing, setAside, standings } from './standing.ts';
export { type LocationInput, locate } from './verdict.ts';
export { chordMeters, type Ecef, type Place, toEcef } from './wgs84.ts';
