import { useMemo } from 'react';
import type { Outline, Position } from '../../../protocol/outline.ts';
import { GroundMap, OutlineShape, ringsOf } from '../../parts/map/index.ts';
import { Panel } from '../../parts/panel.tsx';
import { useWords } from '../../words/language.tsx';
import { CornerHandles } from './corner-handles.tsx';
import { useCountryPlaces } from './country-places.ts';
import { cornerAt } from './drawing.ts';
import type { DrawingFieldsProps } from './drawing-fields.tsx';
import { proposalWords } from './words.ts';

/** Drawing by pointer, and by Enter at the cross; what is drawn stands in the fields at once. */
export function DrawingMap({
  drawing,
  read,
  country,
  onChange,
}: DrawingFieldsProps & { readonly country: string }) {
  const words = useWords(proposalWords);
  const { kind, corners } = drawing;
  const rings = useMemo(() => ringsDrawn(read.outline), [read.outline]);
  const whole = useMemo(() => rings.flat(), [rings]);
  const land = useCountryPlaces(country);
  const pasted = kind === 'geojson' && whole.length > 0 ? whole : null;
  const choose = (position: Position): void => {
    if (kind === 'point') onChange({ ...drawing, center: cornerAt(position) });
    if (kind === 'polygon') onChange({ ...drawing, corners: [...corners, cornerAt(position)] });
  };
  return (
    <Panel title={words.map}>
      <GroundMap
        label={words.map}
        shown={pasted ?? land}
        whole={whole.length > 0 ? whole : land}
        {...(kind === 'geojson' ? {} : { onChoose: choose })}
      >
        {(drawn) => (
          <>
            <OutlineShape
              drawn={drawn}
              rings={rings}
              look={read.faults.length > 0 ? 'map__outline--bad' : ''}
            />
            {kind !== 'geojson' && (
              <CornerHandles
                drawn={drawn}
                corners={kind === 'point' ? [drawing.center] : corners}
                wrong={read.faults.flatMap((fault) => fault.corners)}
                onMove={(at, position) => {
                  const moved = cornerAt(position);
                  onChange(
                    kind === 'point'
                      ? { ...drawing, center: moved }
                      : { ...drawing, corners: corners.with(at, moved) },
                  );
                }}
              />
            )}
          </>
        )}
      </GroundMap>
      <p className="field__hint">{words.onMap[kind]}</p>
    </Panel>
  );
}

const NO_RINGS: readonly (readonly Position[])[] = [];

function ringsDrawn(outline: Outline | null): readonly (readonly Position[])[] {
  return outline === null ? NO_RINGS : ringsOf(outline);
}
