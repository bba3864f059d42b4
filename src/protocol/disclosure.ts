import { z } from 'zod';
import { manifestKey } from './device-manifest.ts';
import { day, instant } from './encoding.ts';
import { grade, level, toleratedLiars } from './facts.ts';
import { receiptOfChange } from './receipt.ts';

/** The `typ` of an issuer-signed JWT (RFC 9901, 9.11): a signature made for anything else is none. */
export const DISCLOSURE_TYP = 'sextant-appraisal+sd-jwt';
/** The `typ` of a key binding (RFC 9901, 4.3). */
export const KEY_BINDING_TYP = 'kb+jwt';

const seconds = z.int().min(0).max(253_402_300_799);
const text = z.string().min(1).max(300);

const disclosedDevice = z.strictObject({
  id: text,
  kind: text,
  model: text.nullable(),
  serial: text.nullable(),
  label: text,
});

/** What anybody is shown whom a disclosure is shown to: whatever weighs against its level. */
const always = {
  iss: z.url().max(2000),
  iat: seconds,
  exp: seconds.describe('When the evidence proves nothing any more.'),
  cnf: z.strictObject({ jwk: manifestKey }).describe('Whose it is: the host, or whoever its operator named.'),
  weaknesses: z
    .array(z.strictObject({ code: text, sentence: z.string().max(1000) }))
    .max(100)
    .describe('Of every device that the level is of.'),
  holds: z.array(text).max(100).describe('What of it is held for review.'),
  selfApproved: z
    .boolean()
    .describe('One principal proposed and approved some of what judged it: demonstrations.'),
};

/** What its holder shows or keeps, one by one; of `devices` each device by itself. */
const chosen = {
  level: z.strictObject({ level, label: text }).describe('What the weakest of its devices reaches.'),
  date: day.describe('When the nonce of its evidence was issued.'),
  evidenceIssuedAt: instant,
  area: z
    .strictObject({ country: text, verdict: text })
    .describe('Where its facility is, and whether evidence proves that it stands there.'),
  grade: z.strictObject({ grade: grade.nullable(), f: toleratedLiars.nullable() }),
  facility: z.strictObject({ id: text, name: text }),
  coordinates: z.json().describe('The outline of the facility (GeoJSON), where it may be told.'),
  host: text,
};

/** A disclosure as its reader sees it: what is always there, and what was shown. */
export const disclosedClaims = z.strictObject({
  ...always,
  ...z.strictObject(chosen).partial().shape,
  devices: z.array(disclosedDevice).max(10_000).describe('Those that were shown.'),
});
export type DisclosedClaims = z.infer<typeof disclosedClaims>;

/** `POST /v1/hosts/{hostId}/disclosure`. */
export const disclosureRequest = z.strictObject({
  holderKey: manifestKey.optional().describe("Whose signature shows it; the host's own key unless given."),
});

export const disclosureAnswer = z
  .strictObject({
    sdJwt: z
      .string()
      .describe(
        'With every disclosure (RFC 9901, 4). Whoever has this and the key shows what he likes of it.',
      ),
    disclosures: z
      .array(z.strictObject({ name: z.string(), disclosure: z.string() }))
      .describe('What each of them tells: devices as devices[0] and so on.'),
    expiresAt: instant,
    leafIndex: z.int().min(0).describe('Of its issue in the log.'),
    receipt: receiptOfChange,
  })
  .describe('What a host proves, to be shown in part.');
export type DisclosureAnswer = z.infer<typeof disclosureAnswer>;
