import type { Violation } from '../../protocol/appraisal.ts';
import type { LocationVerdict } from '../../protocol/location.ts';

/**
 * What is held for review until a person clears it: a place that is proven to be outside the authorised area, by so many
 * landmark operators that one of them may lie. Nothing that is merely not proven, or contradictory, holds a host; nor does what
 * one liar could have made.
 */
export function violationOf({ verdict, f, area, grade }: LocationVerdict, hostId: string): Violation | null {
  if (verdict !== 'proven-outside' || f === null || f < 1) return null;
  return {
    code: 'place.proven-outside',
    subject: `host:${hostId}`,
    sentence: `The host is proven outside ${area} (grade ${grade}, f ${f}).`,
  };
}
