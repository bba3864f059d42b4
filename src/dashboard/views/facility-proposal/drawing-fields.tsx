import { useId } from 'react';
import { Panel } from '../../parts/panel.tsx';
import { useWords } from '../../words/language.tsx';
import { CornerFields } from './corner-fields.tsx';
import { DRAWING_KINDS, type Drawing, type ReadDrawing } from './drawing.ts';
import { GeoJsonFields } from './geojson-fields.tsx';
import { NumberField } from './number-field.tsx';
import { proposalWords } from './words.ts';

export type DrawingFieldsProps = {
  readonly drawing: Drawing;
  readonly read: ReadDrawing;
  readonly onChange: (drawing: Drawing) => void;
};

/** All that can be drawn, in fields: whoever has no pointer lacks nothing. */
export function DrawingFields(props: DrawingFieldsProps) {
  const { drawing, read, onChange } = props;
  const words = useWords(proposalWords);
  const id = useId();
  return (
    <Panel title={words.where}>
      <div className="proposal__group">
        <fieldset className="proposal__kinds">
          <legend>{words.ways}</legend>
          {DRAWING_KINDS.map((kind) => (
            <label key={kind}>
              <input
                type="radio"
                name={id}
                checked={drawing.kind === kind}
                onChange={() => onChange({ ...drawing, kind })}
              />
              {words.kinds[kind]}
            </label>
          ))}
        </fieldset>
        {drawing.kind === 'point' && <PointFields {...props} />}
        {drawing.kind === 'polygon' && <CornerFields {...props} />}
        {drawing.kind === 'geojson' && <GeoJsonFields read={read} drawing={drawing} onChange={onChange} />}
      </div>
    </Panel>
  );
}

function PointFields({ drawing, read, onChange }: DrawingFieldsProps) {
  const words = useWords(proposalWords);
  const { center, radius } = drawing;
  const isWrong = (wanted: string, value: string): boolean =>
    value !== '' && read.faults.some(({ code }) => code === wanted);
  return (
    <>
      <div className="proposal__pair">
        <NumberField
          label={words.latitude}
          value={center.latitude}
          invalid={isWrong('latitude', center.latitude)}
          onChange={(latitude) => onChange({ ...drawing, center: { ...center, latitude } })}
        />
        <NumberField
          label={words.longitude}
          value={center.longitude}
          invalid={isWrong('longitude', center.longitude)}
          onChange={(longitude) => onChange({ ...drawing, center: { ...center, longitude } })}
        />
        <NumberField
          label={words.radius}
          value={radius}
          invalid={isWrong('radius', radius)}
          onChange={(given) => onChange({ ...drawing, radius: given })}
        />
      </div>
      <p className="field__hint">{words.degrees}</p>
    </>
  );
}
