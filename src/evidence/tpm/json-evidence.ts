import { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { parseJson } from '../../bytes/json.ts';
import { type AttestationKey, attestationKeyFromPem } from './attestation-key.ts';
import { type PcrValues, parsePcrMap } from './pcrs.ts';

/**
 * A TPM's evidence in one JSON document, as generic attesters write it: `ak_public` is SubjectPublicKeyInfo in base64,
 * `tpm_quote` holds `message` (TPMS_ATTEST) and `signature` (TPMT_SIGNATURE) in base64 and `pcrs`, the values of the one
 * quoted bank from PCR 0 on in hexadecimal. `event_log` (base64) may stand beside them.
 */
export type JsonEvidence = {
  readonly quote: Uint8Array;
  readonly signature: Uint8Array;
  readonly pcrs: PcrValues;
  readonly ak: AttestationKey;
  readonly eventLog: Uint8Array | null;
};

const LIMITS = { maxBytes: 8 << 20, maxDepth: 4, maxNodes: 256 } as const;
const MAX_PCRS = 24;

const schema = z.looseObject({
  ak_public: z.string().max(4096),
  tpm_quote: z.looseObject({
    message: z.string().max(4096),
    signature: z.string().max(4096),
    pcrs: z.array(z.string().max(128)).min(1).max(MAX_PCRS),
  }),
  event_log: z.string().nullish(),
});

/** Each bank by the digits of its values. */
const BANKS: ReadonlyMap<number, string> = new Map([
  [40, 'sha1'],
  [64, 'sha256'],
  [96, 'sha384'],
  [128, 'sha512'],
]);

/** @throws FormatError; TpmError `tpm_key_unusable` */
export function parseJsonEvidence(bytes: Uint8Array): JsonEvidence {
  const result = schema.safeParse(parseJson(bytes, LIMITS));
  if (!result.success) {
    const [issue] = result.error.issues;
    const path = ['evidence', ...(issue?.path ?? [])].join('.');
    throw new FormatError('bad_value', `${path}: ${issue?.message ?? 'is not what it should be'}`, { path });
  }
  const { ak_public: ak, tpm_quote: quote, event_log: log } = result.data;
  const [first = ''] = quote.pcrs;
  const bank = BANKS.get(first.length) ?? `values of ${first.length} digits`;
  return {
    quote: base64(quote.message, 'tpm_quote.message'),
    signature: base64(quote.signature, 'tpm_quote.signature'),
    pcrs: parsePcrMap({ [bank]: Object.fromEntries(quote.pcrs.map((value, pcr) => [`${pcr}`, value])) }),
    ak: attestationKeyFromPem(`-----BEGIN PUBLIC KEY-----\n${ak}\n-----END PUBLIC KEY-----\n`),
    eventLog: log == null ? null : base64(log, 'event_log'),
  };
}

/** Padded base64, and nothing that a lenient reader would skip. */
function base64(text: string, path: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > 0 && bytes.toString('base64') === text) return new Uint8Array(bytes);
  throw new FormatError('bad_value', `${path} is not base64`, { path });
}
