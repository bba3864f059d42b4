import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonValue, parseJson } from '../bytes/json.ts';
import { fromBase64Url, toBase64Url } from '../bytes/text.ts';
import { keyIdOf, type PermitKey, publicKeyOf } from '../location/probe/index.ts';
import { LandmarkError } from './errors.ts';

/** A verifier whose permits count, and where its permit keys are: a file, or a URL that is asked again and again. */
export type TrustedVerifier = {
  /** As permits name it. */
  readonly issuer: string;
  readonly source: { readonly file: string } | { readonly url: URL };
};

/** Where a verifier publishes them, below its own address. */
export const PERMIT_KEYS_PATH = '/.well-known/permit-keys.json';

const MAX_BYTES = 64 * 1024;
const DEADLINE_MS = 10_000;
const REFRESH_MS = 5 * 60_000;
const RETRY_MS = 15_000;
/** A verifier that gives a key up takes it out of its set: what was not seen for so long counts no more. */
const MAX_AGE_MS = 60 * 60_000;

type Known = { readonly keys: ReadonlyMap<string, PermitKey>; readonly at: number };

/** The permit keys of all trusted verifiers, kept up to date. */
export class PermitKeys {
  readonly #verifiers: readonly TrustedVerifier[];
  readonly #fixed: ReadonlyMap<string, PermitKey>;
  readonly #note: (issuer: string, error: unknown) => void;
  readonly #known = new Map<string, Known>();
  readonly #stopping = new AbortController();
  #current: { readonly at: number; readonly keys: ReadonlyMap<string, PermitKey> } = {
    at: 0,
    keys: new Map(),
  };
  #timers: NodeJS.Timeout[] = [];

  /**
   * @param fixed keys that count beside them: other landmarks', each for itself alone
   * @param note told of each attempt that failed
   */
  constructor(
    verifiers: readonly TrustedVerifier[],
    fixed: ReadonlyMap<string, PermitKey>,
    note: (issuer: string, error: unknown) => void,
  ) {
    this.#verifiers = verifiers;
    this.#fixed = fixed;
    this.#note = note;
  }

  /** Reads every file, asks every URL once, and goes on asking. @throws LandmarkError for a file that is unusable */
  async start(): Promise<void> {
    await Promise.all(this.#verifiers.map((verifier) => this.#load(verifier)));
  }

  stop(): void {
    this.#stopping.abort();
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
  }

  /** Those that count now, by key id. */
  current(): ReadonlyMap<string, PermitKey> {
    const now = Date.now();
    // Put together once a second at most: it is asked for with every hello.
    if (Math.abs(now - this.#current.at) < 1_000) return this.#current.keys;
    const fresh = [...this.#known.values()].filter(({ at }) => now - at < MAX_AGE_MS);
    const keys = new Map([...this.#fixed, ...fresh.flatMap((known) => [...known.keys])]);
    this.#current = { at: now, keys };
    return keys;
  }

  async #load(verifier: TrustedVerifier): Promise<void> {
    const { issuer, source } = verifier;
    if ('file' in source) {
      this.#learn(issuer, readKeyFile(issuer, source.file), Number.POSITIVE_INFINITY);
      return;
    }
    let next = REFRESH_MS;
    try {
      this.#learn(
        issuer,
        parseKeySet(issuer, await fetchText(source.url, this.#stopping.signal)),
        Date.now(),
      );
    } catch (error) {
      next = RETRY_MS;
      if (!this.#stopping.signal.aborted) this.#note(issuer, error);
    }
    if (this.#stopping.signal.aborted) return;
    const timer = setTimeout(() => {
      this.#timers = this.#timers.filter((one) => one !== timer);
      void this.#load(verifier);
    }, next);
    this.#timers.push(timer);
  }

  #learn(issuer: string, keys: ReadonlyMap<string, PermitKey>, at: number): void {
    this.#known.set(issuer, { keys, at });
    this.#current = { at: 0, keys: new Map() };
  }
}

function readKeyFile(issuer: string, file: string): ReadonlyMap<string, PermitKey> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw unusable(`cannot read ${file}`, cause);
  }
  return parseKeySet(issuer, text);
}

/**
 * The Ed25519 keys of a JWK set (RFC 7517) that is of permit keys alone. Keys of other kinds are left out; a key whose `kid`
 * is not its RFC 7638 thumbprint makes the whole set unusable.
 * @throws LandmarkError `permit_keys_unusable`
 */
export function parseKeySet(issuer: string, text: string): ReadonlyMap<string, PermitKey> {
  let set: JsonValue;
  try {
    set = parseJson(text, { maxBytes: MAX_BYTES, maxDepth: 8, maxNodes: 2_000 });
  } catch (cause) {
    throw unusable(`the permit keys of ${issuer} are no JSON`, cause);
  }
  const list = isJsonObject(set) ? set['keys'] : undefined;
  if (!Array.isArray(list)) throw unusable(`the permit keys of ${issuer} are no JWK set`);
  const keys = new Map<string, PermitKey>();
  for (const jwk of list as readonly JsonValue[]) {
    // an array of JSON
    if (!isJsonObject(jwk) || jwk['kty'] !== 'OKP' || jwk['crv'] !== 'Ed25519') continue;
    const { kid, key } = readJwk(issuer, jwk['x'], jwk['kid']);
    keys.set(kid, { issuer, key });
  }
  if (keys.size === 0) throw unusable(`${issuer} publishes no Ed25519 key`);
  return keys;
}

function readJwk(issuer: string, x: JsonValue | undefined, claimed: JsonValue | undefined) {
  try {
    const raw = fromBase64Url(String(x), 'x');
    const kid = toBase64Url(keyIdOf(raw));
    if (claimed !== undefined && claimed !== kid)
      throw unusable(`a kid of ${issuer} is not its key's thumbprint`);
    return { kid, key: publicKeyOf('Ed25519', raw) };
  } catch (cause) {
    if (cause instanceof LandmarkError) throw cause;
    throw unusable(`a permit key of ${issuer} is no Ed25519 key`, cause);
  }
}

/** Another landmark's key as a permit key: for measurements of that landmark itself. */
export function peerPermitKey(issuer: string, raw: Uint8Array): readonly [string, PermitKey] {
  return [toBase64Url(keyIdOf(raw)), { issuer, key: publicKeyOf('Ed25519', raw), onlyFor: raw }];
}

async function fetchText(url: URL, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
  });
  if (!response.ok) throw unusable(`${url.href} answers ${response.status}`);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.length;
    if (length > MAX_BYTES) throw unusable(`${url.href} answers with more than ${MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function unusable(message: string, cause?: unknown): LandmarkError {
  return new LandmarkError(
    'permit_keys_unusable',
    message,
    `A verifier publishes them at ${PERMIT_KEYS_PATH}: a JWK set of Ed25519 keys.`,
    cause,
  );
}
