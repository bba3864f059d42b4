import { SextantError } from '../../bytes/errors.ts';
import { parseTpm2bPublic } from '../../evidence/tpm/public.ts';
import { AgentError } from '../errors.ts';
import { holdsKey } from './certified-key.ts';
import { readIntelAnswer, unknownToMaker, unreadable } from './ek-certificate-answer.ts';
import { type EkMaker, ekCertificateName, ekMaker } from './ek-certificate-name.ts';

/** Where makers answer for the keys of their TPMs; a digest of the key is appended. */
const BASES: Readonly<Record<EkMaker, string>> = {
  intel: 'https://ekop.intel.com/ekcertservice/',
  amd: 'https://ftpm.amd.com/pki/aia/',
};

/** From the first byte sent to the last received. */
const DEADLINE_MS = 15_000;
/** An EK certificate has 1 to 2 KB, in JSON a third more. */
const MAX_ANSWER_BYTES = 1 << 14;

/** Gives the certificate (DER) of an endorsement key (TPM2B_PUBLIC) that a manufacturer (TPM2_PT_MANUFACTURER) made. */
export type EkCertificateSource = (manufacturer: number, ekPublic: Uint8Array) => Promise<Uint8Array>;

/** Certificates that were fetched before. */
export interface EkCertificateMemory {
  /** Null where none is kept for this key. */
  recall(ekPublic: Uint8Array): Promise<Uint8Array | null>;
  remember(ekPublic: Uint8Array, certificate: Uint8Array): Promise<void>;
}

export type EkServiceOptions = {
  /** Default: the makers' own. https, or http to this machine. */
  readonly bases?: Partial<Readonly<Record<EkMaker, string>>>;
  readonly deadlineMs?: number;
};

/**
 * Asks the maker for the certificate of an endorsement key, once: what it gave is kept. The maker learns a digest of the key
 * and the address of the asking machine. Nothing is proven by it: only that the certificate holds this very key is checked
 * here; who signed it is the verifier's to judge, as for a certificate out of NV.
 *
 * @throws AgentError `ek_maker_unknown`, `ek_unknown_to_maker`, `ek_service_unreachable`, `ek_service_refused`,
 * `ek_service_malformed`, `ek_mismatch`, `address_refused`
 */
export function ekCertificateService(
  memory: EkCertificateMemory,
  options: EkServiceOptions = {},
): EkCertificateSource {
  return async (manufacturer, ekPublic) => {
    const kept = await memory.recall(ekPublic);
    if (kept !== null && holdsKey(kept, ekPublic) === true) return kept;
    const maker = ekMaker(manufacturer);
    if (maker === null) throw unknownMaker(manufacturer);
    const url = serviceUrl(options.bases?.[maker] ?? BASES[maker], maker, ekPublic);
    const answer = await ask(url, options.deadlineMs ?? DEADLINE_MS);
    const certificate = maker === 'intel' ? readIntelAnswer(url, answer) : answer;
    requireKey(url, certificate, ekPublic);
    await memory.remember(ekPublic, certificate);
    return certificate;
  };
}

function serviceUrl(base: string, maker: EkMaker, ekPublic: Uint8Array): URL {
  const url = new URL(ekCertificateName(maker, parseTpm2bPublic(ekPublic)), base);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === '127.0.0.1')) return url;
  throw new AgentError(
    'address_refused',
    `${url.origin} would be asked for the EK certificate in plaintext`,
    'Name an https address.',
  );
}

async function ask(url: URL, deadlineMs: number): Promise<Uint8Array> {
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    const response = await fetch(url, {
      // Intel's has been seen to answer in XML too (tpm2-tools issue 3559); what is read here is JSON.
      headers: { accept: 'application/json, application/pkix-cert, application/octet-stream;q=0.9' },
      redirect: 'manual',
      signal: deadline,
    });
    if (response.status === 200) return await readCapped(response, url);
    await response.body?.cancel();
    throw response.status === 404 ? unknownToMaker(url) : refused(url, response);
  } catch (error) {
    if (error instanceof SextantError) throw error;
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : `${error}`;
    throw new AgentError(
      'ek_service_unreachable',
      `${url.host} ${deadline.aborted ? 'did not answer in time' : `cannot be reached: ${why}`}`,
      'Let this host reach it over https, or fetch the certificate elsewhere (tpm2_getekcertificate) and name it with --ek-certificate.',
      { cause: error },
    );
  }
}

async function readCapped(response: Response, url: URL): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw unreadable(url, `more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function requireKey(url: URL, certificate: Uint8Array, ekPublic: Uint8Array): void {
  const held = holdsKey(certificate, ekPublic);
  if (held === true) return;
  if (held === null) throw unreadable(url, `${certificate.length} bytes that are no certificate in DER`);
  throw new AgentError(
    'ek_mismatch',
    `${url.host} gave a certificate of another key than this TPM's`,
    'It is not used. See whether something stands in for the service; name the right one with --ek-certificate.',
  );
}

function refused(url: URL, { status, headers }: Response): AgentError {
  const target = status >= 300 && status < 400 ? ` to ${headers.get('location') ?? 'nowhere'}` : '';
  return new AgentError(
    'ek_service_refused',
    `${url.host} answered with ${status}${target}`,
    'Redirects are not followed. Try later, or name the certificate with --ek-certificate.',
    { expected: '200', actual: `${status}${target}`.slice(0, 600) },
  );
}

function unknownMaker(manufacturer: number): AgentError {
  const actual = `0x${manufacturer.toString(16).padStart(8, '0')}`;
  return new AgentError(
    'ek_maker_unknown',
    `no service is known for EK certificates of the manufacturer ${actual}`,
    'Ask the maker of the machine for the certificate and name it with --ek-certificate.',
    { expected: 'Intel (0x494e5443) or AMD (0x414d4400)', actual },
  );
}
