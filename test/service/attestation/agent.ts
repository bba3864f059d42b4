import { createHmac, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { canonicalJsonBytes } from '../../../src/bytes/canonical-json.ts';
import { domain } from '../../../src/bytes/domain.ts';
import { fromBase64Url, toBase64Url } from '../../../src/bytes/text.ts';
import type { EnrolmentChallenge } from '../../../src/protocol/enrolment.ts';
import type { EvidenceAnswer } from '../../../src/protocol/evidence.ts';
import { BUNDLE_MEDIA_TYPE, type Session } from '../../../src/protocol/session.ts';
import { type Bent, makeHost, submit } from '../../evidence/bundle/host.ts';
import { shown } from '../../http/possession.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

/** What came back: whether well or ill, everything is looked at. */
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into answers of every shape
  readonly body: any;
};

export type HostKey = {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jkt: string;
};

export async function makeHostKey(): Promise<HostKey> {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv, kty, x, y } = pair.publicKey.export({ format: 'jwk' });
  const { hash } = await import('node:crypto');
  return { ...pair, jkt: hash('sha256', JSON.stringify({ crv, kty, x, y }), 'base64url') };
}

/** A DPoP proof for one request, at the verifier's own time. */
export async function proofFor(world: World, key: HostKey, method: string, path: string): Promise<string> {
  return new SignJWT({
    htm: method,
    htu: `${world.server.url}${path}`,
    jti: randomUUID(),
    iat: world.context.clock().getTime() / 1000,
  })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.publicKey.export({ format: 'jwk' }) })
    .sign(key.privateKey);
}

type Ask = {
  readonly method?: string;
  readonly key?: HostKey;
  /** Instead of a fresh one. */
  readonly proof?: string;
  readonly bearer?: string;
  readonly json?: unknown;
  readonly bytes?: string | Uint8Array;
  readonly mediaType?: string;
  readonly headers?: { readonly [name: string]: string };
};

export async function ask(world: World, path: string, wanted: Ask = {}): Promise<Answer> {
  const { method = 'POST', key, bearer, json, bytes, mediaType } = wanted;
  const headers: Record<string, string> = { ...wanted.headers };
  const proof = wanted.proof ?? (key === undefined ? undefined : await proofFor(world, key, method, path));
  if (proof !== undefined) headers['dpop'] = proof;
  if (bearer !== undefined) {
    const now = world.context.clock();
    const credentials = shown(bearer, { method, url: `${world.server.url}${path}`, now });
    for (const [name, value] of Object.entries(credentials)) headers[name] ??= value;
  }
  const sent = bytes ?? (json === undefined ? undefined : JSON.stringify(json));
  if (sent !== undefined) headers['content-type'] = mediaType ?? 'application/json';
  const response = await fetch(`${world.server.url}${path}`, {
    method,
    headers,
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  const isBytes = response.headers.get('content-type') === 'application/octet-stream';
  const body = text === '' || isBytes ? null : JSON.parse(text);
  return { status: response.status, headers: response.headers, body };
}

export async function mintToken(world: World, more: object = {}): Promise<string> {
  const json = { facilityId: world.facilityId, ...more };
  const { status, body } = await ask(world, '/v1/enrolment-tokens', {
    bearer: world.people.operator.token,
    json,
  });
  if (status !== 201) throw new Error(`no token: ${JSON.stringify(body)}`);
  return body.token;
}

export type Enrolling = { readonly token: string; readonly machine: Machine; readonly key: HostKey };

export function begin(world: World, { token, machine, key }: Enrolling, tpm: object = {}): Promise<Answer> {
  const json = {
    tpm: {
      ekCertificate: toBase64Url(machine.ekCertificate),
      ekPublic: toBase64Url(machine.ekPublic),
      akPublic: toBase64Url(machine.akPublic),
      ...tpm,
    },
    hostname: 'rack-1',
  };
  return ask(world, '/v1/enrolments', { bearer: token, key, json });
}

export function activationProof(secret: Uint8Array, enrolmentId: string, jkt: string): string {
  const message = domain('activation', canonicalJsonBytes({ enrolmentId, jkt }));
  return toBase64Url(createHmac('sha256', secret).update(message).digest());
}

export function activate(
  world: World,
  { machine, key }: Enrolling,
  challenge: EnrolmentChallenge,
  proof?: string,
): Promise<Answer> {
  const { enrolmentId, credentialBlob, encryptedSecret } = challenge;
  const open = (): string => {
    const secret = machine.activate(
      fromBase64Url(credentialBlob, 'blob'),
      fromBase64Url(encryptedSecret, 'secret'),
    );
    return activationProof(secret, enrolmentId, key.jkt);
  };
  return ask(world, `/v1/enrolments/${enrolmentId}/activation`, { key, json: { proof: proof ?? open() } });
}

/** A host that is enrolled and can attest. */
export type TestHost = Enrolling & { readonly hostId: string };

export async function enrol(world: World, machine: Machine, tokenWish: object = {}): Promise<TestHost> {
  const enrolling = { token: await mintToken(world, tokenWish), machine, key: await makeHostKey() };
  const challenge = await begin(world, enrolling);
  if (challenge.status !== 201) throw new Error(`not begun: ${JSON.stringify(challenge.body)}`);
  const { status, body } = await activate(world, enrolling, challenge.body);
  if (status !== 200) throw new Error(`not enrolled: ${JSON.stringify(body)}`);
  return { ...enrolling, hostId: body.hostId };
}

export async function openSession(world: World, { key }: { readonly key: HostKey }): Promise<Session> {
  const { status, body } = await ask(world, '/v1/sessions', { key });
  if (status !== 201) throw new Error(`no session: ${JSON.stringify(body)}`);
  return body;
}

/** A bundle for a session, quoted by the machine's attestation key; what is bent is bent before it is signed. */
export function bundleFor(machine: Machine, session: Session, bent: Bent = {}): string {
  const { binding, signingPrivate } = makeHost();
  const { id: sessionId, nonce, expiresAt, aud, tenant, hostId } = session;
  const host = {
    kind: 'tpm' as const,
    akPrivate: machine.akPrivate,
    akPublic: machine.akPublic,
    akName: machine.akName,
    ekName: null,
    signingPrivate,
    binding: { ...binding, sessionId, nonce, expiresAt, aud, tenant, hostId },
  };
  return submit(host, bent);
}

export function send(
  world: World,
  { key }: { readonly key: HostKey },
  sessionId: string,
  bundle: string | Uint8Array,
): Promise<Answer> {
  return ask(world, `/v1/sessions/${sessionId}/evidence`, {
    key,
    bytes: bundle,
    mediaType: BUNDLE_MEDIA_TYPE,
  });
}

/** A whole attestation, and its answer. */
export async function attest(world: World, host: TestHost, bent: Bent = {}): Promise<EvidenceAnswer> {
  const session = await openSession(world, host);
  const { status, body } = await send(world, host, session.id, bundleFor(host.machine, session, bent));
  if (status !== 200) throw new Error(`not appraised: ${JSON.stringify(body)}`);
  return body;
}
