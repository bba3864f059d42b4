import type { DerReader } from '../bytes/der.ts';
import { contextPrimitive } from '../bytes/der-tag.ts';

/** One policy of CertificatePolicies. Qualifiers are kept encoded: RFC 5280 section 4.2.1.4 attaches no rule to them. */
export type PolicyInformation = { readonly policy: string; readonly qualifiers: Uint8Array | null };

export type PolicyMapping = { readonly issuerDomainPolicy: string; readonly subjectDomainPolicy: string };

export type PolicyConstraints = {
  readonly requireExplicitPolicy: number | null;
  readonly inhibitPolicyMapping: number | null;
};

const MAX_OCTETS = 16_384;
const MAX_POLICIES = 256;
const MAX_SKIP_CERTS = 0x7fff_ffff;

/** Section 4.2.1.4: no policy stands twice. */
export function readCertificatePolicies(outer: DerReader): PolicyInformation[] {
  const seen = new Set<string>();
  return outer.sequenceOf('certificatePolicies', MAX_OCTETS, MAX_POLICIES, (reader) =>
    reader.sequence('policyInformation', MAX_OCTETS, (inner) => {
      const policy = inner.oid('policyIdentifier');
      if (seen.has(policy)) throw inner.error('bad_value', 'policyIdentifier', `${policy} stands twice`);
      seen.add(policy);
      const qualifiers = inner.atEnd
        ? null
        : inner.withBytes((rest) =>
            rest.sequenceOf('policyQualifiers', MAX_OCTETS, 16, (item) => item.any('qualifier', MAX_OCTETS)),
          ).raw;
      return { policy, qualifiers };
    }),
  );
}

/** Section 4.2.1.5. That neither side is anyPolicy is path validation's question (6.1.4 (a)). */
export function readPolicyMappings(outer: DerReader): PolicyMapping[] {
  return outer.sequenceOf('policyMappings', MAX_OCTETS, MAX_POLICIES, (reader) =>
    reader.sequence('mapping', 256, (inner) => ({
      issuerDomainPolicy: inner.oid('issuerDomainPolicy'),
      subjectDomainPolicy: inner.oid('subjectDomainPolicy'),
    })),
  );
}

/** Section 4.2.1.11: not an empty sequence. */
export function readPolicyConstraints(outer: DerReader): PolicyConstraints {
  return outer.sequence('policyConstraints', 64, (reader) => {
    const skip = (number: number, field: string): number | null =>
      reader.has(contextPrimitive(number))
        ? reader.smallInteger(field, MAX_SKIP_CERTS, contextPrimitive(number))
        : null;
    const requireExplicitPolicy = skip(0, 'requireExplicitPolicy');
    const inhibitPolicyMapping = skip(1, 'inhibitPolicyMapping');
    if (requireExplicitPolicy === null && inhibitPolicyMapping === null) {
      throw reader.error('bad_value', 'policyConstraints', 'is empty');
    }
    return { requireExplicitPolicy, inhibitPolicyMapping };
  });
}
