import { useRef } from 'react';
import { useWords } from '../../words/language.tsx';
import { type Corner, NOWHERE } from './drawing.ts';
import type { DrawingFieldsProps } from './drawing-fields.tsx';
import { NumberField } from './number-field.tsx';
import { proposalWords } from './words.ts';

/** The corners of a ring, in their order: typed, added between others, and removed. */
export function CornerFields({ drawing, read, onChange }: DrawingFieldsProps) {
  const words = useWords(proposalWords);
  const list = useRef<HTMLOListElement>(null);
  const { corners } = drawing;
  const change = (next: readonly Corner[]): void => onChange({ ...drawing, corners: next });
  const put = (at: number, corner: Corner): void => change(corners.with(at, corner));
  const wrong = new Set(read.faults.flatMap((fault) => fault.corners));
  // The fields of the corner that stands there then.
  const goTo = (at: number): void => {
    requestAnimationFrame(() => list.current?.children[at]?.querySelector('input')?.focus());
  };
  const add = (at: number): void => {
    change(corners.toSpliced(at, 0, NOWHERE));
    goTo(at);
  };
  const remove = (at: number): void => {
    change(corners.toSpliced(at, 1));
    goTo(Math.min(at, corners.length - 2));
  };
  return (
    <>
      {corners.length === 0 && <p className="field__hint">{words.noCorners}</p>}
      <ol ref={list} className="proposal__corners">
        {corners.map((corner, at) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a corner is what stands at its place
            key={at}
            className={wrong.has(at) ? 'proposal__corner proposal__corner--wrong' : 'proposal__corner'}
          >
            <span className="proposal__number">{at + 1}</span>
            <NumberField
              label={words.latitudeOf(at + 1)}
              unseen
              value={corner.latitude}
              invalid={wrong.has(at) && corner.latitude !== ''}
              onChange={(latitude) => put(at, { ...corner, latitude })}
            />
            <NumberField
              label={words.longitudeOf(at + 1)}
              unseen
              value={corner.longitude}
              invalid={wrong.has(at) && corner.longitude !== ''}
              onChange={(longitude) => put(at, { ...corner, longitude })}
            />
            <button
              type="button"
              className="button"
              aria-label={words.addAfter(at + 1)}
              onClick={() => add(at + 1)}
            >
              +
            </button>
            <button
              type="button"
              className="button"
              aria-label={words.remove(at + 1)}
              onClick={() => remove(at)}
            >
              −
            </button>
          </li>
        ))}
      </ol>
      <button type="button" className="button" onClick={() => add(corners.length)}>
        {words.add}
      </button>
      <p className="field__hint">
        {words.latitude}, {words.longitude}. {words.degrees}
      </p>
    </>
  );
}
