import { finding } from '../../record/audit/findings.ts';
import { assembleTrust, type EffectiveTrust, type TrustRow } from '../trust/effective.ts';
import { judgeContent, readContent } from '../trust/kinds.ts';
import type { RecordSource } from './source.ts';
import type { Tally } from './tally.ts';

/** What was in force on a day, by the digests that a result of that day cites. */
export type TrustOfDay = {
  /** Null where an input is missing or altered; each is told once. */
  readonly of: (digests: readonly string[]) => Promise<EffectiveTrust | null>;
};

/** Changes of trust are few: so many states of it are kept at hand. */
const STATES = 8;
/** Characters of inputs at hand, at most: lists of allowed files are long. */
const KEPT_CHARACTERS = 16 * 1024 * 1024;

/**
 * Puts trust together again from kept inputs, each by the digest of its content.
 *
 * Where several people proposed the same content, any of their rows will do: what they say is the same.
 */
export function trustOfDay({ trustInputs }: Pick<RecordSource, 'trustInputs'>, tally: Tally): TrustOfDay {
  const inputs = new Map<string, Promise<TrustRow | null>>();
  const seen = new Set<string>();
  let characters = 0;
  const states = new Map<string, EffectiveTrust | null>();

  async function read(digest: string): Promise<TrustRow | null> {
    const rows = await trustInputs(digest);
    const [first] = rows;
    if (first === undefined) {
      tally.found(finding('trust-input.absent', `trust input ${digest}`));
      return null;
    }
    const sound = rows.filter((row) => digestOf(row) === digest);
    for (const row of rows.filter((one) => !sound.includes(one))) {
      const actual = digestOf(row) ?? 'nothing that can be read';
      tally.found(finding('trust-input.altered', `trust input ${row.id}`, { expected: digest, actual }));
    }
    if (sound.length === rows.length && !seen.has(digest)) tally.holds('trust-inputs.as-recorded');
    seen.add(digest);
    characters += first.content.length;
    return sound[0] ?? null;
  }

  return {
    of: async (digests) => {
      const key = digests.join();
      const known = states.get(key);
      if (known !== undefined) return known;
      const rows: TrustRow[] = [];
      let whole = true;
      for (const digest of digests) {
        if (characters > KEPT_CHARACTERS) {
          inputs.clear();
          characters = 0;
        }
        const found = inputs.get(digest) ?? read(digest);
        inputs.set(digest, found);
        const row = await found;
        if (row === null) whole = false;
        else rows.push(row);
      }
      const state = whole ? assembleTrust(0, rows.sort(byKindAndId)) : null;
      states.set(key, state);
      const [oldest] = states.keys();
      if (states.size > STATES && oldest !== undefined) states.delete(oldest);
      return state;
    },
  };
}

/** As they are read where they are in force: the order shows in results. */
function byKindAndId(a: TrustRow, b: TrustRow): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function digestOf({ kind, content }: TrustRow): string | null {
  try {
    return judgeContent(readContent(kind, content)).digest;
  } catch {
    return null; // whatever it is, it is not what was recorded
  }
}
