import { z } from 'zod';
import { notPerformed } from './check.ts';
import { base64Url, instant, sha256Hex } from './encoding.ts';
import { teeKind } from './tee.ts';

/** A document that is kept beside, by the SHA-256 of its bytes. */
const document = sha256Hex;
const documentOrNull = document.nullable();
const key = base64Url(2048, 'As its standard encodes it.');

/**
 * What one submission was judged by, besides the trust inputs that its appraisal cites: enough to judge it again. Kept as the
 * text that was made then; the appraisal's leaf has its digest (domain `appraisal-inputs`).
 */
export const appraisalInputs = z.strictObject({
  format: z.literal('sextant-appraisal-inputs/1'),
  verifier: z.strictObject({ developer: z.string(), build: z.string() }),
  session: z.strictObject({
    id: z.string(),
    nonce: base64Url(32, 'The challenge.'),
    expiresAt: instant,
    aud: z.string(),
    tenant: z.string(),
    hostId: z.string(),
  }),
  host: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('tpm'),
      akPublic: key,
      akName: key,
      ekName: key.nullable(),
    }),
    z.strictObject({ kind: z.literal('tee'), tee: teeKind }),
  ]),
  enrolment: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('tpm'),
      deviceId: z.string(),
      facilityId: z.string(),
      ekAnchorSha256: z.string(),
      ekAnchorTrusted: z.boolean(),
      ekValidUntil: instant,
    }),
    z.strictObject({ kind: z.literal('tee'), deviceId: z.string(), facilityId: z.string() }),
  ]),
  inventory: z.strictObject({
    registered: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.enum(['gpu', 'switch']),
        identity: z.string().nullable(),
        model: z.string().nullable(),
        linked: z.boolean(),
      }),
    ),
    elsewhere: z.array(z.tuple([z.string(), z.enum(['contested', 'contradicted'])])),
  }),
  lastBoot: documentOrNull,
  collateral: z.strictObject({
    intel: z
      .strictObject({
        tcbInfo: documentOrNull,
        tcbInfoChain: documentOrNull,
        qeIdentity: documentOrNull,
        qeIdentityChain: documentOrNull,
        rootCrl: documentOrNull,
        pckCrl: documentOrNull,
        pckChain: documentOrNull,
      })
      .nullable(),
    amd: z.strictObject({ certificates: z.array(document), crl: documentOrNull }),
    nvidia: z.strictObject({ rims: z.array(z.tuple([z.string(), document])), ocsp: z.array(document) }),
  }),
  missing: z.array(notPerformed),
});
export type AppraisalInputs = z.infer<typeof appraisalInputs>;
