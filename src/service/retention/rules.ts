import {
  DEFAULT_KEEP_DAYS,
  RETENTION_CLASSES,
  type RetentionClass,
  type RetentionRuleContent,
  type RULED_CLASSES,
} from '../../protocol/retention.ts';

const DAY_MS = 86_400_000;

/** How long each class is kept, and by which rules. */
export type KeepDays = {
  readonly days: { readonly [C in RetentionClass]: number };
  /** Digests of the rules in force; none: the defaults. */
  readonly rules: readonly string[];
};

/** Whose time a class has. */
const RULED_AS: { readonly [C in RetentionClass]: (typeof RULED_CLASSES)[number] } = {
  grants: 'grants',
  usage: 'usage',
  payments: 'usage',
  decisions: 'decisions',
  evidence: 'evidence',
  documents: 'evidence',
  sessions: 'sessions',
  events: 'events',
};

/**
 * The times in force. Of several rules the longest time of a class counts, so that no rule takes from another what that one asks for; a class
 * that none names has its default. Documents have no time of their own: they are old enough as soon as evidence is.
 */
export function keepDays(
  rules: readonly { readonly digest: string; readonly content: Pick<RetentionRuleContent, 'keepDays'> }[],
): KeepDays {
  const of = (ruled: (typeof RULED_CLASSES)[number]): number => {
    const named = rules.flatMap(({ content }) => content.keepDays[ruled] ?? []);
    return named.length === 0 ? DEFAULT_KEEP_DAYS[ruled] : Math.max(...named);
  };
  const days = Object.fromEntries(
    RETENTION_CLASSES.map((name) => [name, of(RULED_AS[name])]),
  ) as KeepDays['days']; // every class is listed
  return { days, rules: rules.map(({ digest }) => digest).sort() };
}

/** What had ended before this may go. */
export function untilOf({ days }: Pick<KeepDays, 'days'>, name: RetentionClass, at: Date): Date {
  return new Date(at.getTime() - days[name] * DAY_MS);
}
