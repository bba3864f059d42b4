import { useMemo } from 'react';
import type { Position } from '../../../protocol/outline.ts';
import type { Answer } from '../../api/call.ts';
import { GroundMap, LandmarkMarks, OutlineShape, ringsOf } from '../../parts/map/index.ts';
import { Panel } from '../../parts/panel.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useWords } from '../../words/language.tsx';
import { landmarksWords } from '../landmarks/words.ts';

type Landmark = Answer<'listLandmarks'>['items'][number];
type StandProps = {
  readonly landmark: Landmark;
  readonly landmarks: readonly Landmark[];
  readonly measured: Answer<'listLandmarkMeasurements'>['items'];
};

/** Where it says that it stands, and the others that it was measured with: a broken line where they contradict each other. */
export function Stand({ landmark, landmarks, measured }: StandProps) {
  const words = useWords(landmarksWords);
  const { id, latitude, longitude, uncertaintyMeters } = landmark;
  const own: Position = useMemo(() => [longitude, latitude], [longitude, latitude]);
  const doubt = useMemo(
    () => ringsOf({ type: 'Point', coordinates: own, radiusMeters: uncertaintyMeters }),
    [own, uncertaintyMeters],
  );
  const peers = useMemo(() => {
    const bad = new Map<string, boolean>();
    for (const { from, to, contradicts } of measured) {
      const other = from === id ? to : from;
      bad.set(other, (bad.get(other) ?? false) || contradicts);
    }
    return landmarks.flatMap((peer) =>
      bad.has(peer.id) ? [{ peer, contradicts: bad.get(peer.id) === true }] : [],
    );
  }, [measured, landmarks, id]);
  const shown = useMemo(
    (): readonly Position[] => [own, ...peers.map(({ peer }): Position => [peer.longitude, peer.latitude])],
    [own, peers],
  );
  return (
    <Panel title={words.place}>
      <GroundMap label={words.map(toldText(id))} shown={shown}>
        {(drawn) => {
          const [x, y] = drawn.at(own);
          return (
            <>
              {peers.map(({ peer, contradicts }) => {
                const [px, py] = drawn.at([peer.longitude, peer.latitude]);
                const look = contradicts ? 'landmark__pair landmark__pair--bad' : 'landmark__pair';
                return <line key={peer.id} className={look} x1={x} y1={y} x2={px} y2={py} />;
              })}
              <OutlineShape drawn={drawn} rings={doubt} look="landmark__doubt" />
              <LandmarkMarks drawn={drawn} landmarks={[landmark, ...peers.map(({ peer }) => peer)]} />
            </>
          );
        }}
      </GroundMap>
    </Panel>
  );
}
