import { useId, useState } from 'react';
import { useAnnounce } from '../../app/announce.tsx';
import { useWords } from '../../words/language.tsx';
import { cornersOf } from './drawing.ts';
import type { DrawingFieldsProps } from './drawing-fields.tsx';
import { proposalWords } from './words.ts';

/** As much as the verifier takes of a facility. */
const MOST_BYTES = 256 * 1024;

/** An outline as other programs write it: pasted or opened; one ring can be gone on with as corners. */
export function GeoJsonFields({ drawing, read, onChange }: DrawingFieldsProps) {
  const words = useWords(proposalWords);
  const announce = useAnnounce();
  const [unreadable, setUnreadable] = useState(false);
  const id = useId();
  const corners = read.outline === null ? null : cornersOf(read.outline);
  const open = async (file: File): Promise<void> => {
    const text = file.size > MOST_BYTES ? null : await file.text().catch(() => null);
    setUnreadable(text === null);
    if (text !== null) onChange({ ...drawing, text });
  };
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{words.text}</label>
        <textarea
          id={id}
          className="input input--mono"
          rows={8}
          maxLength={MOST_BYTES}
          spellCheck={false}
          aria-describedby={`${id}hint`}
          value={drawing.text}
          onChange={({ target }) => onChange({ ...drawing, text: target.value })}
        />
        <p id={`${id}hint`} className="field__hint">
          {words.textHint}
        </p>
      </div>
      <div className="field">
        <label htmlFor={`${id}file`}>{words.open}</label>
        <input
          id={`${id}file`}
          type="file"
          accept=".geojson,.json"
          onClick={({ currentTarget }) => {
            currentTarget.value = ''; // so that the same file, mended, is another choice
          }}
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file !== undefined) void open(file);
          }}
        />
        {unreadable && (
          <p className="field__error" role="alert">
            {words.unreadable}
          </p>
        )}
      </div>
      {corners !== null && (
        <button
          type="button"
          className="button"
          onClick={() => {
            announce(words.seen(corners.length));
            onChange({ ...drawing, kind: 'polygon', corners });
          }}
        >
          {words.edit}
        </button>
      )}
    </>
  );
}
