import { toldText } from '../told-text.ts';
import type { Drawn } from './map.tsx';

export type LandmarkMarkProps = {
  readonly drawn: Drawn;
  readonly landmark: {
    readonly id: string;
    readonly latitude: number;
    readonly longitude: number;
    readonly standing: string;
  };
  /** Its name beside it. */
  readonly named: boolean;
};

/** Of a name beside its mark: about. */
const NAME_PX = { wide: 90, high: 16 };

/** Landmarks with their names, as far as these have room: the first of them is named in any case. */
export function LandmarkMarks({
  drawn,
  landmarks,
}: {
  readonly drawn: Drawn;
  readonly landmarks: readonly LandmarkMarkProps['landmark'][];
}) {
  const named: (readonly [number, number])[] = [];
  const marks = landmarks.map((landmark) => {
    const [x, y] = drawn.at([landmark.longitude, landmark.latitude]);
    const free = !named.some(
      ([nx, ny]) => Math.abs(nx - x) < NAME_PX.wide && Math.abs(ny - y) < NAME_PX.high,
    );
    if (free) named.push([x, y]);
    return <LandmarkMark key={landmark.id} drawn={drawn} landmark={landmark} named={free} />;
  });
  // What is named first lies above the others.
  return marks.toReversed();
}

/** A landmark: a filled diamond where it counts, an empty one where it does not, with its name. */
export function LandmarkMark({ drawn: { at }, landmark, named }: LandmarkMarkProps) {
  const { id, latitude, longitude, standing } = landmark;
  const [x, y] = at([longitude, latitude]);
  const look = standing === 'counts' ? 'map__landmark map__landmark--counts' : 'map__landmark';
  return (
    <g transform={`translate(${x.toFixed(1)},${y.toFixed(1)})`}>
      <path className={look} d="M0,-7L7,0L0,7L-7,0Z" />
      {named && (
        <text className="map__name" x="11" y="4">
          {toldText(id, 24)}
        </text>
      )}
    </g>
  );
}
