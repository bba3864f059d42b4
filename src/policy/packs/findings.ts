/** What is wrong with the rules of a pack that could be read. Codes are API. */
export const PACK_FINDING_CODES = [
  /** The schema does not parse, or does not have the house's principal, resource and actions. */
  'pack.schema',
  /** An attribute is optional: its absence would be for the rules to notice. */
  'pack.optional-attribute',
  /** A type that aggregates cannot have: entities, decimals, dates. */
  'pack.unsupported-type',
  /** Deeper, or larger once its types are written out, than Cedar can be handed without harm. */
  'pack.too-complex',
  /** The schema asks for data that the pack does not have. */
  'pack.data',
  'pack.policies',
  'pack.template',
  'pack.annotation',
  'pack.duplicate-id',
  /** Cedar's strict validation against the schema, warnings included. */
  'pack.validation',
  'pack.no-permit',
  'pack.unconditional-permit',
  'pack.test-failed',
  /** No test in which the rule applies, or none in which it does not. */
  'pack.untested',
] as const;

export type PackFinding = {
  readonly code: (typeof PACK_FINDING_CODES)[number];
  /** The rule, attribute, member or test. */
  readonly where: string;
  readonly message: string;
};
