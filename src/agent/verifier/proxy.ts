import { setGlobalProxyFromEnv } from 'node:http';

/**
 * What no proxy is asked for, whatever the environment says: this machine, and what clouds tell a machine about itself, which anybody
 * else would answer for another machine.
 */
const NEVER_BY_PROXY = ['localhost', '127.0.0.1', '::1', '169.254.169.254'];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * From now on requests of this process go where HTTPS_PROXY and HTTP_PROXY say, but for what NO_PROXY names; lower-case names count
 * first, as curl has it. Through a proxy https stays between this host and the verifier (CONNECT): the proxy sees its name and port.
 *
 * Landmarks are spoken to by UDP, which no such proxy carries.
 *
 * @returns what undoes it, for tests
 */
export function useProxyOf(environment: Environment): () => void {
  const of = (name: string): string | undefined => {
    const text = (environment[name.toLowerCase()] ?? environment[name])?.trim();
    return text === '' ? undefined : text;
  };
  const [https, http] = [of('HTTPS_PROXY'), of('HTTP_PROXY')];
  if (https === undefined && http === undefined) return () => {};
  return setGlobalProxyFromEnv({
    ...(https === undefined ? {} : { https_proxy: https }),
    ...(http === undefined ? {} : { http_proxy: http }),
    no_proxy: [of('NO_PROXY'), ...NEVER_BY_PROXY].filter(Boolean).join(','),
  });
}
