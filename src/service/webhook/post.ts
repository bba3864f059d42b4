import { type LookupAddress, lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { literalOf, mayReach, type TargetRules } from './target.ts';

/** What came of a delivery. `result` is for its owner: a status, or why there was none. */
export type Delivery = { readonly delivered: boolean; readonly gone: boolean; readonly result: string };

/** From the connection to the last byte that is read of the answer. */
const DEADLINE_MS = 15_000;
/** Nothing in an answer is used; what a receiver has to say fits. */
const MAX_ANSWER_BYTES = 16 * 1024;

/**
 * Posts JSON to an address that somebody else chose. Each delivery is a connection of its own, made to an address that was judged
 * just then: a name that stands for another address a moment later leads nowhere else. Redirects are answers that are no success.
 */
export function postJson(
  url: URL,
  body: string,
  headers: { readonly [name: string]: string },
  { rules, signal }: { readonly rules: TargetRules; readonly signal: AbortSignal },
): Promise<Delivery> {
  const literal = literalOf(url);
  if (literal !== null && !mayReach(literal, url.protocol, rules))
    return Promise.resolve(failed('address_refused'));
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = send(url, {
      method: 'POST',
      agent: false,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'sextant',
      },
      lookup: guardedLookup(url.protocol, rules),
      signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(failed(nameOf(error))));
    sent.on(
      'response',
      (response) => void read(response).then(resolve, (error) => resolve(failed(nameOf(error)))),
    );
    sent.end(body);
  });
}

async function read(response: IncomingMessage): Promise<Delivery> {
  let length = 0;
  for await (const chunk of response) {
    length += (chunk as Buffer).length; // no encoding was set
    // Leaving the loop ends the connection; the status is known all the same.
    if (length > MAX_ANSWER_BYTES) break;
  }
  const status = response.statusCode ?? 0;
  return { delivered: status >= 200 && status < 300, gone: status === 410, result: String(status) };
}

/** Resolves a name and refuses it where any of its addresses may not be reached. */
function guardedLookup(protocol: string, rules: TargetRules): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) return callback(error, '');
      const [first] = found;
      if (first === undefined || found.some(({ address }) => !mayReach(address, protocol, rules))) {
        return callback(Object.assign(new Error('the address is refused'), { code: 'address_refused' }), '');
      }
      if (options.all === true) return callback(null, found);
      return callback(null, first.address, first.family);
    });
  };
}

function failed(result: string): Delivery {
  return { delivered: false, gone: false, result };
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'TimeoutError' || (error.cause instanceof Error && error.cause.name === 'TimeoutError'))
    return 'timeout';
  return 'code' in error ? String(error.code) : error.name;
}
