import { SextantError } from '../../bytes/errors.ts';
import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import {
  type EkAuthorities,
  type EkAuthority,
  readEkAuthorities,
} from '../../evidence/tpm/ek/authorities.ts';
import { json } from '../client/api-command.ts';
import { speaker } from '../client/speaker.ts';
import { request } from '../client/transport.ts';
import { EXIT, UsageError } from '../failure.ts';
import { withProgress } from '../terminal/progress.ts';
import { describeImport } from './describe.ts';
import { proposalOf } from './proposals.ts';
import { readBundle } from './read-bundle.ts';

export type ImportFlags = {
  readonly version: string;
  readonly dryRun?: boolean;
  readonly as?: string;
  readonly url?: string;
  readonly data?: string;
  readonly json?: boolean;
};

/** What became of one authority. */
export type Outcome = {
  readonly maker: string;
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** The trust input's name. */
  readonly input: string;
  readonly state: 'would-propose' | 'proposed' | 'known';
  /** Of what was proposed. */
  readonly id: string | null;
  readonly digest: string | null;
};

export type ImportAnswer = {
  readonly authorities: readonly Outcome[];
  readonly duplicates: EkAuthorities['duplicates'];
  readonly unread: EkAuthorities['unread'];
  readonly passedOver: EkAuthorities['unread'];
};

/**
 * Proposes every authority of a bundle, or says what would be proposed; answers the exit status.
 * @throws UsageError `unreadable`, and what the verifier refused with
 */
export async function importBundle(paths: readonly string[], options: ImportFlags): Promise<number> {
  const { files, passedOver } = readBundle(paths);
  const { authorities, duplicates, unread } = readEkAuthorities(files);
  if (authorities.length + unread.length === 0) {
    throw new UsageError(
      'unreadable',
      'there is no certificate',
      'Name .cer, .crt, .der, .pem or .p7b files.',
    );
  }
  const outcomes: Outcome[] = [];
  const propose = options.dryRun === true ? null : proposer(options);
  await withProgress('proposing authorities', async () => {
    for (const authority of authorities) outcomes.push(await settle(authority, options.version, propose));
  });
  const answer: ImportAnswer = { authorities: outcomes, duplicates, unread, passedOver };
  const text = options.json === true ? JSON.stringify(answer, null, 2) : describeImport(answer);
  process.stdout.write(`${text}\n`);
  return unread.length === 0 ? EXIT.ok : EXIT.refused;
}

/** Proposes one version; null where the verifier has it. */
type Propose = (content: JsonValue) => Promise<JsonValue | null>;

function proposer(options: ImportFlags): Propose {
  const address = speaker(options);
  return async (content) => {
    const body = json({ kind: 'anchors', content });
    try {
      return await request(address, { method: 'POST', path: '/v1/trust-inputs', body });
    } catch (error) {
      if (error instanceof SextantError && error.code === 'conflict') return null;
      throw error;
    }
  };
}

async function settle(authority: EkAuthority, version: string, propose: Propose | null): Promise<Outcome> {
  const { certificate, maker, name, path } = authority;
  const content = proposalOf(authority, version);
  const known = {
    ...{ maker, name, path, sha256: certificate.sha256, input: content.name },
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
  };
  if (propose === null) return { ...known, state: 'would-propose', id: null, digest: null };
  const answer = await propose(content);
  const member = (key: string): string | null => {
    const value = isJsonObject(answer) ? answer[key] : undefined;
    return typeof value === 'string' ? value : null;
  };
  const state = answer === null ? 'known' : 'proposed';
  return { ...known, state, id: member('id'), digest: member('digest') };
}
