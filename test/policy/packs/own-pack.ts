import { parsePack, type RulePack } from '../../../src/policy/packs/index.ts';

/** A small sound pack of a test's own: evidence may be as old as its data say. */
export function ownPack(version: string, ageSeconds: number): RulePack {
  return parsePack({
    manifest: {
      name: 'own',
      version,
      title: 'Fresh evidence',
      status: 'example',
      jurisdiction: 'any',
      effectiveFrom: null,
      effectiveUntil: null,
      sources: [{ title: 'a test', url: 'https://example.invalid/', basis: 'own' }],
      gaps: [],
    },
    schema: `entity Consignee; entity Licence;
      action "use" appliesTo { principal: Consignee, resource: Licence, context: {
        evidence: { oldestAgeSeconds: Long }, data: { limits: { ageSeconds: Long } } } };`,
    policies: `@id("fresh") @code("own.stale") @kind("unproven") @sentence("Too old.") @mend("Attest.")
      permit (principal, action, resource)
      when { context.evidence.oldestAgeSeconds <= context.data.limits.ageSeconds };`,
    data: { countries: {}, lists: {}, limits: { ageSeconds }, chips: {} },
    tests: {
      input: {
        action: 'use',
        licence: { id: 'l' },
        consignee: { id: 'c' },
        evidence: { oldestAgeSeconds: ageSeconds },
      },
      tests: [
        { name: 'fresh', outcome: 'allow', codes: [] },
        {
          name: 'stale',
          set: { 'evidence.oldestAgeSeconds': ageSeconds + 1 },
          outcome: 'deny',
          codes: ['own.stale'],
        },
      ],
    },
  });
}
