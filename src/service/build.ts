/** Which program judged, as results and what is kept of them name it. */
export const VERIFIER = { developer: 'Sextant', build: '0.1.0' } as const;
