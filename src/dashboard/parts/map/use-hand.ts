import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import type { Point } from './plane.ts';
import type { Framed } from './use-frame.ts';

/** A press that moves no farther than this is a press on a place. */
const STILL_PX = 4;
const WHEEL_STEP = 1 / 500;

export type Pointer = { readonly clientX: number; readonly clientY: number };

/** Where a pointer stands in an element, in its pixels; in the corner of one that is gone. */
export function withinOf(element: HTMLElement | null, pointer: Pointer): Point {
  return element === null ? [0, 0] : within(element, pointer);
}

/**
 * Pulling the map with one finger or the mouse, and spreading it with two. The wheel turns the page, unless the map has the
 * focus or Ctrl is held.
 */
export function useHand(
  box: RefObject<HTMLElement | null>,
  framed: Framed | null,
  onPress?: (at: Point) => void,
) {
  const down = useRef(new Map<number, Point>());
  const began = useRef<Point | null>(null);
  const zoom = useRef(framed?.zoom);
  zoom.current = framed?.zoom;
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const turn = (event: WheelEvent): void => {
      if (!event.ctrlKey && !element.contains(document.activeElement)) return;
      event.preventDefault();
      zoom.current?.(Math.exp(-event.deltaY * WHEEL_STEP), within(element, event));
    };
    element.addEventListener('wheel', turn, { passive: false }); // React's own could not keep the page still
    return () => element.removeEventListener('wheel', turn);
  }, [box]);
  if (framed === null) return {};
  const { pan } = framed;
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      const at = within(event.currentTarget, event);
      began.current = down.current.size === 0 ? at : null;
      down.current.set(event.pointerId, at);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const before = down.current.get(event.pointerId);
      if (before === undefined) return;
      const at = within(event.currentTarget, event);
      const first = began.current;
      if (first !== null && apart(first, at) <= STILL_PX) return;
      began.current = null;
      event.currentTarget.setPointerCapture(event.pointerId);
      down.current.set(event.pointerId, at);
      const other = [...down.current].find(([id]) => id !== event.pointerId)?.[1];
      if (other === undefined) pan(at[0] - before[0], at[1] - before[1]);
      else zoom.current?.(apart(other, at) / Math.max(1, apart(other, before)), other);
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      if (down.current.delete(event.pointerId) && began.current !== null) onPress?.(began.current);
      began.current = null;
    },
    onPointerCancel: (event: PointerEvent<HTMLElement>) => {
      down.current.delete(event.pointerId);
      began.current = null;
    },
  };
}

function within(element: HTMLElement, { clientX, clientY }: Pointer): Point {
  const { left, top } = element.getBoundingClientRect();
  return [clientX - left - element.clientLeft, clientY - top - element.clientTop];
}

function apart([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(ax - bx, ay - by);
}
