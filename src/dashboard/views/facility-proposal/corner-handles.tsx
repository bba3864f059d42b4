import { useRef } from 'react';
import type { Position } from '../../../protocol/outline.ts';
import type { Drawn } from '../../parts/map/index.ts';
import type { Corner } from './drawing.ts';

type CornerHandlesProps = {
  readonly drawn: Drawn;
  readonly corners: readonly Corner[];
  /** Drawn otherwise, by their place in the list. */
  readonly wrong: readonly number[];
  readonly onMove: (at: number, position: Position) => void;
};

/** Corners on the map, to be pulled elsewhere: those that are numbers. */
export function CornerHandles({ drawn, corners, wrong, onMove }: CornerHandlesProps) {
  const pulled = useRef<number | null>(null);
  return corners.map(({ latitude, longitude }, at) => {
    const position: Position = [Number(longitude), Number(latitude)];
    const isPlace = latitude.trim() !== '' && longitude.trim() !== '' && position.every(Number.isFinite);
    if (!isPlace || Math.abs(position[0]) > 180 || Math.abs(position[1]) > 90) return null;
    const [x, y] = drawn.at(position);
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a corner is what stands at its place
      <g key={at} transform={`translate(${x.toFixed(1)},${y.toFixed(1)})`}>
        <circle
          className={wrong.includes(at) ? 'proposal__handle proposal__handle--wrong' : 'proposal__handle'}
          r="7"
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.stopPropagation(); // the map stays where it is
            event.currentTarget.setPointerCapture(event.pointerId);
            pulled.current = at;
          }}
          onPointerMove={(event) => {
            if (pulled.current === at) onMove(at, drawn.under(event));
          }}
          onPointerUp={(event) => {
            event.stopPropagation();
            pulled.current = null;
          }}
        />
        {corners.length > 1 && (
          <text className="map__name" x="10" y="-8">
            {at + 1}
          </text>
        )}
      </g>
    );
  });
}
