import { innermost, SextantError } from '../../bytes/errors.ts';
import { parseJson } from '../../bytes/json.ts';
import { formatTraceparent } from '../../service/telemetry/trace/traceparent.ts';
import type { Tracer } from '../../service/telemetry/trace/tracer.ts';
import { dpopProof } from '../dpop.ts';
import { AgentError } from '../errors.ts';
import type { HostKey } from '../host-key.ts';
import { refusalFrom } from './refusal.ts';

/** From the first byte sent to the last received. */
const DEADLINE_MS = 30_000;
/** Far above any answer to a host: an appraisal with all its checks is some tens of kilobytes. */
const MAX_ANSWER_BYTES = 1 << 20;

export type ClientOptions = {
  /** As `verifierAddress` gives it. */
  readonly address: URL;
  readonly hostKey: HostKey;
  readonly clock: () => Date;
  /** Default 30 s. */
  readonly deadlineMs?: number;
  /** Requests tell the verifier of which trace they are. */
  readonly tracer?: Tracer | undefined;
};

type Get = {
  /** Below the address, without a query. */
  readonly path: string;
  readonly signal?: AbortSignal;
};

type Post = {
  /** Below the address, e.g. `/v1/sessions`. */
  readonly path: string;
  readonly body?: { readonly mediaType: string; readonly content: string };
  /** An enrolment token. */
  readonly bearer?: string;
  readonly signal?: AbortSignal;
};

/** Speaks to one verifier in the name of one host: every request carries a proof by the host key, made for it alone. */
export type Client = {
  readonly address: URL;
  readonly hostKey: HostKey;
  /**
   * @returns the JSON of a 2xx answer
   * @throws Refusal when the verifier says no; AgentError with a code of `ExchangeCode` when nothing usable came back;
   *   the signal's reason when it was aborted
   */
  readonly post: (call: Post) => Promise<unknown>;
  /** The same, for what is only read. */
  readonly get: (call: Get) => Promise<unknown>;
};

export function verifierClient(options: ClientOptions): Client {
  const { address, hostKey } = options;
  return {
    address,
    hostKey,
    post: (call) => exchange(options, 'POST', call),
    get: (call) => exchange(options, 'GET', call),
  };
}

async function exchange(
  { address, hostKey, clock, deadlineMs = DEADLINE_MS, tracer }: ClientOptions,
  method: 'GET' | 'POST',
  call: Post,
): Promise<unknown> {
  const url = new URL(address.pathname.replace(/\/$/, '') + call.path, address);
  const headers: Record<string, string> = {
    accept: 'application/json, application/problem+json',
    dpop: await dpopProof(hostKey, method, url, clock()),
  };
  const trace = tracer?.current() ?? null;
  if (trace !== null) headers['traceparent'] = formatTraceparent(trace);
  if (call.bearer !== undefined) headers['authorization'] = `Bearer ${call.bearer}`;
  if (call.body !== undefined) headers['content-type'] = call.body.mediaType;

  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = call.signal === undefined ? deadline : AbortSignal.any([call.signal, deadline]);
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal,
      ...(call.body === undefined ? {} : { body: call.body.content }),
    });
    if (response.status >= 300 && response.status < 400) throw redirected(url, response);
    const text = await readCapped(response);
    if (response.ok) return parseAnswer(text, url);
    throw refusalFrom(response, parseProblem(text), clock());
  } catch (error) {
    call.signal?.throwIfAborted();
    throw explain(error, url, deadline.aborted);
  }
}

/** A proof and an enrolment token are made for one address; whoever redirects them would have them. */
function redirected(url: URL, response: Response): AgentError {
  return new AgentError(
    'redirect_refused',
    `${url.origin} redirects to ${response.headers.get('location') ?? 'nowhere'}`,
    "Name the verifier's own address, as its operator publishes it.",
  );
}

async function readCapped(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the stream: what follows is never read.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) {
      throw new AgentError(
        'answer_too_large',
        `an answer of more than ${MAX_ANSWER_BYTES} bytes`,
        "Check the verifier's address: a verifier does not answer so.",
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseAnswer(text: string, url: URL): unknown {
  try {
    return parseJson(text, { maxBytes: MAX_ANSWER_BYTES });
  } catch (cause) {
    throw malformed(url, cause);
  }
}

/** @param cause what was expected instead */
export function malformed(url: URL, cause: unknown): AgentError {
  return new AgentError(
    'answer_malformed',
    `${url.origin} did not answer as a verifier does`,
    "Check the verifier's address, and that agent and verifier are of one version.",
    { cause },
  );
}

function parseProblem(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a proxy's page; the status says enough
  }
}

function explain(error: unknown, url: URL, late: boolean): unknown {
  if (error instanceof SextantError) return error;
  if (late) {
    return new AgentError(
      'deadline_exceeded',
      `${url.origin} did not answer in time`,
      'Nothing to do: the agent tries again.',
      { cause: error },
    );
  }
  // fetch reports every failure below HTTP as a TypeError whose cause says which.
  if (!(error instanceof TypeError)) return error;
  const why = innermost(error).message;
  return new AgentError(
    'verifier_unreachable',
    `${url.origin} cannot be reached: ${why}`,
    'Nothing to do if the verifier or the network is down; else check the address and the certificate (NODE_EXTRA_CA_CERTS names a private CA).',
    { cause: error },
  );
}
