import { Command } from 'commander';
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

type Options = {
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

/** `sextant trust import`: manufacturers' bundles of EK authorities, each proposed by itself. */
export function trustImportCommand(): Command {
  return new Command('import')
    .description('Propose every EK authority of a bundle, each as a trust input of its own.')
    .argument('<path...>', 'certificates (PEM, DER, .p7b), or folders of them as TrustedTpm.cab unpacks')
    .option('--dry-run', 'say what would be proposed, and speak to no verifier')
    .option(
      '--version <text>',
      'of the proposals; another than before to propose again what was refused',
      '1',
    )
    .option('--as <name>', 'speak with the token saved under this name')
    .option('--url <url>', 'the verifier (default: SEXTANT_URL, else http://127.0.0.1:8080)')
    .option('--data <folder>', 'where tokens are saved (default: SEXTANT_DATA, else ./.sextant)')
    .option('--json', 'print the outcome as JSON')
    .addHelpText(
      'after',
      `
A bundle proves nothing: another principal looks at each authority (sextant trust show) and approves it. Certificates that are not
strict DER are proposed only of manufacturers that are known for it; docs/trust-anchors.md names them.

Exit status: 0, or 1 where a certificate could not be read.`,
    )
    .action(async (paths: readonly string[], options: Options) => {
      process.exitCode = await importBundle(paths, options);
    });
}

async function importBundle(paths: readonly string[], options: Options): Promise<number> {
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

function proposer(options: Options): Propose {
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
