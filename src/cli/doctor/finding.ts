/** What one look at a machine found. */
export type Finding = {
  /** `tls.expiry`: stable, for whoever watches; sentences may be reworded. */
  readonly id: string;
  /** `skipped`: it was not looked at, and `says` why; that is no `ok`. */
  readonly status: 'ok' | 'warning' | 'problem' | 'skipped';
  readonly says: string;
  /** What to do about a warning or a problem. */
  readonly mend: string | null;
};

export function ok(id: string, says: string): Finding {
  return { id, status: 'ok', says, mend: null };
}

export function warning(id: string, says: string, mend: string): Finding {
  return { id, status: 'warning', says, mend };
}

export function problem(id: string, says: string, mend: string): Finding {
  return { id, status: 'problem', says, mend };
}

export function skipped(id: string, why: string): Finding {
  return { id, status: 'skipped', says: why, mend: null };
}

/** In an error's own words, with the system's beneath it, which is where `fetch` puts what happened. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== ''
    ? `${error.message}: ${error.cause.message}`
    : error.message;
}
