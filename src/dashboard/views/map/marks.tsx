import { type Drawn, LandmarkMark } from '../../parts/map/index.ts';
import { useFormats } from '../../words/language.tsx';
import { clustersOf } from './clusters.ts';
import { HostRing, ringRadius } from './host-ring.tsx';
import { NearOutline } from './near-outline.tsx';
import { type FacilityPlace, type Place, summed } from './places.ts';

/** Nearer than this, pixels for the width of the Earth, outlines are large enough to be seen. */
const OUTLINE_SCALE = 200_000;
/** Each is read by itself: where more stand in sight, one goes nearer. */
const MOST_OUTLINES = 50;
const APART_PX = 46;
/** What stands this far beside the map is not drawn. */
const BESIDE_PX = 60;

export type MarksProps = {
  readonly drawn: Drawn;
  readonly places: readonly Place[];
  readonly chosen: string | null;
  /** One place, or several that are too near to each other to be told apart. */
  readonly onPress: (places: readonly Place[]) => void;
};

/** Facilities with the state of their hosts, near ones as one, and landmarks. The list beside the map says the same, and does the same. */
export function Marks({ drawn, places, chosen, onPress }: MarksProps) {
  const { width, height } = drawn.size;
  const seen = places.filter(({ at }) => {
    const [x, y] = drawn.at(at);
    return x > -BESIDE_PX && y > -BESIDE_PX && x < width + BESIDE_PX && y < height + BESIDE_PX;
  });
  const facilities = seen.filter((place) => place.kind === 'facility');
  // The fullest first: where marks are one, it stands there.
  const ordered = facilities.toSorted((a, b) => (b.hosts?.total ?? 0) - (a.hosts?.total ?? 0));
  const clusters = clustersOf(ordered, ({ at }) => drawn.at(at), APART_PX);
  return (
    <>
      {drawn.frame.scale > OUTLINE_SCALE &&
        facilities.length <= MOST_OUTLINES &&
        facilities.map(({ id, facility }) => (
          <NearOutline key={id} drawn={drawn} id={id} isOff={facility.state !== 'authorised'} />
        ))}
      {seen.map((place) =>
        place.kind === 'landmark' ? (
          // biome-ignore lint/a11y/noStaticElementInteractions: the list beside the map does the same by keyboard
          <g key={place.id} className="places__mark" onClick={() => onPress([place])}>
            <LandmarkMark drawn={drawn} landmark={place.landmark} named={place.id === chosen} />
          </g>
        ) : null,
      )}
      {clusters.map(({ at: [x, y], members }) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: likewise
        <g
          key={members[0]?.id}
          className="places__mark"
          transform={`translate(${x.toFixed(1)},${y.toFixed(1)})`}
          onClick={() => onPress(members)}
        >
          <FacilityMark members={members} isChosen={members.some(({ id }) => id === chosen)} />
        </g>
      ))}
    </>
  );
}

function FacilityMark({
  members,
  isChosen,
}: {
  readonly members: readonly FacilityPlace[];
  readonly isChosen: boolean;
}) {
  const formats = useFormats();
  const hosts = summed(members.map((member) => member.hosts));
  const total = hosts?.total ?? 0;
  const authorised = members.some(({ facility }) => facility.state === 'authorised');
  return (
    <>
      {isChosen && <circle className="places__chosen" r={ringRadius(total) + 5} />}
      {hosts === null || total === 0 ? (
        <rect
          className={authorised ? 'places__site' : 'places__site places__site--off'}
          x="-7"
          y="-7"
          width="14"
          height="14"
          rx="3"
        />
      ) : (
        <HostRing hosts={hosts} />
      )}
      {(total > 0 || members.length > 1) && (
        <text className={total > 0 ? 'places__count' : 'places__count places__count--site'} dy="4">
          {formats.number(total > 0 ? total : members.length)}
        </text>
      )}
    </>
  );
}
