import { describe, expect, it } from 'vitest';
import { anchorFromCertificate, OID, PathError, RFC5280_POLICY, verifyPath } from '../../src/pki/index.ts';
import { EMPTY_NAME, issueCa, issueLeaf, issueRoot, name, T0 } from './issue.ts';
import * as ext from './issue-extensions.ts';

const root = issueRoot();
const organisation = (text: string): Uint8Array => dn(['2.5.4.10', text]);

/** A directory name of these attributes, no common name. */
function dn(...parts: readonly (readonly [string, string])[]): Uint8Array {
  const whole = name('x', ...parts);
  const last = name('x').subarray(2).length;
  const contents = whole.subarray(2, whole.length - last);
  return Uint8Array.of(0x30, contents.length, ...contents);
}

type Leaf = { readonly names?: readonly ext.NameText[]; readonly subject?: Uint8Array };

function judge(
  permitted: readonly ext.NameText[],
  excluded: readonly ext.NameText[],
  { names = [], subject = EMPTY_NAME }: Leaf,
): string {
  try {
    const ca = issueCa(root, {
      extensions: { [OID.nameConstraints]: ext.critical(ext.nameConstraints(permitted, excluded)) },
    });
    const san =
      names.length === 0 ? null : { critical: subject === EMPTY_NAME, value: ext.subjectAltName(...names) };
    const leaf = issueLeaf(ca, { subject, extensions: { [OID.subjectAltName]: san } });
    verifyPath({
      leaf: leaf.certificate,
      intermediates: [ca.certificate],
      anchors: [anchorFromCertificate(root.certificate)],
      at: T0,
      policy: RFC5280_POLICY,
    });
    return 'valid';
  } catch (error) {
    if (error instanceof PathError) return error.code;
    throw error;
  }
}

type Row = readonly [constraint: ext.NameText, presented: ext.NameText, within: boolean];

/** RFC 5280 section 4.2.1.10, each row read twice: as permitted and as excluded. */
const ROWS: readonly Row[] = [
  ['dns:example.com', 'dns:example.com', true],
  ['dns:example.com', 'dns:a.example.com', true],
  ['dns:example.com', 'dns:a.b.EXAMPLE.com', true],
  ['dns:example.com', 'dns:notexample.com', false],
  ['dns:example.com', 'dns:example.com.evil', false],
  ['dns:a.example.com', 'dns:example.com', false],
  ['dns:', 'dns:example.com', true],
  ['dns:example.com', 'dns:*.example.com', true],
  ['mail:a@example.com', 'mail:a@EXAMPLE.com', true],
  ['mail:a@example.com', 'mail:A@example.com', false],
  ['mail:a@example.com', 'mail:b@example.com', false],
  ['mail:example.com', 'mail:a@example.com', true],
  ['mail:example.com', 'mail:a@sub.example.com', false],
  ['mail:.example.com', 'mail:a@sub.example.com', true],
  ['mail:.example.com', 'mail:a@example.com', false],
  ['mail:.example.com', 'mail:a@notexample.com', false],
  ['uri:example.com', 'uri:https://example.com/path', true],
  ['uri:example.com', 'uri:https://user@EXAMPLE.com:8443/', true],
  ['uri:example.com', 'uri:https://sub.example.com/', false],
  ['uri:.example.com', 'uri:https://sub.example.com/', true],
  ['uri:.example.com', 'uri:https://example.com/', false],
  ['uri:example.com', 'uri:https://evil.test/?example.com', false],
  ['uri:example.com', 'uri:https://example.com@evil.test/', false],
  ['ip:192.0.2.0/255.255.255.0', 'ip:192.0.2.7', true],
  ['ip:192.0.2.0/255.255.255.0', 'ip:192.0.3.7', false],
  ['ip:0.0.0.0/0.0.0.0', 'ip:192.0.3.7', true],
  [
    'ip:32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.0/255.255.255.255.0.0.0.0.0.0.0.0.0.0.0.0',
    'ip:32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1',
    true,
  ],
  [
    'ip:32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.0/255.255.255.255.0.0.0.0.0.0.0.0.0.0.0.0',
    'ip:32.1.13.185.0.0.0.0.0.0.0.0.0.0.0.1',
    false,
  ],
  ['ip:0.0.0.0/0.0.0.0', 'ip:32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1', false],
  [{ directory: organisation('Acme') }, { directory: name('a', ['2.5.4.10', 'ACME ']) }, true],
  [{ directory: organisation('Acme') }, { directory: name('a', ['2.5.4.10', 'Other']) }, false],
  [
    { directory: organisation('Acme') },
    { directory: name('a', ['2.5.4.11', 'unit'], ['2.5.4.10', 'Acme']) },
    false,
  ],
];

describe('name constraints', () => {
  const rows = ROWS.map(([constraint, presented, within]) => ({
    constraint,
    presented,
    within,
    label: `${typeof presented === 'string' ? presented : 'a directory name'} ${within ? 'within' : 'outside'} ${typeof constraint === 'string' ? constraint : 'a directory name'}`,
  }));

  it.each(rows)('find $label', ({ constraint, presented, within }) => {
    expect(judge([constraint], [], { names: [presented] })).toBe(within ? 'valid' : 'name_not_permitted');
    expect(judge([], [constraint], { names: [presented] })).toBe(within ? 'name_not_permitted' : 'valid');
  });

  it('judge the subject as a directory name, alternative names or not', () => {
    const base = { directory: organisation('Acme') };
    const [good, bad] = [name('a', ['2.5.4.10', 'Acme']), name('a', ['2.5.4.10', 'Other'])];
    expect(judge([base], [], { subject: good })).toBe('valid');
    expect(judge([base], [], { subject: bad })).toBe('name_not_permitted');
    expect(judge([base], [], { subject: bad, names: [{ directory: good }] })).toBe('name_not_permitted');
    expect(judge([], [base], { subject: good, names: [{ directory: bad }] })).toBe('name_not_permitted');
    expect(judge([base], [], { subject: EMPTY_NAME, names: ['dns:a.example'] })).toBe('valid');
  });

  it('judge mail addresses in the subject', () => {
    const subject = (mail: string): Uint8Array => name('a', [OID.emailAddress, mail, 0x16]);
    expect(judge(['mail:example.com'], [], { subject: subject('a@example.com') })).toBe('valid');
    expect(judge(['mail:example.com'], [], { subject: subject('a@evil.test') })).toBe('name_not_permitted');
    expect(
      judge([], ['mail:evil.test'], { subject: subject('a@evil.test'), names: ['mail:a@example.com'] }),
    ).toBe('name_not_permitted');
    expect(judge([], ['mail:evil.test'], { subject: subject('a@b@evil.test') })).toBe(
      'name_constraint_unsupported',
    );
  });

  it('let exclusion win over permission', () => {
    expect(judge(['dns:example.com'], ['dns:example.com'], { names: ['dns:example.com'] })).toBe(
      'name_not_permitted',
    );
    expect(
      judge(['dns:example.com'], ['dns:not.example.com'], {
        names: ['dns:example.com', 'dns:not.example.com'],
      }),
    ).toBe('name_not_permitted');
  });

  it('count a wildcard as excluded and not as permitted where it overlaps', () => {
    expect(judge(['dns:example.com'], ['dns:bar.example.com'], { names: ['dns:*.example.com'] })).toBe(
      'name_not_permitted',
    );
    expect(judge(['dns:foo.example.com'], [], { names: ['dns:*.example.com'] })).toBe('name_not_permitted');
    expect(judge([], ['dns:a.bar.example.com'], { names: ['dns:*.example.com'] })).toBe('valid');
  });

  it('leave other forms alone', () => {
    expect(judge(['ip:192.0.2.0/255.255.255.0'], [], { names: ['dns:example.com'] })).toBe('valid');
    expect(judge(['dns:example.com'], [], { names: ['mail:a@evil.test'] })).toBe('valid');
  });

  it('refuse a constrained URI whose host cannot be judged', () => {
    for (const uri of [
      'uri:urn:uuid:1',
      'uri:https://192.0.2.1/',
      'uri:https://[2001:db8::1]/',
      'uri:mailto:a@example.com',
    ]) {
      expect(judge(['uri:example.com'], [], { names: [uri] })).toBe('name_constraint_unsupported');
      expect(judge([], ['uri:example.com'], { names: [uri] })).toBe('name_constraint_unsupported');
    }
  });

  it('intersect down the path: a CA can narrow, not widen', () => {
    const constrain = (...permitted: readonly string[]) => ({
      [OID.nameConstraints]: ext.critical(ext.nameConstraints(permitted, [])),
    });
    const both = ['dns:foo.example.com', 'dns:bar.example.com'];
    for (const [upper, lower] of [
      [both, ['dns:bar.example.com']],
      [['dns:bar.example.com'], both],
    ] as const) {
      const first = issueCa(root, { subject: 'first', extensions: constrain(...upper) });
      const second = issueCa(first, { subject: 'second', extensions: constrain(...lower) });
      const verdict = (host: string): string => {
        const leaf = issueLeaf(second, {
          extensions: { [OID.subjectAltName]: ext.plain(ext.subjectAltName(host)) },
        });
        try {
          verifyPath({
            leaf: leaf.certificate,
            intermediates: [first.certificate, second.certificate],
            anchors: [anchorFromCertificate(root.certificate)],
            at: T0,
            policy: RFC5280_POLICY,
          });
          return 'valid';
        } catch (error) {
          return error instanceof PathError ? error.code : 'crash';
        }
      };
      expect(verdict('dns:foo.example.com')).toBe('name_not_permitted');
      expect(verdict('dns:bar.example.com')).toBe('valid');
    }
  });

  it('exempt self-issued certificates, except the last', () => {
    const own = name('not-example.com');
    const names = { [OID.subjectAltName]: ext.plain(ext.subjectAltName('dns:not-example.com')) };
    const constrained = issueRoot({
      subject: own,
      extensions: { [OID.nameConstraints]: ext.critical(ext.nameConstraints(['dns:example.com'], [])) },
    });
    const rolled = issueCa(constrained, { subject: own, extensions: names });
    const input = {
      intermediates: [rolled.certificate],
      anchors: [anchorFromCertificate(constrained.certificate)],
      at: T0,
      policy: RFC5280_POLICY,
    };
    const good = issueLeaf(rolled, {
      extensions: { [OID.subjectAltName]: ext.plain(ext.subjectAltName('dns:example.com')) },
    });
    expect(verifyPath({ ...input, leaf: good.certificate }).chain).toHaveLength(2);
    const last = issueLeaf(rolled, { subject: own, extensions: names });
    expect(() => verifyPath({ ...input, leaf: last.certificate })).toThrow(
      expect.objectContaining({ code: 'name_not_permitted' }),
    );
  });
});
