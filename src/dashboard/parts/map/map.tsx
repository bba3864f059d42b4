import { type ReactNode, useId, useRef } from 'react';
import type { Position } from '../../../protocol/outline.ts';
import { useFormats, useWords } from '../../words/language.tsx';
import { Ground } from './ground.tsx';
import { type Frame, metersPerPixel, type Point, pixelOf, positionAt, type Size } from './plane.ts';
import { useFrame } from './use-frame.ts';
import { type Pointer, useHand, withinOf } from './use-hand.ts';
import { mapWords } from './words.ts';
import './map.css';

/** Where things are drawn on the ground now, in pixels. */
export type Drawn = {
  readonly frame: Frame;
  readonly size: Size;
  readonly at: (position: Position) => Point;
  /** Which place lies under a pointer. */
  readonly under: (pointer: Pointer) => Position;
};

export type MapProps = {
  /** What is shown, e.g. one facility's name. */
  readonly label: string;
  /** Places that are seen whole at first, and again whenever the list is another. */
  readonly shown: readonly Position[];
  /** What everything is, where that is more than what is shown at first. */
  readonly whole?: readonly Position[];
  /** SVG over the ground. */
  readonly children: (drawn: Drawn) => ReactNode;
  /** A place was chosen: by a press of the pointer, or by Enter at the cross in the middle. */
  readonly onChoose?: (position: Position) => void;
};

/**
 * The ground of countries with something drawn on it, moved by pointer and keys. An illustration: whatever it shows stands beside it
 * in words, and whatever can be done on it can be done there.
 */
export function GroundMap({ label, shown, whole = shown, children, onChoose }: MapProps) {
  const words = useWords(mapWords);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const framed = useFrame(box, shown, whole);
  const choose = (at: Point): void => {
    if (framed !== null) onChoose?.(positionAt(framed.frame, framed.size, at));
  };
  const hand = useHand(box, framed, choose);
  return (
    <div className="map">
      {/* biome-ignore lint/a11y/useSemanticElements: no fieldset: nothing in it is filled in */}
      <div
        ref={box}
        className={onChoose === undefined ? 'map__box' : 'map__box map__box--choosing'}
        role="group"
        aria-label={label}
        aria-describedby={id}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be moved must be reached by keyboard
        tabIndex={0}
        {...hand}
        onKeyDown={(event) => {
          if (event.target !== event.currentTarget || framed === null || event.ctrlKey || event.metaKey)
            return;
          const { width, height } = framed.size;
          if (event.key === 'Enter' && onChoose !== undefined) choose([width / 2, height / 2]);
          else if (!framed.press(event.key)) return;
          event.preventDefault();
        }}
      >
        {framed !== null && (
          <>
            <Ground frame={framed.frame} size={framed.size} />
            <svg
              className="map__marks"
              width={framed.size.width}
              height={framed.size.height}
              aria-hidden="true"
            >
              {children({
                ...framed,
                at: (position) => pixelOf(framed.frame, framed.size, position),
                under: (pointer) => positionAt(framed.frame, framed.size, withinOf(box.current, pointer)),
              })}
              {onChoose !== undefined && <Cross size={framed.size} />}
            </svg>
            <Scale frame={framed.frame} />
          </>
        )}
      </div>
      <p id={id} className="unseen">
        {words.keys} {onChoose === undefined ? '' : words.choosing}
      </p>
      <div className="map__buttons">
        <button
          type="button"
          className="map__button"
          aria-label={words.nearer}
          onClick={() => framed?.step(true)}
        >
          +
        </button>
        <button
          type="button"
          className="map__button"
          aria-label={words.farther}
          onClick={() => framed?.step(false)}
        >
          −
        </button>
        <button
          type="button"
          className="map__button"
          aria-label={words.whole}
          onClick={() => framed?.whole()}
        >
          ⤢
        </button>
      </div>
      <p className="map__source">{words.source}</p>
    </div>
  );
}

/** Where Enter chooses; seen while the map has the focus. */
function Cross({ size: { width, height } }: { readonly size: Size }) {
  return (
    <path className="map__cross" d={`M${width / 2 - 9},${height / 2}h18M${width / 2},${height / 2 - 9}v18`} />
  );
}

const LONGEST_PX = 110;

function Scale({ frame }: { readonly frame: Frame }) {
  const formats = useFormats();
  const most = metersPerPixel(frame) * LONGEST_PX;
  const power = 10 ** Math.floor(Math.log10(most));
  const meters = power * ([5, 2, 1].find((step) => step * power <= most) ?? 1);
  const width = meters / metersPerPixel(frame);
  return (
    <svg className="map__scale" width={LONGEST_PX + 8} height="26" aria-hidden="true">
      <path d={`M1,12v8h${width.toFixed(1)}v-8`} />
      <text x="6" y="15">
        {meters < 1000 ? `${formats.number(meters)} m` : `${formats.number(meters / 1000)} km`}
      </text>
    </svg>
  );
}
