import { diskRing } from '../../../location/picture/disks.ts';
import { toEcef } from '../../../location/wgs84.ts';
import type { Outline, Position } from '../../../protocol/outline.ts';
import type { Drawn } from './map.tsx';

/** Every ring of an outline; of a point with a radius, the places at that distance through the Earth, as the verifier measures it. */
export function ringsOf(outline: Outline): readonly (readonly Position[])[] {
  if (outline.type === 'Polygon') return outline.coordinates;
  if (outline.type === 'MultiPolygon') return outline.coordinates.flat();
  const [longitude, latitude] = outline.coordinates;
  const landmark = { latitude, longitude };
  const bound = {
    landmarkId: '',
    controlGroup: '',
    center: toEcef(landmark),
    radiusMeters: outline.radiusMeters,
  };
  return [diskRing(bound, landmark) ?? []];
}

export type OutlineShapeProps = {
  readonly drawn: Drawn;
  readonly rings: readonly (readonly Position[])[];
  /** A class besides `map__outline`. */
  readonly look?: string;
};

/** An outline on the ground. */
export function OutlineShape({ drawn: { at }, rings, look = '' }: OutlineShapeProps) {
  const path = rings
    .map(
      (ring) =>
        `M${ring
          .map((position) =>
            at(position)
              .map((each) => each.toFixed(1))
              .join(','),
          )
          .join('L')}Z`,
    )
    .join('');
  return <path className={`map__outline ${look}`} fillRule="evenodd" d={path} />;
}
