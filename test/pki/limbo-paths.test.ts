import { describe, expect, it } from 'vitest';
import { OID } from '../../src/pki/index.ts';
import { newKey } from './issue.ts';
import {
  type Case,
  ca,
  chain,
  constraints,
  endEntity,
  intermediateCa,
  judge,
  names,
  RFC5280,
  rootCa,
} from './limbo.ts';

const without = (oid: string) => ({ [oid]: null });

const path = (...lengths: readonly (number | undefined)[]) =>
  chain({ between: lengths.map((length) => ({ extensions: ca(length) })) });

function expiredDetour() {
  const [root, second] = [rootCa(), rootCa({ subject: 'x509-limbo-root-2' })];
  const expired = intermediateCa(second, {
    subject: root.name,
    key: root.key,
    notBefore: new Date('1970-01-01T00:00:00Z'),
    notAfter: new Date('1988-11-25T00:00:00Z'),
  });
  return { leaf: endEntity(root), bag: [expired], anchors: [root, second] };
}

function cycle(subjects: readonly [string, string], maxIntermediates?: number) {
  const keys = [newKey(), newKey()] as const;
  const [one, two] = [0, 1].map((index) => {
    const above = rootCa({ subject: subjects[1 - index] ?? '', key: keys[1 - index] ?? newKey() });
    return intermediateCa(above, { subject: subjects[index] ?? '', key: keys[index] ?? newKey() });
  });
  if (one === undefined || two === undefined) throw new Error('two CAs were issued');
  const scene = { leaf: endEntity(one), bag: [one, two], anchors: [rootCa()] };
  return maxIntermediates === undefined ? scene : { ...scene, maxIntermediates };
}

const CASES: readonly Case[] = [
  ['pathlen::ee-with-intermediate-pathlen-0', () => path(0), 'valid'],
  ['pathlen::ee-with-intermediate-pathlen-1', () => path(1), 'valid'],
  ['pathlen::ee-with-intermediate-pathlen-2', () => path(2), 'valid'],
  [
    'pathlen::validation-ignores-pathlen-in-leaf',
    () => chain({ between: [{ extensions: ca(0) }], leafIsCa: true, leaf: { extensions: ca(0) } }),
    'valid',
  ],
  ['pathlen::intermediate-violates-pathlen-0', () => path(0, 0), 'path_length_exceeded'],
  ['pathlen::intermediate-pathlen-may-increase', () => path(1, 2), 'valid'],
  ['pathlen::intermediate-pathlen-too-long', () => path(1, 0, 0), 'path_length_exceeded'],
  [
    'pathlen::self-issued-certs-pathlen',
    () =>
      chain({
        between: [
          { subject: 'ICA', extensions: ca(1) },
          { subject: 'ICA', extensions: ca(1) },
          { extensions: ca(0) },
        ],
      }),
    'valid',
  ],
  ['pathological::multiple-chains-expired-intermediate', expiredDetour, 'valid'],
  ['pathological::intermediate-cycle-distinct-cas', () => cycle(['one', 'two']), 'path_loops'],
  ['pathological::intermediate-cycle-distinct-cas-max-depth', () => cycle(['one', 'two'], 255), 'path_loops'],
  [
    'pathological::intermediate-cycle-same-logical-ca',
    () => cycle(['same', 'same']),
    'key_identifier_mismatch',
  ],
  [
    'cve::cve-2025-61727',
    () =>
      chain(
        {
          between: [
            {
              extensions: {
                ...constraints(['dns:example.com'], ['dns:bar.example.com']),
                ...without(OID.subjectAltName),
              },
            },
          ],
          leaf: { extensions: names('dns:*.example.com') },
        },
        { peer: 'bar.example.com' },
      ),
    'name_not_permitted',
  ],
  [
    'cve::cve-2025-61727-nc-permits-variant',
    () =>
      chain(
        {
          between: [
            { extensions: { ...constraints(['dns:foo.example.com']), ...without(OID.subjectAltName) } },
          ],
          leaf: { extensions: names('dns:*.example.com') },
        },
        { peer: 'foo.example.com' },
      ),
    'name_not_permitted',
  ],
];

describe('x509-limbo', () => {
  it.each(CASES)('%s', (_id, scene, outcome) => {
    expect(judge(RFC5280, scene)).toBe(outcome);
  });
});
