import type { JsonValue } from '../../bytes/json.ts';
import type { Reason } from '../../protocol/reason.ts';
import { askCedar, type CedarRequest } from './cedar.ts';
import { contextOf } from './context.ts';
import { type PackInput, packInput } from './input.ts';
import type { LoadedPack } from './loaded.ts';
import { type Rule, rulesFor } from './rules.ts';
import { cutTo } from './shape.ts';

export type PackAnswer = {
  readonly outcome: 'allow' | 'deny';
  /** Every reason to deny; empty on allow. */
  readonly reasons: readonly Reason[];
  /** What became of each rule that is about the action; empty where the rules were not asked. */
  readonly rules: readonly {
    readonly id: string;
    readonly effect: Rule['effect'];
    readonly applies: boolean;
  }[];
};

/**
 * What a pack says of one request. The same pack and input give the same answer, always.
 *
 * Allows only where Cedar allows without any error, some permit applies and no forbid does, and the input has everything
 * that the schema names for the action. Anything else denies: an input that is none, an attribute that is absent or of
 * another type, a chip that is in no table, an action that the pack does not decide, an error of Cedar's. The rules are
 * not asked about an incomplete input: what they say would rest on what is not there.
 */
export function evaluatePack(loaded: LoadedPack, value: unknown): PackAnswer {
  const parsed = packInput.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
    return denied(
      issues.map((issue) => reasonOf('pack.input-invalid', `The request cannot be read: ${issue}.`)),
    );
  }
  const input = parsed.data;
  const shape = loaded.shapes.get(input.action);
  if (shape === undefined) {
    return denied([
      reasonOf('pack.action-not-decided', `The rule pack says nothing of the action ${input.action}.`),
    ]);
  }
  const { context, unknownChips } = contextOf(input, loaded.pack.data);
  const { value: fitted, missing } = cutTo(context, shape);
  // Both are named in every request, whatever the rules read.
  const named = new Set(missing);
  if (input.consignee?.id === undefined) named.add('consignee.id');
  if (input.licence?.id === undefined) named.add('licence.id');
  if (named.size > 0) {
    // Models that are in no table matter to a pack that counts: what it counts is absent then, and this is why.
    const counts = [...named].some((path) => path.startsWith('chips.'));
    const unknown = counts ? unknownChips : [];
    const absent = [...named].filter((path) => unknown.length === 0 || !path.startsWith('chips.'));
    return denied([
      ...unknown.map((model) => reasonOf('pack.chip-unknown', `The rule pack counts no chip ${model}.`)),
      ...absent.map((path) =>
        reasonOf('pack.attribute-missing', `The rule pack needs ${path}, which is not known.`),
      ),
    ]);
  }
  return ask(loaded, input, fitted);
}

function ask(loaded: LoadedPack, { action, consignee, licence }: PackInput, context: JsonValue): PackAnswer {
  const request: CedarRequest = {
    action,
    consignee: consignee?.id ?? '',
    licence: licence?.id ?? '',
    context: context as CedarRequest['context'], // a record: an action's context is one, and cutTo keeps its type
  };
  const rules = rulesFor(loaded.rules, action);
  const permits = rules.filter(({ effect }) => effect === 'permit');
  // Cedar names only what determined its answer: under a deny it says nothing of permits, so these are asked alone then.
  const whole = askCedar(loaded, `${action}/all`, rules, request);
  const alone = whole.allows ? whole : askCedar(loaded, `${action}/permits`, permits, request);
  const error = whole.error ?? alone.error;
  if (error !== null) return denied([reasonOf('pack.error', `The rules could not be evaluated: ${error}.`)]);
  const forbids = rules.filter(({ effect, id }) => effect === 'forbid' && whole.determining.has(id));
  const allow = whole.allows && alone.allows && forbids.length === 0;
  const failing = [...forbids, ...(alone.allows ? [] : permits)].map(({ reason }) => reason);
  const unexplained = reasonOf('pack.error', 'The rules deny, and none of them says why.');
  return {
    outcome: allow ? 'allow' : 'deny',
    reasons: allow || failing.length > 0 ? failing : [unexplained],
    rules: rules.map(({ id, effect }) => ({
      id,
      effect,
      applies: (effect === 'permit' ? alone : whole).determining.has(id),
    })),
  };
}

function denied(reasons: readonly Reason[]): PackAnswer {
  return { outcome: 'deny', reasons, rules: [] };
}

/** What a pack's evaluation itself can deny for, whatever its rules are. Codes are API. */
export const PACK_REASONS = {
  'pack.input-invalid': {
    kind: 'unavailable',
    mend: 'Have the request sent as docs/rule-packs.md describes it.',
  },
  'pack.action-not-decided': {
    kind: 'unproven',
    mend: 'Name a rule pack on the licence that decides this action.',
  },
  'pack.attribute-missing': {
    kind: 'unproven',
    mend: 'Register or prove what is missing; nothing is assumed.',
  },
  'pack.chip-unknown': {
    kind: 'unproven',
    mend: 'Have the chip added to the data of a new version of the pack.',
  },
  'pack.error': { kind: 'unavailable', mend: 'Have the rule pack examined: sextant policy explain.' },
} as const satisfies Readonly<Record<string, Pick<Reason, 'kind'> & { readonly mend: string }>>;

function reasonOf(code: keyof typeof PACK_REASONS, sentence: string): Reason {
  return { code, ...PACK_REASONS[code], sentence };
}
