import { requireProven } from '../../service/access/authenticate.ts';
import type { ShownCertificate } from '../../service/access/certificate.ts';
import { ROLE_SCOPES } from '../../service/access/scopes.ts';
import { RequestError } from '../../service/errors.ts';
import { type Principal, ROLES } from '../../service/principal.ts';
import type { Authorise, Callers, Scheme } from '../route.ts';

/** What an authenticator may look at: nothing of the body, so that nothing is read from a stranger. */
export type Credentials = {
  readonly method: string;
  /** The request target without its query; with the verifier's public URL before it, the `htu` of a DPoP proof. */
  readonly path: string;
  /** The Authorization header; several of them arrive joined by commas and match nothing. */
  readonly authorization: string | undefined;
  readonly dpop: string | undefined;
  /** That the connection showed to this server itself. */
  readonly certificate: ShownCertificate | undefined;
  /** The Cookie header; several of them arrive joined by semicolons. */
  readonly cookie: string | undefined;
  /** The Origin header. */
  readonly origin: string | undefined;
  /** The Sec-Fetch-Site header. */
  readonly fetchSite: string | undefined;
};

/** One for each scheme; each throws a `RequestError` with a 401 code unless it knows who calls. */
export type Authenticators = {
  readonly [S in Exclude<Scheme, 'public'>]: (credentials: Credentials) => Promise<Callers[S]>;
};

/** Knows nobody: for schemes that a deployment or a test does without. */
export const refuseEverybody: Authenticators = {
  bearer: refuse,
  binder: refuse,
  host: refuse,
  enrolment: refuse,
  key: refuse,
  browser: refuse,
  page: refuse,
};

/**
 * Establishes who calls, by exactly the scheme that the route declares, and that they may.
 * @throws RequestError `unauthenticated`, `proof_required`, `forbidden` and what the authenticator throws
 */
export async function authorise(
  rule: Authorise,
  authenticators: Authenticators,
  credentials: Credentials,
): Promise<Callers[Scheme]> {
  switch (rule.scheme) {
    case 'public':
      return null;
    case 'bearer': {
      const caller = await authenticators.bearer(credentials);
      if (rule.effect === 'changes') requireProven(caller);
      requireScope(caller, rule.scope);
      return caller;
    }
    case 'binder':
      return authenticators.binder(credentials);
    case 'host':
      return authenticators.host(credentials);
    case 'enrolment':
      return authenticators.enrolment(credentials);
    case 'key':
      return authenticators.key(credentials);
    case 'browser':
      return authenticators.browser(credentials);
    case 'page':
      return authenticators.page(credentials);
  }
}

/**
 * Whether whoever was let in would be by now: a token that was revoked since is not. A proof is spent once, and possession was
 * proven when the answer began: a bound token is not asked for another.
 *
 * @throws RequestError `unauthenticated`, `forbidden`
 */
export async function stillAuthorised(
  rule: Authorise,
  authenticators: Authenticators,
  credentials: Credentials,
): Promise<void> {
  try {
    await authorise(rule, authenticators, { ...credentials, dpop: undefined });
  } catch (error) {
    if (!(error instanceof RequestError && error.code === 'proof_required')) throw error;
  }
}

function requireScope(principal: Principal, scope: string): void {
  if (principal.scopes.has(scope)) return;
  const roles = ROLES.filter((role) => ROLE_SCOPES[role].some((held) => held === scope));
  const who = roles.includes(principal.role)
    ? 'this token holds fewer than its role'
    : `held by ${roles.join(', ')}`;
  throw new RequestError(
    'forbidden',
    `this takes the scope ${scope} (${who}), which the token does not hold`,
  );
}

async function refuse(): Promise<never> {
  throw new RequestError('unauthenticated', 'this verifier accepts no such credentials');
}
