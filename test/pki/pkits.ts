import { TAG } from '../../src/bytes/der-tag.ts';
import { writeObjectIdentifier, writeSequence, writeSetOf, writeText } from '../../src/bytes/der-writer.ts';
import {
  anchorFromCertificate,
  demandUnrevoked,
  HARDWARE_POLICY,
  OID,
  PathError,
  type PathPolicy,
  type RevocationInput,
  RFC5280_POLICY,
  verifyPath,
  verifyRevocation,
} from '../../src/pki/index.ts';
import { type CrlOptions, issueCrl } from './crl-issue.ts';
import { type Issued, type IssueOptions, issueCa, issueLeaf, issueRoot, T0 } from './issue.ts';
import * as ext from './issue-extensions.ts';
import { answerOf } from './revocation-case.ts';

/*
 * The cases of the Public Key Interoperability Test Suite (NIST, "Conformance Testing of Relying Party Client Certificate Path
 * Processing Logic", version 1.0.1), made anew: names, extensions, CRLs and verdicts are the suite's, keys are not.
 */

const TYPES: Readonly<Record<string, string>> = {
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
  dnQualifier: '2.5.4.46',
  serialNumber: '2.5.4.5',
  ST: '2.5.4.8',
  DC: '0.9.2342.19200300.100.1.25',
  title: '2.5.4.12',
  SN: '2.5.4.4',
  generationQualifier: '2.5.4.44',
  pseudonym: '2.5.4.65',
  initials: '2.5.4.43',
  givenName: '2.5.4.42',
  L: '2.5.4.7',
  emailAddress: OID.emailAddress,
};
const IA5_TYPES = ['DC', 'emailAddress'];

/** One attribute: `CN=Good CA`. Country and the printable types are PrintableString unless a tag says otherwise. */
export function attribute(text: string, tag?: number): Uint8Array {
  const [type = '', ...value] = text.split('=');
  const defaultTag = IA5_TYPES.includes(type) ? TAG.ia5String : TAG.printableString;
  return writeSequence(
    writeObjectIdentifier(TYPES[type] ?? 'unknown'),
    writeText(type === 'C' ? TAG.printableString : (tag ?? defaultTag), value.join('=')),
  );
}

/** Attributes as `CN=Good CA`, most general first. */
export function rdnSequence(texts: readonly string[], tag?: number): Uint8Array {
  return writeSequence(...texts.map((text) => writeSetOf(attribute(text, tag))));
}

/** A name under the suite's own `C=US, O=Test Certificates 2011`. */
export function dn(...texts: readonly string[]): Uint8Array {
  return rdnSequence(['C=US', 'O=Test Certificates 2011', ...texts]);
}

export const anchor = issueRoot({ subject: dn('CN=Trust Anchor') });
export const anchorCrl = issueCrl(anchor);

/** One certificate on the way down. What it does not state is as the suite's base certificates have it. */
export type Step = {
  /** A common name, or a whole name; the issuer's own where it is absent and the certificate is a CA's: self-issued. */
  readonly name?: string | Uint8Array;
  /** `12` asserts NIST-test-policy-1 and -2, `*` anyPolicy; none where empty. */
  readonly policies?: string;
  /** `1>2 1>3`, `*` for anyPolicy. */
  readonly maps?: string;
  readonly requireExplicit?: number;
  readonly inhibitMapping?: number;
  /** Sections 4.8, 4.10 and 4.12 mark policy constraints as not critical, against RFC 5280. */
  readonly constraintsCritical?: boolean;
  readonly inhibitAny?: number;
  readonly pathLength?: number;
  readonly permitted?: readonly ext.NameText[];
  readonly excluded?: readonly ext.NameText[];
  readonly alternative?: readonly ext.NameText[];
  readonly issue?: IssueOptions;
  /** What its CRL states beside being empty; null issues none. */
  readonly crl?: CrlOptions | null;
};

export function policy(digit: string): string {
  return digit === '*' ? OID.anyPolicy : `2.16.840.1.101.3.2.1.48.${digit}`;
}

function extensionsOf(step: Step): IssueOptions['extensions'] & object {
  const { policies = '1', maps, pathLength, permitted = [], excluded = [], alternative, inhibitAny } = step;
  const { requireExplicit = null, inhibitMapping = null, constraintsCritical = true } = step;
  const pairs = maps?.split(' ').map((pair) => {
    const [from = '', to = ''] = pair.split('>');
    return [policy(from), policy(to)] as const;
  });
  const has = <T>(value: T | undefined, oid: string, write: (value: T) => ext.OneExtension) =>
    value === undefined ? {} : { [oid]: write(value) };
  return {
    ...(policies === ''
      ? {}
      : { [OID.certificatePolicies]: ext.plain(ext.certificatePolicies(...[...policies].map(policy))) }),
    ...has(pairs, OID.policyMappings, (value) => ext.critical(ext.policyMappings(...value))),
    ...has(pathLength, OID.basicConstraints, (value) => ext.critical(ext.basicConstraints(true, value))),
    ...has(inhibitAny, OID.inhibitAnyPolicy, (value) => ext.critical(ext.inhibitAnyPolicy(value))),
    ...has(alternative, OID.subjectAltName, (names) => ext.plain(ext.subjectAltName(...names))),
    ...(requireExplicit === null && inhibitMapping === null
      ? {}
      : {
          [OID.policyConstraints]: {
            critical: constraintsCritical,
            value: ext.policyConstraints(requireExplicit, inhibitMapping),
          },
        }),
    ...(permitted.length + excluded.length === 0
      ? {}
      : { [OID.nameConstraints]: ext.critical(ext.nameConstraints(permitted, excluded)) }),
    ...step.issue?.extensions,
  };
}

const END_USAGE = ext.critical(
  ext.keyUsage('digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment'),
);

export function authority(parent: Issued, step: Step): Issued {
  const subject = typeof step.name === 'string' ? dn(`CN=${step.name}`) : (step.name ?? parent.name);
  return issueCa(parent, { subject, ...step.issue, extensions: extensionsOf(step) });
}

export function endEntity(parent: Issued, step: Step = {}): Issued {
  const subject = typeof step.name === 'string' ? dn(`CN=${step.name}`) : (step.name ?? dn('CN=End Entity'));
  const extensions = { [OID.keyUsage]: END_USAGE, ...extensionsOf(step) };
  return issueLeaf(parent, { subject, ...step.issue, extensions });
}

/** What a relying party is given: a certificate in question, others in any order, and CRLs beside the anchor's. */
export type Trial = {
  readonly end: Issued;
  readonly others: readonly Issued[];
  readonly crls: readonly Uint8Array[];
};

/** A straight path below the anchor: CAs with one CRL each, self-issued ones excepted, and an end entity or a CA. */
export function descend(cas: readonly Step[], end: Step & { readonly isCa?: true } = {}): Trial {
  let parent = anchor;
  const others: Issued[] = [];
  const crls: Uint8Array[] = [];
  for (const step of cas) {
    const made = authority(parent, step);
    others.push(made);
    if (step.crl !== null && step.name !== undefined) crls.push(issueCrl(made, step.crl));
    parent = made;
  }
  return { end: end.isCa === true ? authority(parent, end) : endEntity(parent, end), others, crls };
}

/** Inputs of RFC 5280, section 6.1.1; the suite's default settings where absent. */
export type Settings = Partial<
  Pick<
    PathPolicy,
    | 'initialPolicies'
    | 'initialExplicitPolicy'
    | 'initialPolicyMappingInhibit'
    | 'initialAnyPolicyInhibit'
    | 'profile'
  >
>;

function inputs({ end, others, crls }: Trial, settings: Settings) {
  const certificates = others.map(({ certificate }) => certificate);
  const path = {
    leaf: end.certificate,
    intermediates: certificates,
    anchors: [anchorFromCertificate(anchor.certificate)],
    at: T0,
    policy: { ...HARDWARE_POLICY, ...settings },
  };
  const revocation: RevocationInput = { crls: [anchorCrl, ...crls], certificates, at: T0 };
  return { path, revocation };
}

function outcomeOf(judge: () => ReadonlySet<string> | string): string {
  try {
    const found = judge();
    if (typeof found === 'string') return found;
    const digits = [...found].map((oid) => (oid === OID.anyPolicy ? '*' : (oid.split('.').at(-1) ?? '')));
    return `valid ${digits.toSorted().join('')}`.trimEnd();
  } catch (error) {
    if (error instanceof PathError) return error.code === 'path_refused' ? `${error.actual}` : error.code;
    throw error;
  }
}

/**
 * `valid` and the digits of the user-constrained policy set, or why not: a PathCode, `revoked: <reason>` or a RevocationCode.
 * Revocation is looked at within the search, as `docs/library.md` shows it.
 */
export function judgeWithin(
  trial: Trial,
  settings: Settings = {},
  more: Partial<RevocationInput> = {},
): string {
  const { path, revocation } = inputs(trial, settings);
  const acceptPath = (found: Parameters<typeof demandUnrevoked>[0]): void =>
    demandUnrevoked(found, { ...revocation, ...more });
  return outcomeOf(() => verifyPath({ ...path, acceptPath }).policies);
}

/** The same, where revocation is looked at afterwards: the first certificate from the anchor down that is not good. */
export function judgeAfterwards(trial: Trial, settings: Settings = {}): string {
  const { path, revocation } = inputs(trial, settings);
  return outcomeOf(() => {
    const found = verifyPath(path);
    const answers = verifyRevocation(found, revocation).map(answerOf);
    return answers.find((answer) => answer !== 'good') ?? found.policies;
  });
}

/** One case of the suite: its number, what it is, how it ends by default settings, and by others. */
export type Case = {
  readonly id: string;
  readonly trial: () => Trial;
  readonly outcome: string;
  readonly others?: readonly (readonly [Settings, outcome: string])[];
  /** Valid by section 6, and refused by profile `rfc5280` for what section 4 forbids issuers. */
  readonly departs?: true;
};

/** Everything that the suite says of a case, and what our profiles add: `docs/library.md` promises both. */
export function outcomesOf({ trial, outcome, others = [], departs }: Case): {
  readonly found: readonly string[];
  readonly wanted: readonly string[];
} {
  const made = trial();
  const all: readonly (readonly [Settings, string])[] = [[{}, outcome], ...others];
  const isValid = outcome.startsWith('valid');
  const strict = judgeWithin(made, { profile: RFC5280_POLICY.profile });
  return {
    found: [
      ...all.flatMap(([settings]) => [judgeWithin(made, settings), judgeAfterwards(made, settings)]),
      isValid ? strict : `${strict.startsWith('valid')}`,
      ...(isValid ? [judgeWithin(made, {}, { crlProfile: 'rfc5280' })] : []),
    ],
    wanted: [
      ...all.flatMap(([, wanted]) => [wanted, wanted]),
      isValid ? (departs === true ? 'profile_violated' : outcome) : 'false',
      ...(isValid ? [outcome] : []),
    ],
  };
}
