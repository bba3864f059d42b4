import {
  type GrantJudgement,
  type GrantPolicy,
  parseGrant,
  parseGrantKeys,
  parseStatusList,
  type ShownGrant,
  tenantAudience,
  verifyGrant,
} from '../../src/record/grant/index.ts'; // elsewhere: from 'sextant/grant'

export type JudgeOptions = {
  /** The verifier's URL, as it names itself in grants. */
  readonly verifier: URL;
  /** Whose license server or scheduler this is. */
  readonly tenant: string;
  /** `basic` where nobody can show the host's key, or no receipt: then both stand under `notPerformed`. */
  readonly profile: 'production' | 'basic';
  /** A clock that hosts cannot set. Default: this machine's. */
  readonly clock?: () => Date;
};

const KEYS_MAX_AGE_MS = 300_000;

/** Honours grants with what is fetched from the verifier now and then; a verifier that is down is missed after a list's ttl. */
export class GrantJudge {
  readonly #options: JudgeOptions;
  readonly #lists = new Map<string, { readonly token: string; readonly until: number }>();
  #keys: { readonly keys: Pick<GrantPolicy, 'grantKeys' | 'statusKeys'>; readonly until: number } | null =
    null;

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  now(): Date {
    return this.#options.clock?.() ?? new Date();
  }

  /** @throws the network's error where keys or status list are older than they may be and the verifier does not answer */
  async judge(
    grant: string,
    rest: Pick<ShownGrant, 'possession'> & { readonly receipt?: unknown },
  ): Promise<GrantJudgement> {
    const { verifier, tenant, profile } = this.#options;
    const policy = {
      ...(await this.#currentKeys()),
      at: this.now(),
      issuer: verifier.origin,
      audience: tenantAudience(tenant),
      profile,
    };
    return verifyGrant({ grant, statusList: await this.#statusList(grant), ...rest }, policy);
  }

  async #currentKeys(): Promise<Pick<GrantPolicy, 'grantKeys' | 'statusKeys'>> {
    if (this.#keys !== null && this.#keys.until > this.now().getTime()) return this.#keys.keys;
    const [grants, lists] = await Promise.all([
      this.#fetch('/.well-known/grant-keys.json'),
      this.#fetch('/.well-known/status-list-keys.json'),
    ]);
    const keys = {
      grantKeys: parseGrantKeys(JSON.parse(grants)),
      statusKeys: parseGrantKeys(JSON.parse(lists)),
    };
    this.#keys = { keys, until: this.now().getTime() + KEYS_MAX_AGE_MS };
    return keys;
  }

  /** null where the grant cannot be read, or names a list of somebody else's: nothing is fetched for whoever asks. */
  async #statusList(grant: string): Promise<string | null> {
    const uri = listOf(grant);
    if (uri === null || uri.origin !== this.#options.verifier.origin) return null;
    const known = this.#lists.get(uri.pathname);
    if (known !== undefined && known.until > this.now().getTime()) return known.token;
    const token = await this.#fetch(uri.pathname);
    const { iat, ttl } = parseStatusList(token).claims;
    this.#lists.set(uri.pathname, { token, until: (iat + ttl) * 1000 });
    return token;
  }

  async #fetch(path: string): Promise<string> {
    const answer = await fetch(new URL(path, this.#options.verifier), {
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.text();
  }
}

function listOf(grant: string): URL | null {
  try {
    return new URL(parseGrant(grant).claims.status.status_list.uri);
  } catch {
    return null; // what cannot be read is refused by verifyGrant, which says why
  }
}

/** The checks that failed and, under `production`, those that nobody could make. Empty where it was accepted. */
export function reasonsOf({ accepted, profile, checks, notPerformed }: GrantJudgement): string[] {
  if (accepted) return [];
  const failed = checks.filter(({ status }) => status === 'fail');
  const missing = profile === 'production' ? notPerformed : [];
  return [
    ...failed.map(({ id, expected, actual }) => `${id}: expected ${expected}, found ${actual}`),
    ...missing.map(({ id, reason }) => `${id}: ${reason}`),
  ];
}
