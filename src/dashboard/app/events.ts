import { useEffect } from 'react';
import type { Event } from '../../protocol/event.ts';

type Listener = (event: Event) => void;

const listeners = new Set<Listener>();

/** Every event that the person may hear of, as it arrives. */
export function tellListeners(event: Event): void {
  for (const listener of listeners) listener(event);
}

/**
 * Hears events while a view is shown: for what tells a story as it happens. What is merely shown anew says so by `live` of `useRead`.
 * @param listener the same from one drawing to the next (`useCallback`)
 */
export function useEventListener(listener: Listener): void {
  useEffect(() => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, [listener]);
}
