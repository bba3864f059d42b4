import type { Operations } from '../../api/operations.ts';

export type Facility = Operations['getFacility']['answer'];
export type Period = Operations['listFacilityAuthorisations']['answer']['items'][number];
export type Landmark = Operations['listLandmarks']['answer']['items'][number];
