import type { Params, Statement } from './port.ts';

/** Statements are compiled and prepared once: the same question is the same statement. For questions of which there are some hundreds. */
export function remembered<Q extends object, P extends Params, R>(
  make: (question: Q) => Statement<P, R>,
): (question: Q) => Statement<P, R> {
  const made = new Map<string, Statement<P, R>>();
  return (question) => {
    const key = JSON.stringify(Object.entries(question).sort());
    const known = made.get(key) ?? make(question);
    made.set(key, known);
    return known;
  };
}
