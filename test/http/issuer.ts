import { hash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

type Asked = { readonly parameters: URLSearchParams; readonly person: JWTPayload };

/** What an issuer does otherwise than it should, or an attacker in its place. */
export type Bent = {
  /** Over the ID token's claims. */
  readonly claims?: JWTPayload;
  /** Signs with a key that it does not publish. */
  readonly otherKey?: boolean;
  /** Names another issuer, or none, in the redirection (RFC 9207). */
  readonly iss?: string | null;
  /** Turns people away. */
  readonly error?: string;
};

/** An OpenID Connect issuer over real HTTP, with one client; whoever comes is signed in as `person` says. */
export class TestIssuer {
  url = '';
  person: JWTPayload = { sub: 'ada@people.example' };
  bent: Bent = {};
  /** Requests to the token endpoint. */
  exchanges = 0;
  readonly #server: Server;
  readonly #asked = new Map<string, Asked>();
  #keys: { publicJwk: JWK; signing: CryptoKey; other: CryptoKey } | undefined;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  async start(): Promise<void> {
    const [{ publicKey, privateKey }, other] = await Promise.all([
      generateKeyPair('ES256'),
      generateKeyPair('ES256'),
    ]);
    const publicJwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' };
    this.#keys = { publicJwk, signing: privateKey, other: other.privateKey };
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // it listens on TCP
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const json = (body: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return void json({
          issuer: this.url,
          authorization_endpoint: `${this.url}/authorize`,
          token_endpoint: `${this.url}/token`,
          jwks_uri: `${this.url}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['ES256'],
          code_challenge_methods_supported: ['S256'],
          authorization_response_iss_parameter_supported: true,
        });
      case '/jwks':
        return void json({ keys: [this.#keys?.publicJwk] });
      case '/authorize':
        return void response.writeHead(303, { location: this.#authorize(url.searchParams) }).end();
      case '/token':
        this.exchanges++;
        return void json(...(await this.#exchange(await textOf(request))));
      default:
        return void response.writeHead(404).end();
    }
  }

  #authorize(parameters: URLSearchParams): string {
    const back = new URL(parameters.get('redirect_uri') ?? '');
    back.searchParams.set('state', parameters.get('state') ?? '');
    const { error, iss } = this.bent;
    if (iss !== null) back.searchParams.set('iss', iss ?? this.url);
    if (error !== undefined) {
      back.searchParams.set('error', error);
      return back.href;
    }
    const code = randomUUID();
    this.#asked.set(code, { parameters, person: this.person });
    back.searchParams.set('code', code);
    return back.href;
  }

  async #exchange(body: string): Promise<[body: object, status?: number]> {
    const parameters = new URLSearchParams(body);
    const code = parameters.get('code') ?? '';
    const asked = this.#asked.get(code);
    this.#asked.delete(code);
    const challenge = hash('sha256', parameters.get('code_verifier') ?? '', 'base64url');
    if (asked === undefined || asked.parameters.get('code_challenge') !== challenge)
      return [{ error: 'invalid_grant' }, 400];
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.url,
      aud: asked.parameters.get('client_id') ?? '',
      iat: now,
      exp: now + 300,
      nonce: asked.parameters.get('nonce'),
      ...asked.person,
      ...this.bent.claims,
    };
    const key = this.bent.otherKey === true ? this.#keys?.other : this.#keys?.signing;
    if (key === undefined) throw new Error('not started');
    const idToken = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(key);
    return [{ access_token: randomUUID(), token_type: 'Bearer', expires_in: 300, id_token: idToken }];
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
