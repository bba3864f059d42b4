import type { Check, Findings } from '../../check.ts';

/**
 * Several lists of findings in little room: each text once, then by its number. Eight devices of a host are asked the same
 * questions, and nearly always answer the same.
 */
export type PackedFindings = {
  readonly texts: readonly string[];
  readonly lists: readonly PackedList[];
};

/** Numbers of texts, {@link ABSENT} for none: of a check id, status, expected, actual and where; of an open question id and reason. */
type PackedList = { readonly checks: readonly number[]; readonly notPerformed: readonly number[] };

const ABSENT = -1;
const CHECK = 5;
const OPEN_QUESTION = 2;

export function packFindings(lists: readonly Findings[]): PackedFindings {
  const numbers = new Map<string, number>();
  const numberOf = (text: string | undefined): number => {
    if (text === undefined) return ABSENT;
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const packed = lists.map(({ checks, notPerformed }): PackedList => {
    const told: number[] = [];
    for (const { id, status, expected, actual, where } of checks) {
      told.push(numberOf(id), numberOf(status), numberOf(expected), numberOf(actual), numberOf(where));
    }
    const open: number[] = [];
    for (const { id, reason } of notPerformed) open.push(numberOf(id), numberOf(reason));
    return { checks: told, notPerformed: open };
  });
  return { texts: [...numbers.keys()], lists: packed };
}

/** What {@link packFindings} was given, member by member. @throws RangeError for a number without a text */
export function unpackFindings({ texts, lists }: PackedFindings): Findings[] {
  const textOf = (number: number | undefined): string => {
    const text = texts[number ?? ABSENT];
    if (text === undefined) throw new RangeError(`there is no text ${number}`);
    return text;
  };
  return lists.map(({ checks, notPerformed }) => ({
    checks: Array.from({ length: checks.length / CHECK }, (_, index): Check => {
      const [id, status, expected, actual, where] = checks.slice(index * CHECK, (index + 1) * CHECK);
      return {
        id: textOf(id),
        // Whatever is not said to have passed has failed.
        status: textOf(status) === 'pass' ? 'pass' : 'fail',
        ...(expected === ABSENT ? {} : { expected: textOf(expected) }),
        ...(actual === ABSENT ? {} : { actual: textOf(actual) }),
        ...(where === ABSENT ? {} : { where: textOf(where) }),
      };
    }),
    notPerformed: Array.from({ length: notPerformed.length / OPEN_QUESTION }, (_, index) => {
      const [id, reason] = notPerformed.slice(index * OPEN_QUESTION, (index + 1) * OPEN_QUESTION);
      return { id: textOf(id), reason: textOf(reason) };
    }),
  }));
}
