import * as oidc from 'openid-client';
import { RequestError } from '../errors.ts';
import type { FlowValues } from './flow-values.ts';
import type { IssuerSettings } from './issuer-settings.ts';
import type { Claims } from './map-claims.ts';

/** An issuer that moves its endpoints is followed within the hour; its keys the library follows by itself. */
const DISCOVERY_KEPT_MS = 3_600_000;
const TIMEOUT_SECONDS = 8;
/** How far the issuer's clock may lie from this machine's. */
const TOLERANCE_SECONDS = 30;

/** Why nobody is signed in by what came back. */
export type IssuerRefusal = 'sign_in_refused' | 'sign_in_failed' | 'sign_in_unavailable';

export type IssuerClient = {
  /** Where the browser goes. @throws RequestError `issuer_unavailable` */
  readonly authorizationUrl: (values: FlowValues, redirectUri: string) => Promise<string>;
  /**
   * Exchanges the code and verifies the ID token: state, the answer's issuer (RFC 9207), signature, `iss`, `aud`, `azp`, `exp`,
   * `nbf` and `nonce`. What remains: who the person is here.
   *
   * @param currentUrl the redirection as it came
   */
  readonly claims: (
    values: FlowValues,
    currentUrl: URL,
  ) => Promise<{ readonly claims: Claims } | { readonly refused: IssuerRefusal; readonly cause: Error }>;
};

/** One for each process: it remembers what the issuer says of itself. */
export function issuerClient(settings: IssuerSettings): IssuerClient {
  let known: { readonly atMs: number; readonly configuration: Promise<oidc.Configuration> } | undefined;
  const configuration = async (): Promise<oidc.Configuration> => {
    const nowMs = performance.now();
    if (known === undefined || nowMs - known.atMs > DISCOVERY_KEPT_MS)
      known = { atMs: nowMs, configuration: discover(settings) };
    try {
      return await known.configuration;
    } catch (cause) {
      known = undefined;
      throw new RequestError('issuer_unavailable', `${settings.name} does not answer as an issuer does`, {
        retryAfterSeconds: 10,
        cause,
      });
    }
  };
  return {
    authorizationUrl: async ({ state, nonce, codeVerifier }, redirectUri) => {
      const url = oidc.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: ['openid', ...settings.scopes].join(' '),
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      return url.href;
    },
    claims: async ({ state, nonce, codeVerifier }, currentUrl) => {
      try {
        const tokens = await oidc.authorizationCodeGrant(await configuration(), currentUrl, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        });
        return { claims: tokens.claims() ?? {} };
      } catch (cause) {
        if (!(cause instanceof Error)) throw cause;
        return { refused: refusalOf(cause), cause };
      }
    },
  };
}

async function discover(settings: IssuerSettings): Promise<oidc.Configuration> {
  const { issuer, clientId, clientSecret, clientAuthentication } = settings;
  const url = new URL(issuer);
  const configuration = await oidc.discovery(
    url,
    clientId,
    { [oidc.clockTolerance]: TOLERANCE_SECONDS },
    clientSecret === undefined
      ? oidc.None()
      : clientAuthentication === 'basic'
        ? oidc.ClientSecretBasic(clientSecret)
        : oidc.ClientSecretPost(clientSecret),
    {
      timeout: TIMEOUT_SECONDS,
      // issuer-settings.ts takes plain HTTP to this machine alone.
      execute: url.protocol === 'http:' ? [oidc.allowInsecureRequests] : [],
    },
  );
  // The ID token's signature too, though it comes from the issuer over TLS: a proxy between is no issuer.
  oidc.enableNonRepudiationChecks(configuration);
  return configuration;
}

function refusalOf(cause: Error): IssuerRefusal {
  if (cause instanceof oidc.AuthorizationResponseError) {
    return cause.error === 'access_denied' ? 'sign_in_refused' : 'sign_in_failed';
  }
  if (cause instanceof RequestError || cause instanceof TypeError) return 'sign_in_unavailable';
  return 'sign_in_failed';
}
