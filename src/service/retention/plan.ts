import { formatInstant } from '../../bytes/instant.ts';
import { RETENTION_CLASSES, type RetentionClass, type RetentionPlan } from '../../protocol/retention.ts';
import type { Context } from '../context.ts';
import { effectiveTrust } from '../trust/effective.ts';
import { AGED, type AgedPage, BEGINNING, type Candidate, type Cursor, heldBy } from './classes/index.ts';
import { type Held, readHeld } from './held.ts';
import { type KeepDays, keepDays, untilOf } from './rules.ts';

/** Rows of a class that a plan looks at, and how many at once. */
const MOST = 10_000;
const PAGE = 500;
const MOST_REASONS = 100;

/**
 * What the rules would delete now, and what would stay though it is old enough, and why. Nothing is changed. Each page is a snapshot of its own:
 * what goes together in the same look (a decision with its last grant) is counted as it stands before.
 */
export async function planRetention(context: Context): Promise<RetentionPlan> {
  const { store } = context;
  const at = context.clock();
  const held = await store.read(readHeld);
  const keep = await store.read(async (view) =>
    keepDays((await effectiveTrust(context, view)).retentionRules),
  );
  const classes: RetentionPlan['classes'] = [];
  for (const name of RETENTION_CLASSES) classes.push(await planOf(context, { name, at, held, keep }));
  return { at: formatInstant(at), rules: [...keep.rules], classes };
}

type Planning = {
  readonly name: RetentionClass;
  readonly at: Date;
  readonly held: Held;
  readonly keep: KeepDays;
};

async function planOf(
  { store }: Context,
  { name, at, held, keep }: Planning,
): Promise<RetentionPlan['classes'][number]> {
  const until = untilOf(keep, name, at);
  const keptBack = new Map<string, number>();
  let [wouldGo, seen] = [0, 0];
  let after: Cursor | null = BEGINNING;
  while (after !== null && seen < MOST) {
    const page: AgedPage = { until, after, limit: PAGE, now: at };
    const found: readonly Candidate[] = await store.read((view) => AGED[name](view, page));
    for (const one of found) {
      const by = one.neededBy ?? heldBy(one, held.touched);
      if (by === null) wouldGo++;
      else keptBack.set(by, (keptBack.get(by) ?? 0) + 1);
    }
    seen += found.length;
    after = found.length < PAGE ? null : (found.at(-1)?.at ?? null);
  }
  const reasons = [...keptBack].map(([by, count]) => ({ by, count })).sort((a, b) => b.count - a.count);
  return {
    class: name,
    keepDays: keep.days[name],
    until: formatInstant(until),
    wouldGo,
    keptBack: reasons.slice(0, MOST_REASONS),
    more: after !== null || reasons.length > MOST_REASONS,
  };
}
