const KEPT = 'sextant.log';

/** What this browser remembers of the log: the key that it saw first, and the newest checkpoint that held. */
export type Kept = {
  readonly key: string;
  readonly checkpoint: string;
  /** When it was seen, by the verifier's clock. */
  readonly at: string;
};

/** Null where nothing is kept, or what is kept is none of ours. */
export function keptLog(): Kept | null {
  const text = localStorage.getItem(KEPT);
  if (text === null) return null;
  try {
    const kept: unknown = JSON.parse(text);
    return isKept(kept) ? kept : null;
  } catch {
    return null;
  }
}

/** The key stays the first that was seen until somebody forgets it: a log that changes its key has to say so elsewhere. */
export function keepLog(kept: Kept): void {
  localStorage.setItem(KEPT, JSON.stringify(kept));
}

export function forgetLog(): void {
  localStorage.removeItem(KEPT);
}

function isKept(value: unknown): value is Kept {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['key', 'checkpoint', 'at'].every((name) => typeof Reflect.get(value, name) === 'string')
  );
}
