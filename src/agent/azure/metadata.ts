import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { SextantError } from '../../bytes/errors.ts';
import { parseJson } from '../../bytes/json.ts';
import { fromBase64Url, toBase64Url } from '../../bytes/text.ts';
import { parsePem } from '../../pki/index.ts';
import { AgentError } from '../errors.ts';

/** Azure's instance metadata service: the same address in every VM, never routed beyond the host. */
const IMDS = 'http://169.254.169.254';

/** From the first byte sent to the last received. The host makes a TD quote in well under a second. */
const DEADLINE_MS = 10_000;
/** A TD quote in base64 has 7 KB, three certificates 7 KB. */
const MAX_ANSWER_BYTES = 1 << 16;
const ATTEMPTS = 4;
/** The service throttles, and restarts beneath its guests. */
const TRANSIENT: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** What the host gives an Azure confidential VM besides its hardware's report. None of it is trusted: it is evidence. */
export type AzureMetadata = {
  /** The quote that the host's quoting enclave makes of a TDREPORT. */
  readonly tdQuote: (tdReport: Uint8Array) => Promise<Uint8Array>;
  /** VCEK, ASK and ARK of the machine that the VM runs on, DER. */
  readonly amdCertificates: () => Promise<Uint8Array[]>;
};

export type AzureMetadataOptions = {
  /** Default: Azure's own address. */
  readonly base?: string;
  readonly deadlineMs?: number;
  /** Waits between attempts; default: as long as it is told. */
  readonly wait?: (milliseconds: number) => Promise<void>;
};

export function azureMetadata(options: AzureMetadataOptions = {}): AzureMetadata {
  return {
    tdQuote: async (tdReport) => {
      const path = '/acc/tdquote';
      const answer = await ask(options, path, JSON.stringify({ report: toBase64Url(tdReport) }));
      return understood(path, () => base64(quoteAnswer.parse(answer).quote));
    },
    amdCertificates: async () => {
      const path = '/metadata/THIM/amd/certification';
      const answer = await ask(options, path, null);
      return understood(path, () => {
        const { vcekCert, certificateChain } = certificateAnswer.parse(answer);
        return [...parsePem(vcekCert), ...parsePem(certificateChain)];
      });
    },
  };
}

const quoteAnswer = z.object({ quote: z.string().min(1) });
/** Beside them stand tcbm and cacheControl. */
const certificateAnswer = z.object({ vcekCert: z.string(), certificateChain: z.string() });

/** Either alphabet, with its padding or without: the service has written more than one. */
function base64(text: string): Uint8Array {
  return fromBase64Url(
    text
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace(/={1,2}$/, ''),
    'quote',
  );
}

async function ask(options: AzureMetadataOptions, path: string, body: string | null): Promise<unknown> {
  const wait = options.wait ?? ((milliseconds) => pause(milliseconds));
  for (let attempt = 1; ; attempt++) {
    const { status, text } = await exchange(options, path, body);
    if (status === 200) return understood(path, () => parseJson(text, { maxBytes: MAX_ANSWER_BYTES }));
    if (attempt === ATTEMPTS || !TRANSIENT.has(status)) throw refused(path, status, text);
    await wait(250 * 2 ** attempt);
  }
}

async function exchange(
  { base = IMDS, deadlineMs = DEADLINE_MS }: AzureMetadataOptions,
  path: string,
  body: string | null,
): Promise<{ status: number; text: string }> {
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    const response = await fetch(new URL(path, base), {
      method: body === null ? 'GET' : 'POST',
      // Without the first, the service refuses: a page in a browser cannot be made to send it.
      headers: { metadata: 'true', ...(body === null ? {} : { 'content-type': 'application/json' }) },
      redirect: 'manual',
      signal: deadline,
      ...(body === null ? {} : { body }),
    });
    return { status: response.status, text: await readCapped(response, path) };
  } catch (error) {
    if (error instanceof SextantError) throw error;
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : `${error}`;
    throw new AgentError(
      'metadata_unreachable',
      `Azure's metadata service ${deadline.aborted ? 'did not answer in time' : `cannot be reached: ${why}`}`,
      'See that nothing in this VM blocks 169.254.169.254; outside Azure there is no such service.',
      { cause: error },
    );
  }
}

async function readCapped(response: Response, path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw malformed(path, `more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function understood<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof SextantError || cause instanceof z.ZodError)) throw cause;
    throw malformed(path, cause.message, cause);
  }
}

function malformed(path: string, actual: string, cause?: Error): AgentError {
  return new AgentError(
    'metadata_malformed',
    `Azure's metadata service did not answer ${path} as it should`,
    'See whether something stands in for the service, such as a proxy for all of this VM’s traffic.',
    { actual: actual.slice(0, 600), ...(cause === undefined ? {} : { cause }) },
  );
}

function refused(path: string, status: number, text: string): AgentError {
  return new AgentError(
    'metadata_refused',
    `Azure's metadata service answered ${path} with ${status}`,
    'See what it said; it serves these to confidential VMs alone.',
    { expected: '200', actual: `${status}: ${text.slice(0, 600)}` },
  );
}
