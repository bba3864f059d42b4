import { describe, expect, it } from 'vitest';
import {
  anchorFromCertificate,
  OID,
  PathError,
  type PathPolicy,
  RFC5280_POLICY,
  verifyPath,
} from '../../src/pki/index.ts';
import { type Issued, issueCa, issueLeaf, issueRoot, T0 } from './issue.ts';
import * as ext from './issue-extensions.ts';

const [P1, P2, P3, P4] = ['2.16.840.1.1', '2.16.840.1.2', '2.16.840.1.3', '2.16.840.1.4'] as const;
const ANY = OID.anyPolicy;

/** One certificate's policy extensions. `self` makes it self-issued: same name as the CA above, another key. */
type Link = {
  readonly policies?: readonly string[];
  readonly mappings?: readonly (readonly [string, string])[];
  readonly explicit?: number;
  readonly inhibitMapping?: number;
  readonly inhibitAny?: number;
  readonly self?: boolean;
};

function extensionsOf({ policies, mappings, explicit, inhibitMapping, inhibitAny }: Link): ext.Extension {
  return {
    [OID.certificatePolicies]: policies ? ext.plain(ext.certificatePolicies(...policies)) : null,
    [OID.policyMappings]: mappings ? ext.critical(ext.policyMappings(...mappings)) : null,
    [OID.policyConstraints]:
      explicit === undefined && inhibitMapping === undefined
        ? null
        : ext.critical(ext.policyConstraints(explicit ?? null, inhibitMapping ?? null)),
    [OID.inhibitAnyPolicy]: inhibitAny === undefined ? null : ext.critical(ext.inhibitAnyPolicy(inhibitAny)),
  };
}

/** CAs from the top down, the leaf last. Returns the policies, or the code of the error. */
function judge(
  links: readonly Link[],
  policy: Partial<PathPolicy> = {},
  anchor: Link = {},
): string[] | string {
  const root = issueRoot({ extensions: extensionsOf(anchor) });
  const cas: Issued[] = [];
  let above = root;
  let subject = 'root';
  for (const [index, link] of links.slice(0, -1).entries()) {
    subject = link.self === true ? subject : `ca ${index}`;
    above = issueCa(above, { subject, extensions: extensionsOf(link) });
    cas.push(above);
  }
  const last = links.at(-1) ?? {};
  const leaf = issueLeaf(above, {
    subject: last.self === true ? subject : 'leaf',
    extensions: extensionsOf(last),
  });
  try {
    const path = verifyPath({
      leaf: leaf.certificate,
      intermediates: cas.map(({ certificate }) => certificate),
      anchors: [anchorFromCertificate(root.certificate)],
      at: T0,
      policy: { ...RFC5280_POLICY, ...policy },
    });
    return [...path.policies].toSorted();
  } catch (error) {
    if (error instanceof PathError) return error.code;
    throw error;
  }
}

const EXPLICIT = { initialExplicitPolicy: true };
const MISSING = 'policy_missing';

describe('certificate policies', () => {
  it('intersect along the path', () => {
    expect(judge([{ policies: [P1] }, { policies: [P1] }])).toEqual([P1]);
    expect(judge([{ policies: [P1, P2] }, { policies: [P2, P3] }])).toEqual([P2]);
    expect(judge([{ policies: [P1] }, { policies: [P2] }])).toEqual([]);
    expect(judge([{ policies: [P1] }, { policies: [P2] }], EXPLICIT)).toBe(MISSING);
    expect(judge([{ policies: [P1] }, {}], EXPLICIT)).toBe(MISSING);
    expect(judge([{}, { policies: [P1] }], EXPLICIT)).toBe(MISSING);
    expect(judge([{}, {}])).toEqual([]);
  });

  it('meet the policies that the caller accepts', () => {
    const path = [{ policies: [P1, P2] }, { policies: [P1, P2] }];
    expect(judge(path, { ...EXPLICIT, initialPolicies: [P1] })).toEqual([P1]);
    expect(judge(path, { ...EXPLICIT, initialPolicies: [P3] })).toBe(MISSING);
    expect(judge(path, { initialPolicies: [P3] })).toEqual([]);
  });

  it('take anyPolicy for any', () => {
    expect(judge([{ policies: [ANY] }, { policies: [P1] }], EXPLICIT)).toEqual([P1]);
    expect(judge([{ policies: [P1] }, { policies: [ANY] }], EXPLICIT)).toEqual([P1]);
    expect(judge([{ policies: [ANY] }, { policies: [ANY] }], EXPLICIT)).toEqual([ANY]);
    expect(judge([{ policies: [ANY] }, { policies: [ANY] }], { ...EXPLICIT, initialPolicies: [P1] })).toEqual(
      [P1],
    );
    expect(judge([{ policies: [P1, ANY] }, { policies: [P2] }], EXPLICIT)).toEqual([P2]);
  });

  it('inhibit anyPolicy at once, later, and never for self-issued certificates on the way', () => {
    const inhibited = { ...EXPLICIT, initialAnyPolicyInhibit: true };
    expect(judge([{ policies: [ANY] }, { policies: [P1] }], inhibited)).toBe(MISSING);
    expect(judge([{ policies: [P1], inhibitAny: 0 }, { policies: [ANY] }], EXPLICIT)).toBe(MISSING);
    expect(judge([{ policies: [P1], inhibitAny: 1 }, { policies: [ANY] }], EXPLICIT)).toEqual([P1]);
    expect(
      judge([{ policies: [P1], inhibitAny: 1 }, { policies: [P1] }, { policies: [ANY] }], EXPLICIT),
    ).toBe(MISSING);
    const rolled = [{ policies: [P1], inhibitAny: 0 }, { policies: [ANY], self: true }, { policies: [P1] }];
    expect(judge(rolled, EXPLICIT)).toEqual([P1]);
    expect(
      judge(
        [
          { policies: [P1], inhibitAny: 0 },
          { policies: [ANY], self: true },
        ],
        EXPLICIT,
      ),
    ).toBe(MISSING);
  });

  it('require a policy from a distance on', () => {
    expect(judge([{ policies: [P1], explicit: 0 }, { policies: [P2] }])).toBe(MISSING);
    expect(judge([{ policies: [P1], explicit: 1 }, { policies: [P1] }, { policies: [P2] }])).toBe(MISSING);
    expect(judge([{ policies: [P1], explicit: 10 }, { policies: [P1] }, { policies: [P2] }])).toEqual([]);
    // 6.1.5 (b): the last certificate may demand it for itself, and only with zero.
    expect(judge([{ policies: [P1] }, { policies: [P2], explicit: 0 }])).toBe('profile_violated');
    expect(judge([{ policies: [P1] }, { policies: [P2], explicit: 0 }], { profile: 'path' })).toBe(MISSING);
    expect(judge([{ policies: [P1] }, { policies: [P2], explicit: 1 }], { profile: 'path' })).toEqual([]);
    // A later, larger number does not undo an earlier one.
    expect(
      judge([{ policies: [P1], explicit: 0 }, { policies: [P1], explicit: 9 }, { policies: [P2] }]),
    ).toBe(MISSING);
  });

  it('does not count self-issued certificates as distance', () => {
    const path = (self: boolean) => [
      { policies: [P1], explicit: 2 },
      { policies: [P1], self },
      { policies: [P2] },
    ];
    expect(judge(path(true))).toEqual([]);
    expect(judge(path(false))).toBe(MISSING);
  });

  it('map to the subject domain and report in the issuer domain', () => {
    const mapped = [{ policies: [P1], mappings: [[P1, P2]] as const }, { policies: [P2] }];
    expect(judge(mapped, EXPLICIT)).toEqual([P1]);
    expect(judge(mapped, { ...EXPLICIT, initialPolicies: [P2] })).toBe(MISSING);
    expect(judge([{ policies: [P1], mappings: [[P1, P2]] }, { policies: [P1] }], EXPLICIT)).toBe(MISSING);
    expect(
      judge(
        [
          {
            policies: [P1],
            mappings: [
              [P1, P2],
              [P1, P3],
            ],
          },
          { policies: [P3] },
        ],
        EXPLICIT,
      ),
    ).toEqual([P1]);
    const twice = [
      { policies: [P1], mappings: [[P1, P2]] as const },
      { policies: [P2], mappings: [[P2, P3]] as const },
      { policies: [P3] },
    ];
    expect(judge(twice, EXPLICIT)).toEqual([P1]);
  });

  it('map out of anyPolicy', () => {
    expect(judge([{ policies: [ANY], mappings: [[P1, P2]] }, { policies: [P2] }], EXPLICIT)).toEqual([P1]);
    expect(judge([{ policies: [ANY], mappings: [[P1, P2]] }, { policies: [P3] }], EXPLICIT)).toEqual([P3]);
  });

  it('inhibit mapping at once, and from a distance on', () => {
    const mapped = [{ policies: [P1], mappings: [[P1, P2]] as const }, { policies: [P2] }];
    expect(judge(mapped, { ...EXPLICIT, initialPolicyMappingInhibit: true })).toBe(MISSING);
    expect(judge([{ policies: [P1], inhibitMapping: 0 }, ...mapped], EXPLICIT)).toBe(MISSING);
    expect(judge([{ policies: [P1], inhibitMapping: 1 }, ...mapped], EXPLICIT)).toEqual([P1]);
    expect(judge([{ policies: [P1], inhibitMapping: 1 }, { policies: [P1] }, ...mapped], EXPLICIT)).toBe(
      MISSING,
    );
    const others = [{ policies: [P1, P3], mappings: [[P1, P2]] as const }, { policies: [P3] }];
    expect(judge(others, { ...EXPLICIT, initialPolicyMappingInhibit: true })).toEqual([P3]);
  });

  it('take the anchor at its word', () => {
    expect(judge([{ policies: [P2] }, { policies: [P2] }], EXPLICIT, { policies: [P1] })).toBe(MISSING);
    expect(judge([{ policies: [P1] }, { policies: [P1] }], EXPLICIT, { policies: [P1, P4] })).toEqual([P1]);
    expect(judge([{ policies: [ANY] }, { policies: [P1] }], EXPLICIT, { inhibitAny: 0 })).toBe(MISSING);
    expect(
      judge([{ policies: [P1], mappings: [[P1, P2]] }, { policies: [P2] }], EXPLICIT, { inhibitMapping: 0 }),
    ).toBe(MISSING);
    const ignoring = { ...EXPLICIT, anchorConstraints: 'ignore' } as const;
    expect(judge([{ policies: [P2] }, { policies: [P2] }], ignoring, { policies: [P1] })).toEqual([P2]);
  });

  it('stay small where the tree of RFC 5280 doubles at every step (CVE-2023-0464)', () => {
    const domain = Array.from({ length: 40 }, (_, index) => `2.16.840.2.${index}`);
    const all = domain.flatMap((from) => domain.slice(0, 6).map((to) => [from, to] as const));
    const link = { policies: domain, mappings: all };
    // Of its own time on a processor: how busy the machine is says nothing of the code.
    const started = process.cpuUsage();
    const policies = judge([link, link, link, link, link, link, { policies: domain }], EXPLICIT);
    expect(policies).toHaveLength(40);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000);
  });
});
