import { z } from 'zod';

/**
 * The claims-set of draft-ietf-rats-ear-03, section 4, in JSON, as its CDDL has it: every claim of the draft by type and
 * presence; what stands in the sockets `$$ear-extension` and `$$ear-appraisal-extension` is either EAT's, JWT's, Veraison's
 * (appendix) or named `sextant.*`. Nothing else is let through.
 */
const tier = z.enum(['none', 'affirming', 'warning', 'contraindicated']);
const claim = z.int().min(-128).max(127);
const vector = z
  .strictObject({
    'instance-identity': claim.optional(),
    configuration: claim.optional(),
    executables: claim.optional(),
    'file-system': claim.optional(),
    hardware: claim.optional(),
    'runtime-opaque': claim.optional(),
    'storage-opaque': claim.optional(),
    'sourced-data': claim.optional(),
  })
  .refine((claims) => Object.keys(claims).length > 0, 'non-empty');
/** RFC 9711, 4.1: 8 to 64 bytes, of base64url in JSON 11 to 88 characters; text of 8 to 88 is what its CDDL says. */
const nonce = z.string().min(8).max(88);
const numericDate = z.int().min(0);

/** Members of our own, by prefix; the rest of `shape` is strict. */
function extensible<T extends z.ZodRawShape>(shape: T) {
  const base = z.looseObject(shape);
  return base.refine(
    (value) => Object.keys(value).every((name) => name in shape || name.startsWith('sextant.')),
    'no claim beyond the draft, EAT, JWT and sextant.*',
  );
}

const appraisalRecord = extensible({
  eat_profile: z.string().optional(),
  ear_status: tier,
  ear_trustworthiness_vector: vector.optional(),
  ear_appraisal_policy_ids: z.array(z.string()).min(1).optional(),
  eat_nonce: nonce.optional(),
  ear_veraison_key_attestation: z.strictObject({ akpub: z.string().regex(/^[A-Za-z0-9_-]+$/) }).optional(),
});

export const earClaimsSet = extensible({
  eat_profile: z.literal('tag:ietf.org,2026:rats/ear#03'),
  ear_status: tier.optional(),
  iat: numericDate,
  exp: numericDate.optional(),
  ear_verifier_id: z.strictObject({ developer: z.string(), build: z.string() }),
  submods: z
    .record(z.string(), appraisalRecord)
    .refine((parts) => Object.keys(parts).length > 0, 'at least one'),
  eat_nonce: nonce.optional(),
  iss: z.string().optional(),
  sub: z.string().optional(),
});

/** The same in the names of draft-fv-rats-ear. */
export const dottedClaimsSet = extensible({
  eat_profile: z.literal('tag:github.com,2023:veraison/ear'),
  iat: numericDate,
  exp: numericDate.optional(),
  'ear.verifier-id': z.strictObject({ developer: z.string(), build: z.string() }),
  submods: z.record(
    z.string(),
    extensible({
      'ear.status': tier,
      'ear.trustworthiness-vector': vector.optional(),
      'ear.appraisal-policy-id': z.string().optional(),
      'ear.veraison.key-attestation': z.strictObject({ akpub: z.string() }).optional(),
    }),
  ),
  eat_nonce: nonce.optional(),
  iss: z.string().optional(),
  sub: z.string().optional(),
});
