import {
  type Context,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { LoadedPack } from './loaded.ts';
import { policySet, type Rule } from './rules.ts';
import { PRINCIPAL, RESOURCE } from './schema.ts';

export type CedarRequest = {
  readonly action: string;
  readonly consignee: string;
  readonly licence: string;
  readonly context: Context;
};

export type CedarAnswer = {
  readonly allows: boolean;
  /** Ids of the rules that determined the answer. */
  readonly determining: ReadonlySet<string>;
  readonly error: string | null;
};

/**
 * What Cedar holds parsed, name -> digest of the pack: parsing costs several times what asking does. It never lets go of a name,
 * so that packs which are only looked at share one (`slot`), and each takes the place of the one before.
 */
const parsed = new Map<string, string>();

/** Asks Cedar about some rules of a pack. `subset` names them, once for all, among those of one pack. */
export function askCedar(
  { digest, slot, pack }: LoadedPack,
  subset: string,
  rules: readonly Rule[],
  { action, consignee, licence, context }: CedarRequest,
): CedarAnswer {
  const id = `${slot}/${subset}`;
  const failed =
    prepare(slot, digest, () => preparseSchema(slot, pack.schema)) ??
    prepare(id, digest, () => preparsePolicySet(id, { staticPolicies: policySet(rules) }));
  if (failed !== null) return erring(failed);
  const answer = statefulIsAuthorized({
    principal: { type: PRINCIPAL, id: consignee },
    action: { type: 'Action', id: action },
    resource: { type: RESOURCE, id: licence },
    context,
    preparsedSchemaName: slot,
    validateRequest: true,
    preparsedPolicySetId: id,
    entities: [],
  });
  if (answer.type === 'failure') return erring(answer.errors[0]?.message ?? 'no answer');
  const { decision, diagnostics } = answer.response;
  return {
    // Written so that an answer of another kind than the two known ones denies.
    allows: decision === 'allow',
    determining: new Set(diagnostics.reason),
    // A forbid that errs is skipped by Cedar, and the request allowed: here every error denies.
    error: diagnostics.errors[0]?.error.message ?? null,
  };
}

function prepare(id: string, digest: string, parse: () => ReturnType<typeof preparseSchema>): string | null {
  if (parsed.get(id) === digest) return null;
  // Whatever becomes of it, what was held under this name is not it.
  parsed.delete(id);
  const answer = parse();
  if (answer.type === 'failure') return answer.errors[0]?.message ?? 'not parsed';
  parsed.set(id, digest);
  return null;
}

function erring(error: string): CedarAnswer {
  return { allows: false, determining: new Set(), error };
}
