export type { PlannedFacility, Site } from './expect.ts';
export type { Obstacle } from './obstacle.ts';
export { type FacilityPlan, type Plan, planLandmarks } from './plan.ts';
export type { PlanOptions } from './provable.ts';
export { CAUTIOUS, type RttModel, SEEN_EXCESS_MS } from './rtt-model.ts';
