import { parsePack, type RulePack } from '../../../src/policy/packs/index.ts';

/** A small sound pack of a test's own: evidence, or the proof of places, may be as old as its data say. */
export function ownPack(
  version: string,
  ageSeconds: number,
  age: 'oldestAgeSeconds' | 'oldestPlaceAgeSeconds' = 'oldestAgeSeconds',
): RulePack {
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
        evidence: { ${age}: Long }, data: { limits: { ageSeconds: Long } } } };`,
    policies: `@id("fresh") @code("own.stale") @kind("unproven") @sentence("Too old.") @mend("Attest.")
      permit (principal, action, resource)
      when { context.evidence.${age} <= context.data.limits.ageSeconds };`,
    data: { countries: {}, lists: {}, limits: { ageSeconds }, chips: {} },
    tests: {
      input: {
        action: 'use',
        licence: { id: 'l' },
        consignee: { id: 'c' },
        evidence: { [age]: ageSeconds },
      },
      tests: [
        { name: 'fresh', outcome: 'allow', codes: [] },
        {
          name: 'stale',
          set: { [`evidence.${age}`]: ageSeconds + 1 },
          outcome: 'deny',
          codes: ['own.stale'],
        },
      ],
    },
  });
}

/** Another: the consignee is led from one country alone. */
export function homePack(version: string, country: string): RulePack {
  const own = ownPack(version, 0);
  const abroad = { consignee: { id: 'c', headquarters: 'FR' } };
  return {
    ...own,
    schema: `entity Consignee; entity Licence;
      action "use" appliesTo { principal: Consignee, resource: Licence, context: {
        consignee: { headquarters: String }, data: { countries: { home: Set<String> } } } };`,
    policies: `@id("home") @code("own.abroad") @kind("violated") @sentence("Abroad.") @mend("Come home.")
      permit (principal, action, resource)
      when { context.data.countries.home.contains(context.consignee.headquarters) };`,
    data: { ...own.data, countries: { home: [country] } },
    tests: {
      input: { action: 'use', licence: { id: 'l' }, consignee: { id: 'c', headquarters: country } },
      tests: [
        { name: 'at home', set: {}, remove: [], outcome: 'allow', codes: [] },
        { name: 'abroad', set: abroad, remove: [], outcome: 'deny', codes: ['own.abroad'] },
      ],
    },
  };
}

/** Another: whatever stands at a facility was audited within so many days. */
export function auditPack(version: string, days: number): RulePack {
  const own = ownPack(version, 0);
  return {
    ...own,
    schema: `entity Consignee; entity Licence;
      action "use" appliesTo { principal: Consignee, resource: Licence, context: {
        facility: { auditAgeDays: Long }, data: { limits: { auditAgeDays: Long } } } };`,
    policies: `@id("audit") @code("own.audit") @kind("unproven") @sentence("Not audited.") @mend("Audit it.")
      permit (principal, action, resource)
      when { context.facility.auditAgeDays <= context.data.limits.auditAgeDays };`,
    data: { ...own.data, limits: { auditAgeDays: days } },
    tests: {
      input: {
        action: 'use',
        licence: { id: 'l' },
        consignee: { id: 'c' },
        facility: { auditAgeDays: days },
      },
      tests: [
        { name: 'audited', set: {}, remove: [], outcome: 'allow', codes: [] },
        {
          name: 'not audited',
          set: { 'facility.auditAgeDays': days + 1 },
          remove: [],
          outcome: 'deny',
          codes: ['own.audit'],
        },
      ],
    },
  };
}

/** Another: nobody holds more devices at one facility. */
export function clusterPack(version: string, most: number): RulePack {
  const own = ownPack(version, 0);
  const too = { 'facility.clusterDevices': most + 1 };
  return {
    ...own,
    schema: `entity Consignee; entity Licence;
      action "use" appliesTo { principal: Consignee, resource: Licence, context: {
        facility: { clusterDevices: Long }, data: { limits: { clusterDevices: Long } } } };`,
    policies: `@id("cluster") @code("own.cluster") @kind("violated") @sentence("Too many.") @mend("Wait.")
      permit (principal, action, resource)
      when { context.facility.clusterDevices <= context.data.limits.clusterDevices };`,
    data: { ...own.data, limits: { clusterDevices: most } },
    tests: {
      input: {
        action: 'use',
        licence: { id: 'l' },
        consignee: { id: 'c' },
        facility: { clusterDevices: most },
      },
      tests: [
        { name: 'as many as may be', set: {}, remove: [], outcome: 'allow', codes: [] },
        { name: 'one more', set: too, remove: [], outcome: 'deny', codes: ['own.cluster'] },
      ],
    },
  };
}

/** Another: parties were screened against the list in force. */
export function listPack(version: string): RulePack {
  const own = ownPack(version, 0);
  const screening = { standing: 'clear', listVersion: 'l1', currentListVersion: 'l1' } as const;
  return {
    ...own,
    schema: `entity Consignee; entity Licence;
      action "use" appliesTo { principal: Consignee, resource: Licence, context: {
        screening: { listVersion: String, currentListVersion: String } } };`,
    policies: `@id("list") @code("own.list") @kind("unproven") @sentence("Another list.") @mend("Screen.")
      permit (principal, action, resource)
      when { context.screening.listVersion == context.screening.currentListVersion };`,
    tests: {
      input: { action: 'use', licence: { id: 'l' }, consignee: { id: 'c' }, screening },
      tests: [
        { name: 'the newest', set: {}, remove: [], outcome: 'allow', codes: [] },
        {
          name: 'another',
          set: { 'screening.listVersion': 'l0' },
          remove: [],
          outcome: 'deny',
          codes: ['own.list'],
        },
      ],
    },
  };
}

/** Another: evidence is at most so old, and no incident is unreported. */
export function quietPack(version: string, ageSeconds: number): RulePack {
  const own = ownPack(version, ageSeconds);
  return {
    ...own,
    schema: `entity Consignee; entity Licence;
      action "use" appliesTo { principal: Consignee, resource: Licence, context: {
        evidence: { oldestAgeSeconds: Long }, incidents: { oldestUnreportedHours: Long, unreported: Set<String> },
        data: { limits: { ageSeconds: Long } } } };`,
    policies: `${own.policies}
      @id("quiet") @code("own.unreported") @kind("violated") @sentence("An incident is unreported.") @mend("Report it.")
      forbid (principal, action, resource) when { context.incidents.unreported.contains("tampering") };`,
    tests: {
      input: { ...own.tests.input, incidents: { unreported: [], oldestUnreportedHours: 0 } },
      tests: [
        ...own.tests.tests,
        {
          name: 'unreported',
          set: { 'incidents.unreported': ['tampering'] },
          remove: [],
          outcome: 'deny',
          codes: ['own.unreported'],
        },
      ],
    },
  };
}
