import { isLoopbackHost } from '../../bytes/loopback.ts';
import { AgentError } from '../errors.ts';

/**
 * The verifier's base URL. Plaintext leaves this machine only where somebody said so in as many words: whoever reads the
 * line could not forge evidence, but would see the enrolment token.
 *
 * @throws AgentError `address_refused`
 */
export function verifierAddress(text: string, dangerouslyPlaintext = false): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw refuse(`${text} is not an http(s) URL`, 'Name the verifier as https://host[:port].');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw refuse(
      `${url.origin} carries more than an address`,
      'Leave out user, password, query and fragment.',
    );
  }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname) && !dangerouslyPlaintext) {
    throw refuse(
      `${url.origin} would be spoken to in plaintext`,
      'Use https, or say --dangerously-plaintext if the network between is yours alone.',
    );
  }
  return url;
}

function refuse(message: string, mend: string): AgentError {
  return new AgentError('address_refused', message, mend);
}
