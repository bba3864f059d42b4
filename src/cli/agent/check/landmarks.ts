import { randomBytes } from 'node:crypto';
import { openPath } from '../../../agent/location/path.ts';
import { FormatError } from '../../../bytes/errors.ts';
import { type Endpoint, encodeOpen, parseCookie, TOKEN_BYTES } from '../../../location/probe/index.ts';
import { type Finding, ok, skipped, warning } from '../../doctor/finding.ts';

const RESEND_MS = 300;
const PATIENCE_MS = 3_000;

/** Whether UDP leads to landmarks and back: each is sent the opening of a measurement, which it answers before it asks for any permit. */
export async function checkLandmarks(landmarks: readonly Endpoint[]): Promise<Finding[]> {
  if (landmarks.length === 0)
    return [skipped('landmark', 'none is named: --landmark ADDRESS:PORT tries the way there')];
  return Promise.all(landmarks.map(checkLandmark));
}

async function checkLandmark(endpoint: Endpoint): Promise<Finding> {
  const where = `${endpoint.address} port ${endpoint.port}`;
  const heard = await open(endpoint);
  if (typeof heard === 'number') return ok('landmark', `${where} answers after ${heard.toFixed(1)} ms`);
  const mend = heard.includes('ECONNREFUSED')
    ? 'No landmark listens there: compare address and port with what its operator publishes.'
    : 'Let UDP out from this host to it, and its answers back; no proxy carries it.';
  return warning('landmark', `${where}: ${heard}`, mend);
}

/** How long the first answer took, milliseconds, or why there was none. */
function open(endpoint: Endpoint): Promise<number | string> {
  const token = new Uint8Array(randomBytes(TOKEN_BYTES));
  const { promise, resolve } = Promise.withResolvers<number | string>();
  const startedMs = performance.now();
  let sending: NodeJS.Timeout | undefined;
  const path = openPath(endpoint, {
    connected: (way) => {
      const send = (): void => way.send(encodeOpen(token));
      send();
      sending = setInterval(send, RESEND_MS);
    },
    received: (datagram) => {
      if (isCookieFor(datagram, token)) resolve(performance.now() - startedMs);
    },
    failed: (cause) => resolve(cause.message),
  });
  const patience = setTimeout(() => resolve(`no answer within ${PATIENCE_MS / 1000} s`), PATIENCE_MS);
  return promise.finally(() => {
    clearInterval(sending);
    clearTimeout(patience);
    path.close();
  });
}

function isCookieFor(datagram: Uint8Array, token: Uint8Array): boolean {
  try {
    return Buffer.from(parseCookie(datagram).token).equals(token);
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}
