import { credentials, loadTokenKey } from '../client/token-key.ts';
import { bearerToken, dataFolder } from '../settings.ts';
import type { Speak } from './http-files.ts';

/** With the token that was named; null where nobody named one, and then only the public half of a log is read over HTTP. */
export function speakerOf({
  as,
  data,
}: {
  readonly as?: string | undefined;
  readonly data?: string | undefined;
}): Speak | null {
  if (as === undefined && (process.env['SEXTANT_TOKEN'] ?? '').trim() === '') return null;
  const { token, keyPath } = bearerToken(dataFolder(data), as);
  const key = keyPath === null ? null : loadTokenKey(keyPath);
  return (url) => credentials(token, key, { method: 'GET', url, now: new Date() });
}
