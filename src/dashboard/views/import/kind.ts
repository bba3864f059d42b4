import type { Answer } from '../../api/call.ts';
import type { Topic } from '../../api/topics.ts';
import type { Tone } from '../../parts/status.tsx';
import type { Dictionary } from '../../words/dictionary.ts';

/** Operations that take a file of rows and say of each what became of it. */
export type ImportOperation = 'importDevices' | 'importParties' | 'importScreenings';
type RowOf<O extends ImportOperation> = Answer<O>['results'][number];
type OutcomeOf<O extends ImportOperation> = RowOf<O>['outcome'];

/** What is said of one kind of rows, beside what is said of all (words.ts): every outcome and every code of its operation. */
type KindWords<Outcome extends string, Code extends string> = {
  readonly title: string;
  readonly lead: string;
  readonly toList: string;
  readonly readsOnly: string;
  readonly columnsHint: string;
  readonly allTaken: string;
  /** What a row is about. */
  readonly subject: string;
  readonly outcomes: { readonly [O in Outcome]: string };
  /** What to do about a row that was rejected with a code. */
  readonly mend: { readonly [C in Code]: string };
};

/** A kind of rows that are read from a file. */
export type ImportKind = {
  readonly operation: ImportOperation;
  /** What is read again afterwards. */
  readonly touches: readonly Topic[];
  /** The names of a CSV's columns, with commas between. */
  readonly columns: string;
  /** The list that they go into, which leads to each by its identifier. */
  readonly list: string;
  /** How the report calls that identifier, and is called itself when it is saved. */
  readonly idName: 'deviceId' | 'partyId';
  readonly reportName: string;
  readonly tones: { readonly [outcome: string]: Tone };
  readonly words: Dictionary<KindWords<string, string>>;
};

/** A kind whose words miss no outcome and no code of its operation, by their types. */
export function importKind<O extends ImportOperation>(
  operation: O,
  kind: Omit<ImportKind, 'operation' | 'tones' | 'words'> & {
    readonly tones: { readonly [X in OutcomeOf<O>]: Tone };
    readonly words: Dictionary<KindWords<OutcomeOf<O>, NonNullable<RowOf<O>['code']>>>;
  },
): ImportKind {
  return { operation, ...kind };
}
