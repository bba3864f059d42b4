import { validate } from '@cedar-policy/cedar-wasm/nodejs';
import { SextantError } from '../../bytes/errors.ts';
import { contextOf } from './context.ts';
import { packDigest, type RulePack } from './document.ts';
import type { PackFinding } from './findings.ts';
import type { LoadedPack } from './loaded.ts';
import { policySet, readRules, rulesFor } from './rules.ts';
import { readSchema } from './schema.ts';
import { cutTo, type Shape } from './shape.ts';
import { judgeTests, runTests } from './tests.ts';

/** A pack's rules are not sound; every finding says what and where. Nothing may be decided by such a pack. */
export class PackError extends SextantError<'bad_pack'> {
  readonly findings: readonly PackFinding[];
  readonly mend: string;

  constructor(
    { manifest: { name, version } }: RulePack,
    findings: readonly PackFinding[],
    mend = 'sextant policy check names every fault.',
  ) {
    const [first] = findings;
    super(
      'bad_pack',
      `the rule pack ${name} ${version} has ${findings.length} faults: ${first?.code} ${first?.where}`,
    );
    this.findings = findings;
    this.mend = mend;
  }
}

/**
 * A pack by which may be decided: its schema parses, its policies hold in Cedar's strict mode without a warning, each
 * says what a denial by it means, no permit is unconditional, its tests pass, and each rule is decided both ways by one.
 * What remains unproven is that the rules say what the law says: that is for whoever approves them.
 *
 * @throws PackError
 */
export function loadPack(pack: RulePack): LoadedPack {
  const { loaded, findings } = analysePack(pack);
  if (findings.length > 0) throw new PackError(pack, findings);
  return loaded;
}

/** No digest: whatever is analysed is held parsed under this name. */
const ANALYSED = 'analysed';

export type AnalysedPack = { readonly loaded: LoadedPack; readonly findings: readonly PackFinding[] };

/** Everything that is wrong with a pack. Its tests are run only where its rules can be. */
export function analysePack(pack: RulePack): AnalysedPack {
  const findings: PackFinding[] = [];
  const shapes = readSchema(pack.schema, findings);
  const rules = readRules(pack.policies, findings);
  const digest = packDigest(pack);
  const namesEntities = rules.some((rule) => rule.namesEntities);
  const loaded = { pack, digest, slot: digest, rules, namesEntities, shapes };
  if (findings.length === 0) {
    validatePolicies(loaded, findings);
    for (const [action, shape] of shapes) checkData(pack, action, shape, findings);
    checkPermits(loaded, findings);
  }
  if (findings.length === 0) findings.push(...judgeTests(loaded, runTests({ ...loaded, slot: ANALYSED })));
  return { loaded, findings };
}

/** Strict mode; a warning counts as an error: it names, among others, a policy that can never apply. */
function validatePolicies({ pack, rules }: LoadedPack, findings: PackFinding[]): void {
  const answer = validate({
    schema: pack.schema,
    policies: { staticPolicies: policySet(rules) },
    validationSettings: { mode: 'strict' },
  });
  const add = (where: string, message: string): void => {
    findings.push({ code: 'pack.validation', where, message });
  };
  if (answer.type === 'failure') {
    for (const { message } of answer.errors) add('policies', message);
    return;
  }
  for (const { policyId, error } of [...answer.validationErrors, ...answer.validationWarnings]) {
    add(policyId, error.message);
  }
  for (const { message } of answer.otherWarnings) add('schema', message);
}

/** Data are the pack's own: what they lack, no request can mend. */
function checkData({ data }: RulePack, action: string, shape: Shape, findings: PackFinding[]): void {
  const { context } = contextOf({ action: 'use' }, data);
  for (const path of new Set(cutTo(context, shape).missing)) {
    if (!path.startsWith('data.')) continue;
    findings.push({
      code: 'pack.data',
      where: path,
      message: `the action ${action} reads it; data.json lacks it`,
    });
  }
}

function checkPermits({ rules, shapes }: LoadedPack, findings: PackFinding[]): void {
  for (const action of shapes.keys()) {
    if (rulesFor(rules, action).some(({ effect }) => effect === 'permit')) continue;
    findings.push({ code: 'pack.no-permit', where: `action ${action}`, message: 'is never permitted' });
  }
}
