import { type PolicyJson, policySetTextToParts, policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Reason } from '../../protocol/reason.ts';
import { DECISION_CODES } from '../reasons.ts';
import { demandDepth } from './complexity.ts';
import type { PackFinding } from './findings.ts';

/** One policy of a pack. `reason` is what its denial says: of a forbid that applies, of permits where none does. */
export type Rule = {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly reason: Reason & { readonly kind: 'violated' | 'unproven' };
  /** Actions that it is about; null for every action. */
  readonly actions: readonly string[] | null;
  /** Whether its answer may depend on which consignee or licence it is. */
  readonly namesEntities: boolean;
  readonly text: string;
};

const CODE = /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+$/;
const ID = /^[a-z][a-z0-9-]{0,99}$/;

/** Reads policies one by one. What is wrong goes to `findings`; a rule is returned only where nothing is. */
export function readRules(text: string, findings: PackFinding[]): readonly Rule[] {
  if (!demandDepth(text, 'policies', findings)) return [];
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') {
    for (const { message } of parts.errors)
      findings.push({ code: 'pack.policies', where: 'policies', message });
    return [];
  }
  for (const template of parts.policy_templates) {
    findings.push({ code: 'pack.template', where: 'policies', message: template.slice(0, 100) });
  }
  const rules: Rule[] = [];
  for (const [index, part] of parts.policies.entries()) {
    const rule = readRule(part, `policies[${index}]`, findings);
    if (rule === null) continue;
    if (rules.some(({ id }) => id === rule.id)) {
      findings.push({ code: 'pack.duplicate-id', where: rule.id, message: 'stands there twice' });
    } else rules.push(rule);
  }
  return rules;
}

function readRule(text: string, place: string, findings: PackFinding[]): Rule | null {
  const parsed = policyToJson(text);
  if (parsed.type === 'failure') {
    findings.push({
      code: 'pack.policies',
      where: place,
      message: parsed.errors[0]?.message ?? 'unreadable',
    });
    return null;
  }
  const { json } = parsed;
  const { id = '', code = '', kind = '', sentence = '', mend = '', ...others } = json.annotations ?? {};
  const where = ID.test(id) ? id : place;
  const before = findings.length;
  const demand = (holds: boolean, message: string): void => {
    if (!holds) findings.push({ code: 'pack.annotation', where, message });
  };
  demand(ID.test(id), '@id must be lower-case letters, digits and hyphens');
  demand(
    CODE.test(code) && !RESERVED(code),
    "@code must be dotted lower case, and neither the gate's nor pack.*",
  );
  demand(kind === 'violated' || kind === 'unproven', '@kind must be violated or unproven');
  demand(sentence !== '', '@sentence must say what is wrong');
  demand(mend !== '', '@mend must say what to do about it');
  demand(Object.keys(others).length === 0, `no annotation is called ${Object.keys(others).join(', ')}`);
  if (json.effect === 'permit' && !json.conditions.some(({ body }) => reads(body, ['context']))) {
    findings.push({ code: 'pack.unconditional-permit', where, message: 'permits without asking anything' });
  }
  if (findings.length > before || (kind !== 'violated' && kind !== 'unproven')) return null;
  return {
    id,
    effect: json.effect,
    reason: { code, kind, sentence, mend },
    actions: actionsOf(json),
    namesEntities: namesEntities(json),
    text,
  };
}

/** A code of the built-in gate in a pack's mouth would send its reader to the wrong place. */
function RESERVED(code: string): boolean {
  return code.startsWith('pack.') || (DECISION_CODES as readonly string[]).includes(code);
}

/** Whether one of these variables is read anywhere: a condition that is not about the context, say, is none. */
function reads(expression: unknown, variables: readonly string[]): boolean {
  if (typeof expression !== 'object' || expression === null) return false;
  if ('Var' in expression && variables.includes(String(expression.Var))) return true;
  return Object.values(expression).some((inner) => reads(inner, variables));
}

function namesEntities({ principal, resource, conditions }: PolicyJson): boolean {
  if (principal.op !== 'All' || resource.op !== 'All') return true;
  return conditions.some(({ body }) => reads(body, ['principal', 'resource']));
}

function actionsOf({ action }: PolicyJson): readonly string[] | null {
  if (action.op === 'All') return null;
  const entities = 'entities' in action ? action.entities : 'entity' in action ? [action.entity] : [];
  return entities.map((entity) => ('__entity' in entity ? entity.__entity.id : entity.id));
}

export function rulesFor(rules: readonly Rule[], action: string): readonly Rule[] {
  return rules.filter(({ actions }) => actions === null || actions.includes(action));
}

/** Policies by their @id, as Cedar is given them: its answers name the rules so. */
export function policySet(rules: readonly Rule[]): Record<string, string> {
  return Object.fromEntries(rules.map(({ id, text }) => [id, text]));
}
