import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Position } from '../../../protocol/outline.ts';
import { type Frame, framing, type Point, panned, type Size, zoomed } from './plane.ts';

/** Of one press of a key: pixels, and how much nearer. */
const STEP_PX = 60;
const STEP_ZOOM = 1.6;

export type Framed = {
  readonly frame: Frame;
  readonly size: Size;
  /** Nearer or farther by one step, in the middle. */
  readonly step: (nearer: boolean) => void;
  readonly whole: () => void;
  readonly zoom: (factor: number, around: Point) => void;
  readonly pan: (dx: number, dy: number) => void;
  /** Whether the key was one of the map's. */
  readonly press: (key: string) => boolean;
};

/** What of the world a map shows: at first, and whenever they are others, all of some places. */
export function useFrame(
  box: RefObject<HTMLElement | null>,
  shown: readonly Position[],
  everything: readonly Position[],
): Framed | null {
  const [size, setSize] = useState<Size | null>(null);
  const [chosen, setChosen] = useState<{ readonly of: unknown; readonly frame: Frame } | null>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width > 0 && height > 0) setSize({ width, height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  const fitted = useRef<{ readonly of: unknown; readonly size: Size; readonly frame: Frame } | null>(null);
  if (size === null) return null;
  if (fitted.current?.of !== shown || fitted.current.size !== size) {
    fitted.current = { of: shown, size, frame: framing(shown, size) };
  }
  const all = fitted.current.frame;
  const frame = chosen?.of === shown ? chosen.frame : all;
  const change = (made: (before: Frame) => Frame): void =>
    setChosen((before) => ({ of: shown, frame: made(before?.of === shown ? before.frame : all) }));
  const zoom = (factor: number, around: Point): void =>
    change((before) => zoomed(before, size, factor, around));
  const step = (nearer: boolean): void =>
    zoom(nearer ? STEP_ZOOM : 1 / STEP_ZOOM, [size.width / 2, size.height / 2]);
  const pan = (dx: number, dy: number): void => change((before) => panned(before, dx, dy));
  const whole = (): void => change(() => framing(everything, size));
  const keys: { readonly [key: string]: () => void } = {
    ArrowLeft: () => pan(STEP_PX, 0),
    ArrowRight: () => pan(-STEP_PX, 0),
    ArrowUp: () => pan(0, STEP_PX),
    ArrowDown: () => pan(0, -STEP_PX),
    '+': () => step(true),
    '=': () => step(true),
    '-': () => step(false),
    '0': whole,
  };
  const press = (key: string): boolean => {
    const act = Object.hasOwn(keys, key) ? keys[key] : undefined;
    act?.();
    return act !== undefined;
  };
  return { frame, size, step, whole, zoom, pan, press };
}
