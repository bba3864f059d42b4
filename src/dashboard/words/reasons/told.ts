/** Of one code: what it means, and what whoever is refused can do. The record's own sentence says which one, how many and until when. */
export type ToldReason = { readonly sentence: string; readonly mend: string };

/** By code. */
export type ToldReasons = { readonly [code: string]: ToldReason };

export function told(rows: {
  readonly [code: string]: readonly [sentence: string, mend: string];
}): ToldReasons {
  return Object.fromEntries(
    Object.entries(rows).map(([code, [sentence, mend]]) => [code, { sentence, mend }]),
  );
}
