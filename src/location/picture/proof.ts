import type { Position } from '../antimeridian.ts';
import type { Bound, Grade } from '../bound.ts';
import type { DrawnLandmark } from '../geojson.ts';
import type { Region } from '../region.ts';
import type { Place } from '../wgs84.ts';

/** An area as it is drawn. Closed rings of [longitude, latitude], degrees; they may cross the antimeridian. */
export type DrawnArea = {
  readonly name: string;
  readonly role: 'authorised' | 'forbidden' | 'other';
  readonly rings: readonly (readonly Position[])[];
};

/** What the picture says in words. */
export type DrawnVerdict = {
  readonly verdict: 'proven-inside' | 'proven-outside' | 'inconclusive' | 'inconsistent';
  /** The area asked about, as people call it; null where none was named. */
  readonly area: string | null;
  /** Another area that is still possible, where nothing is proven. */
  readonly elsewhere: string | null;
  readonly grade: Grade;
  /** f. */
  readonly tolerance: number;
  /** Of a ball around the region; null where no point is possible. */
  readonly radiusMeters: number | null;
};

/** A proof of place, with everything that is to be seen of it. */
export type Proof = {
  /** What was placed, as people call it. */
  readonly subject: string;
  readonly landmarks: readonly DrawnLandmark[];
  readonly bounds: readonly Bound[];
  /** What the bounds leave possible. */
  readonly region: Region;
  readonly areas: readonly DrawnArea[];
  /** Where somebody says that the subject stands; null where nobody does. */
  readonly facility: { readonly name: string; readonly place: Place } | null;
  readonly verdict: DrawnVerdict;
};
