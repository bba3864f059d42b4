import { schemaToJsonWithResolvedTypes } from '@cedar-policy/cedar-wasm/nodejs';
import { demandDepth, demandExtent } from './complexity.ts';
import type { PackFinding } from './findings.ts';
import { type Shape, type ShapeFault, shapeOf } from './shape.ts';

/** The entities of every request: who is asked about, and under what. Everything known of them stands in the context. */
export const PRINCIPAL = 'Consignee';
export const RESOURCE = 'Licence';
const ACTIONS = ['allocate', 'use'];

/** What each action's rules may read. An action that is not here is one that the pack does not decide. */
export type ActionShapes = ReadonlyMap<string, Shape>;

export function readSchema(text: string, findings: PackFinding[]): ActionShapes {
  if (!demandDepth(text, 'schema', findings)) return new Map();
  const answer = schemaToJsonWithResolvedTypes(text);
  const refuse = (where: string, message: string): void => {
    findings.push({ code: 'pack.schema', where, message });
  };
  if (answer.type === 'failure') {
    for (const { message } of answer.errors) refuse('schema', message);
    return new Map();
  }
  for (const name of Object.keys(answer.json)) if (name !== '') refuse(name, 'a pack has no namespace');
  const named = new Map(Object.entries(answer.json['']?.commonTypes ?? {}));
  if (!demandExtent(answer.json, named, findings)) return new Map();
  const shapes = new Map<string, Shape>();
  for (const [name, { appliesTo }] of Object.entries(answer.json['']?.actions ?? {})) {
    const where = `action ${name}`;
    if (!ACTIONS.includes(name)) refuse(where, `actions are ${ACTIONS.join(' and ')}`);
    if (String(appliesTo?.principalTypes) !== PRINCIPAL || String(appliesTo?.resourceTypes) !== RESOURCE) {
      refuse(where, `applies to principal ${PRINCIPAL} and resource ${RESOURCE}`);
    }
    if (appliesTo?.context === undefined) {
      refuse(where, 'has no context');
      continue;
    }
    const faults: ShapeFault[] = [];
    shapes.set(name, shapeOf(appliesTo.context, named, '', faults));
    for (const { code, path } of faults)
      findings.push({ code, where: `${where}: ${path}`, message: FAULTS[code] });
  }
  if (shapes.size === 0) refuse('schema', 'decides no action');
  return shapes;
}

const FAULTS = {
  'pack.optional-attribute': 'what a pack names it needs: leave out the question mark',
  'pack.unsupported-type': 'aggregates are texts, whole numbers, booleans, sets and records of them',
} as const;
