import type { Context } from '../../service/context.ts';
import { RequestError } from '../../service/errors.ts';
import type { Caller, PageVisitor } from '../../service/principal.ts';
import { pageAuthenticator } from '../../service/sign-in/authenticate.ts';
import type { Credentials } from '../middleware/authorise.ts';
import { cookieName, readCookie } from './cookie.ts';
import { requireOwnSite } from './same-site.ts';

/** People in browsers, by the cookie of their session and a proof of its key. */
export type PageCredentials = {
  /** Null where the request carries no session's cookie: then it is no browser's. @throws as `PageAuthenticator.bearer`; `cross_site` */
  readonly bearer: (credentials: Credentials) => Promise<Caller | null>;
  /** @throws as `PageAuthenticator.visitor`; `cross_site` */
  readonly visitor: (credentials: Credentials) => Promise<PageVisitor>;
  /** For routes that make sessions. @throws RequestError `cross_site` */
  readonly requireOwnSite: (credentials: Credentials) => void;
};

export function pageCredentials(context: Context): PageCredentials {
  const sessions = pageAuthenticator(context);
  const cookieOf = (credentials: Credentials): string | undefined => {
    if (credentials.cookie === undefined) return undefined; // as programs come
    const { publicUrl } = context.config;
    const value = readCookie(credentials.cookie, cookieName(publicUrl));
    if (value === undefined) return undefined;
    if (credentials.authorization !== undefined) {
      throw new RequestError('unauthenticated', 'a cookie and an Authorization header: present one of them');
    }
    requireOwnSite(credentials, publicUrl, credentials.method !== 'GET' && credentials.method !== 'HEAD');
    return value;
  };
  return {
    bearer: async (credentials) => {
      const value = cookieOf(credentials);
      return value === undefined ? null : sessions.bearer(credentials, value);
    },
    visitor: async (credentials) => {
      const value = cookieOf(credentials);
      if (value === undefined) throw new RequestError('unauthenticated', 'nobody is signed in here');
      return sessions.visitor(credentials, value);
    },
    requireOwnSite: (credentials) => requireOwnSite(credentials, context.config.publicUrl, false),
  };
}
