import { z } from 'zod';
import { ANCHOR_PURPOSES } from './anchor-purpose.ts';
import { MANIFEST_KINDS, manifestKey, manufacturerName } from './device-manifest.ts';
import { base64Url, instant, sha256Hex } from './encoding.ts';
import { identifier } from './identifier.ts';
import { receiptOfChange } from './receipt.ts';

export const trustInputId = identifier('tri', 'A version of a trust input.');

const TRUST_KINDS = [
  'anchors',
  'publisher',
  'reference-set',
  'manufacturer',
  'landmark',
  'facility-audit',
  'rule-pack',
  'chip-table',
  'retention-rule',
] as const;
export type TrustKind = (typeof TRUST_KINDS)[number];
export const trustKind = z.enum(TRUST_KINDS);

const trustName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,99}$/, 'must be lower-case letters, digits, dots and hyphens')
  .describe('Stable across versions: a new version takes the place of the one before.');
const trustVersion = z.string().trim().min(1).max(100);

/** Roots that certificates of one purpose are verified under. */
export const anchorsContent = z.strictObject({
  name: trustName,
  version: trustVersion,
  purpose: z
    .enum(ANCHOR_PURPOSES)
    .describe(
      'What the certificates may vouch for: `tpm-ek`, endorsement keys of TPMs; `intel-sgx-root`, what signs TDX quotes and what Intel publishes about them; `amd-ark`, SEV-SNP reports; `azure-vtpm-ak`, attestation keys of Azure’s vTPMs; `nvidia-device-root`, reports of NVIDIA’s GPUs and switches; `nvidia-rim-root`, the reference manifests that they are compared with; `tcg-platform-ca`, platform certificates, which tell the machine that a TPM was built into.',
    ),
  certificates: z
    .string()
    .min(1)
    .max(512 * 1024)
    .describe(
      'One or more certification authorities, PEM; for `tcg-platform-ca` also end entities that sign platform certificates themselves.',
    ),
});
export type AnchorsContent = z.infer<typeof anchorsContent>;

/** Whoever may publish reference sets that take effect without a second person. */
export const publisherContent = z.strictObject({
  name: z.string().trim().min(1).max(200).describe('As reference sets name it in `publisher`.'),
  version: trustVersion,
  keys: z
    .array(
      z.strictObject({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: base64Url(32, 'The public key.'),
      }),
    )
    .min(1)
    .max(8),
});
export type PublisherContent = z.infer<typeof publisherContent>;

/** Whose device manifests count, by which keys, and of which kinds of devices they may speak: docs/device-manifest.md. */
export const manufacturerContent = z.strictObject({
  name: manufacturerName.describe('As manifests name it in `manufacturer`.'),
  version: trustVersion,
  purpose: z.literal('device-manifest').describe('What the keys may sign.'),
  kinds: z.array(z.enum(MANIFEST_KINDS)).min(1).max(MANIFEST_KINDS.length),
  keys: z.array(manifestKey).min(1).max(8),
});
export type ManufacturerContent = z.infer<typeof manufacturerContent>;

const chipModel = z.strictObject({
  model: z.string().trim().min(1).max(100).describe('As registered devices and licences name it.'),
  tpp: z.int().min(1).describe('2 x MacTOPS x bit length, summed over dies, the maximum over formats.'),
  format: z.string().trim().min(1).max(40).describe('The number format that gives the maximum, e.g. fp8.'),
  source: z.string().trim().min(1).max(300),
  peakE12PerSecond: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .describe('The most that it computes in a second, in 10^12 operations: leases are debited by it.'),
  dramBandwidthGBs: z.int().min(1).optional(),
});

/** What chips can do: by it deliveries and leases are counted. A model in no table is counted as nothing, and denied. */
export const chipTableContent = z.strictObject({
  name: trustName,
  version: trustVersion,
  ruleVersion: z.string().trim().min(1).max(100).describe('The definition of TPP that was computed by.'),
  models: z
    .array(chipModel)
    .max(1000)
    .refine((models) => new Set(models.map(({ model }) => model)).size === models.length, {
      message: 'must name each model once',
    }),
});
export type ChipTableContent = z.infer<typeof chipTableContent>;

/**
 * A publisher's signature: Ed25519 over `sextant/v1/publication\0` and the canonical JSON (RFC 8785) of
 * {digest, issuedAt, publisher}, digest being that of the reference set (domain `reference-set`).
 */
export const publication = z
  .strictObject({
    publisher: z.string().min(1).max(200),
    issuedAt: instant.describe(
      'Later than that of the version which it replaces, so that no old set comes back.',
    ),
    signature: base64Url(64, 'Ed25519.'),
  })
  .describe("The publisher's signature over the set's digest.");
export type Publication = z.infer<typeof publication>;

export const trustInput = z
  .strictObject({
    id: trustInputId,
    kind: trustKind,
    name: z.string(),
    version: z.string(),
    digest: sha256Hex.describe('Of the content: what an approval is of, and what results cite.'),
    state: z.enum(['proposed', 'effective', 'superseded', 'withdrawn', 'refused']),
    proposedBy: z.string(),
    proposedAt: instant,
    approvedBy: z
      .string()
      .nullable()
      .describe('A principal, or `publisher:<id>` for what a publisher signed.'),
    effectiveAt: instant.nullable(),
    selfApproved: z.boolean().describe('One principal proposed and approved it: demonstrations only.'),
    endedBy: z.string().nullable(),
    endedAt: instant.nullable(),
    endedReason: z.string().nullable(),
    leafIndex: z.int().min(0).describe('Where the newest act about it stands in the log.'),
    receipt: receiptOfChange,
  })
  .describe('One immutable version of something that decisions rest on.');
export type TrustInputAnswer = z.infer<typeof trustInput>;

export const trustInputWithContent = trustInput.extend({
  content: z.record(z.string(), z.unknown()).describe('Its schema follows from `kind`.'),
  publication: publication.nullable(),
  certificates: z
    .array(z.strictObject({ subject: z.string(), sha256: sha256Hex, notBefore: instant, notAfter: instant }))
    .nullable()
    .describe(
      'Of `anchors`, what each certificate says of itself, in their order; null of every other kind.',
    ),
});

export const trustApproval = z.strictObject({
  digest: sha256Hex.describe('Of what is being approved: the `digest` that the input showed.'),
});

const previewedHost = z.strictObject({
  hostId: z.string(),
  facilityId: z.string().nullable(),
  /** In which registers the host differs from the set that is nearest to it afterwards. */
  differences: z.array(
    z.strictObject({ field: z.string(), expected: z.array(z.string()), actual: z.string().nullable() }),
  ),
});
export type PreviewedHost = z.infer<typeof previewedHost>;

export const trustPreview = z
  .strictObject({
    epoch: z.int().describe('Of the trust inputs that the comparison began from.'),
    hosts: z.int().describe('Hosts with measurements that were compared.'),
    gained: z.array(previewedHost).describe('Match no set now and would match one.'),
    lost: z.array(previewedHost).describe('Match a set now and would match none, or lose their anchor.'),
    newlyDenied: z
      .array(previewedHost)
      .describe('Would show a value that is declared bad, and be held for review.'),
    truncated: z.boolean().describe('Lists end after 1,000 hosts.'),
  })
  .describe('What a change would do, by the latest verified measurements.');
export type TrustPreview = z.infer<typeof trustPreview>;
