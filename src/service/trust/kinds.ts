import { type ReferenceSet, referenceSet, referenceSetDigest } from '../../appraisal/reference-set.ts';
import type { JsonValue } from '../../bytes/json.ts';
import { fromBase64Url } from '../../bytes/text.ts';
import { contentDigest } from '../../evidence/digest.ts';
import { type Manufacturer, readManifestKey } from '../../evidence/manifest/index.ts';
import { isPlainlyWritten, isSameParty } from '../../location/control-groups.ts';
import { parseCertificate } from '../../pki/certificate.ts';
import { parsePem } from '../../pki/pem.ts';
import { anchorFromCertificate, type TrustAnchor } from '../../pki/trust-anchor.ts';
import { type RulePack, rulePack } from '../../policy/packs/document.ts';
import { type FacilityAuditContent, facilityAuditContent } from '../../protocol/facility-audit.ts';
import { type LandmarkContent, landmarkContent } from '../../protocol/landmark.ts';
import { type RetentionRuleContent, retentionRuleContent } from '../../protocol/retention.ts';
import {
  type AnchorsContent,
  anchorsContent,
  type ChipTableContent,
  chipTableContent,
  type ManufacturerContent,
  manufacturerContent,
  type PublisherContent,
  publisherContent,
  type TrustKind,
} from '../../protocol/trust.ts';
import type { Scope } from '../access/scopes.ts';
import { RequestError } from '../errors.ts';
import { requireSound } from './rule-packs.ts';

/** What somebody proposes, by kind. */
export type TrustContent =
  | { readonly kind: 'anchors'; readonly content: AnchorsContent }
  | { readonly kind: 'publisher'; readonly content: PublisherContent }
  | { readonly kind: 'reference-set'; readonly content: ReferenceSet }
  | { readonly kind: 'manufacturer'; readonly content: ManufacturerContent }
  | { readonly kind: 'landmark'; readonly content: LandmarkContent }
  | { readonly kind: 'facility-audit'; readonly content: FacilityAuditContent }
  | { readonly kind: 'rule-pack'; readonly content: RulePack }
  | { readonly kind: 'chip-table'; readonly content: ChipTableContent }
  | { readonly kind: 'retention-rule'; readonly content: RetentionRuleContent };

type KindRules = {
  /** What a proposer must hold; approving takes `trust:approve` whatever the kind. */
  readonly proposeScope: Scope;
  /** Whether versions stay in force beside each other: licences name rule packs by version. Else the newest approved one ends the others. */
  readonly sideBySide?: true;
};

/** The kinds of trust inputs there are; a new kind is a line here and one in `judgeContent`. */
export const KINDS: { readonly [K in TrustKind]: KindRules } = {
  anchors: { proposeScope: 'trust:propose' },
  publisher: { proposeScope: 'trust:propose' },
  'reference-set': { proposeScope: 'trust:propose-reference-set' },
  manufacturer: { proposeScope: 'trust:propose' },
  landmark: { proposeScope: 'trust:propose' },
  'facility-audit': { proposeScope: 'facilities:audit' },
  'rule-pack': { proposeScope: 'trust:propose', sideBySide: true },
  'chip-table': { proposeScope: 'trust:propose' },
  'retention-rule': { proposeScope: 'trust:propose' },
};

/** A proposal in the form that is stored and cited. */
export type JudgedContent = {
  readonly kind: TrustKind;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly content: JsonValue;
};

/**
 * Judges a proposal as far as its content goes: what cannot be read is refused now, not when it is first used.
 * @throws RequestError `invalid_request`; FormatError for certificates that cannot be read
 */
export function judgeContent(proposal: TrustContent): JudgedContent {
  const { kind } = proposal;
  const { name, version } = proposal.kind === 'rule-pack' ? proposal.content.manifest : proposal.content;
  // A trip through JSON drops optional members that are undefined, which have no canonical form.
  const content = JSON.parse(JSON.stringify(proposal.content)) as JsonValue; // JSON.parse returns nothing else
  switch (kind) {
    case 'anchors':
      readAnchors(proposal.content);
      return { kind, name, version, digest: contentDigest('anchors', content), content };
    case 'publisher':
      for (const { x } of proposal.content.keys) requireEd25519(x, 'body.content.keys.x');
      return { kind, name, version, digest: contentDigest('publisher', content), content };
    case 'reference-set':
      return { kind, name, version, digest: referenceSetDigest(proposal.content), content };
    case 'manufacturer':
      readManufacturer(proposal.content);
      return { kind, name, version, digest: contentDigest('manufacturer', content), content };
    case 'landmark':
      requireEd25519(proposal.content.key, 'body.content.key');
      requirePlainNames(proposal.content);
      requireIndependent(proposal.content);
      return { kind, name, version, digest: contentDigest('landmark', content), content };
    case 'facility-audit':
      return { kind, name, version, digest: contentDigest('facility-audit', content), content };
    case 'rule-pack':
      return { kind, name, version, digest: requireSound(proposal.content).digest, content };
    case 'chip-table':
      return { kind, name, version, digest: contentDigest('chip-table', content), content };
    case 'retention-rule':
      return { kind, name, version, digest: contentDigest('retention-rule', content), content };
  }
}

/** Reads stored content back; what the schema refuses now was valid once, and is an error rather than a gap in trust. */
export function readContent(kind: string, text: string): TrustContent {
  const content: unknown = JSON.parse(text);
  switch (kind) {
    case 'anchors':
      return { kind, content: anchorsContent.parse(content) };
    case 'publisher':
      return { kind, content: publisherContent.parse(content) };
    case 'reference-set':
      return { kind, content: referenceSet.parse(content) };
    case 'manufacturer':
      return { kind, content: manufacturerContent.parse(content) };
    case 'landmark':
      return { kind, content: landmarkContent.parse(content) };
    case 'facility-audit':
      return { kind, content: facilityAuditContent.parse(content) };
    case 'rule-pack':
      return { kind, content: rulePack.parse(content) };
    case 'chip-table':
      return { kind, content: chipTableContent.parse(content) };
    case 'retention-rule':
      return { kind, content: retentionRuleContent.parse(content) };
    default:
      throw new TypeError(`unknown kind of trust input ${kind}`);
  }
}

/**
 * The anchors of a set of certificates, every one a certification authority; makers of machines may sign platform certificates
 * by keys that certify nothing else (RFC 5755, 4.5), and such a one vouches for nothing but what it signed itself.
 * @throws FormatError; RequestError `invalid_request`
 */
export function readAnchors({ certificates, purpose }: AnchorsContent): TrustAnchor[] {
  return parsePem(certificates).map((der, index) => {
    const certificate = parseCertificate(der);
    const isAuthority = certificate.extensions.basicConstraints?.value.cA === true;
    const signsItself = purpose === 'tcg-platform-ca' && certificate.version === 3;
    if (isAuthority || signsItself || certificate.version === 1) return anchorFromCertificate(certificate);
    throw new RequestError(
      'invalid_request',
      `certificate ${index + 1} is not of a certification authority`,
      {
        path: 'body.content.certificates',
        expected: 'basicConstraints with cA',
        actual: 'an end entity',
      },
    );
  });
}

/** @throws FormatError for what is no key */
export function readManufacturer({ name, kinds, keys }: ManufacturerContent): Manufacturer {
  return { name, kinds, keys: keys.map((key, index) => readManifestKey(key, `body.content.keys.${index}`)) };
}

function requireEd25519(x: string, path: string): void {
  const { length } = fromBase64Url(x, path);
  if (length === 32) return;
  throw new RequestError('invalid_request', 'an Ed25519 key has 32 bytes', {
    path,
    expected: '32 bytes',
    actual: `${length} bytes`,
  });
}

/** Who could make landmarks lie is told by names: one that only looks like another would count as one more operator. */
function requirePlainNames({ operator, company, site, placeBasis }: LandmarkContent): void {
  const auditor = placeBasis.kind === 'audit' ? { 'placeBasis.auditor': placeBasis.auditor } : {};
  for (const [field, name] of Object.entries({ operator, company, site, ...auditor })) {
    if (isPlainlyWritten(name)) continue;
    throw new RequestError(
      'invalid_request',
      'write this name in Latin letters and figures, others transliterated',
      {
        path: `body.content.${field}`,
        expected: 'a name that no other reads like',
        actual: name,
      },
    );
  }
}

/** Whoever vouches for a landmark's place is neither who runs it nor who hosts it. */
function requireIndependent({ placeBasis, operator, company }: LandmarkContent): void {
  if (placeBasis.kind === 'mesh') return;
  const { auditor } = placeBasis;
  if (!isSameParty(auditor, operator) && !isSameParty(auditor, company)) return;
  throw new RequestError('invalid_request', 'a landmark is not audited by whoever runs or hosts it', {
    path: 'body.content.placeBasis.auditor',
    expected: 'somebody else',
    actual: auditor,
  });
}
