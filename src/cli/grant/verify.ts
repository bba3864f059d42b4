import { Command, InvalidArgumentError, Option } from 'commander';
import { FormatError } from '../../bytes/errors.ts';
import { parseInstant } from '../../bytes/instant.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../bytes/json.ts';
import {
  type GrantJudgement,
  type GrantPolicy,
  parseGrantKeys,
  parseVerifierKey,
  parseWitnessKey,
  type ShownGrant,
  tenantAudience,
  verifyGrant,
} from '../../record/grant/index.ts';
import { readJsonFile, readTextFile } from '../client/api-command.ts';
import { EXIT, UsageError } from '../failure.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';

type Options = {
  readonly issuer: string;
  readonly tenant: string;
  readonly keys: string;
  readonly statusKeys: string;
  readonly statusList?: string;
  readonly hostKey?: string;
  readonly receipt?: string;
  readonly logKey?: string;
  readonly witness?: readonly string[];
  readonly threshold: number;
  readonly profile: 'production' | 'basic';
  readonly at?: Date;
  readonly json?: boolean;
};

/** What a license server asks, for a person: nothing is fetched. */
export function verifyGrantCommand(): Command {
  return new Command('verify')
    .description('Judge a grant offline, as a license server does, and print every check.')
    .argument('<file>', "a grant's token, or what `sextant agent run --licence` keeps; - for standard input")
    .requiredOption('--issuer <url>', "the verifier's public URL")
    .requiredOption(
      '--tenant <name>',
      'whose license server this is: who operates the host, or holds the licence',
    )
    .requiredOption('--keys <file>', 'keys of grants: /.well-known/grant-keys.json')
    .requiredOption('--status-keys <file>', 'keys of status lists: /.well-known/status-list-keys.json')
    .option('--status-list <file>', 'the newest status list token (default: the one beside the grant)')
    .option('--host-key <thumbprint>', 'RFC 7638 thumbprint of the key that the host has just proven')
    .option('--receipt <file>', 'the receipt as JSON (default: the one beside the grant)')
    .option('--log-key <file>', "the log's key: /v1/log/key, compared with what is published elsewhere")
    .option('--witness <file...>', 'keys of witnesses whose cosignature counts')
    .option('--threshold <number>', 'how many of them must have signed', threshold, 1)
    .addOption(
      new Option('--profile <name>', 'production refuses whatever was not asked')
        .choices(['production', 'basic'])
        .default('production'),
    )
    .option('--at <instant>', 'judge as of this RFC 3339 instant with Z (default: now)', instant)
    .option('--json', 'print the judgement as JSON')
    .addHelpText(
      'after',
      `
A status list older than its ttl (300 s) refuses, also under basic: fetch it anew from status.status_list.uri of the grant.

Example:
  U=https://verifier.example
  curl -s $U/.well-known/grant-keys.json > grant-keys.json
  curl -s $U/.well-known/status-list-keys.json > status-keys.json
  sextant grant verify .sextant/agent/grant-lic_….json --issuer $U --tenant acme --keys grant-keys.json \\
    --status-keys status-keys.json --profile basic

Exit status: 0 accepted, 1 refused, 2 could not be judged. docs/grants.md`,
    )
    .action((file: string, options: Options) => {
      const judgement = verifyGrant(readShown(file, options), policyOf(options));
      process.exitCode = judgement.accepted ? EXIT.ok : EXIT.refused;
      const text = options.json === true ? JSON.stringify(judgement, null, 2) : describe(judgement);
      process.stdout.write(`${text}\n`);
    });
}

/** A bare token, or the JSON of an answer with the grant, the list and the receipt in it. */
function readShown(file: string, { statusList, receipt, hostKey }: Options): ShownGrant {
  const kept = readKept(readTextFile(file).trim(), file);
  return {
    grant: kept.grant,
    statusList: statusList === undefined ? kept.statusList : readTextFile(statusList).trim(),
    possession: hostKey === undefined ? null : { jkt: hostKey },
    receipt: receipt === undefined ? kept.receipt : readJsonFile(receipt),
  };
}

type Kept = {
  readonly grant: string;
  readonly statusList: string | null;
  readonly receipt: JsonValue | undefined;
};

function readKept(text: string, file: string): Kept {
  if (!text.startsWith('{')) return { grant: text, statusList: null, receipt: undefined };
  const answer = readJson(text, file);
  const { grant: member, statusList, receipt } = isJsonObject(answer) ? answer : {};
  const grant = isJsonObject(member) ? member['grant'] : member;
  if (typeof grant === 'string') {
    return { grant, statusList: typeof statusList === 'string' ? statusList : null, receipt };
  }
  throw new UsageError('usage', `${file} holds no grant`, 'A denial holds the reasons why: look into it.');
}

function readJson(text: string, file: string): JsonValue {
  try {
    return parseJson(text);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new UsageError(
      'unreadable',
      `${file} is no JSON: ${cause.message}`,
      'Give a token or an answer.',
      cause,
    );
  }
}

function policyOf(options: Options): GrantPolicy {
  const { issuer, tenant, keys, statusKeys, logKey, witness, threshold: least, profile, at } = options;
  const witnesses = witness?.map((file) => parseWitnessKey(readTextFile(file).trim()));
  return {
    at: at ?? new Date(),
    issuer: issuer.replace(/\/$/, ''),
    audience: tenantAudience(tenant),
    grantKeys: parseGrantKeys(readJsonFile(keys)),
    statusKeys: parseGrantKeys(readJsonFile(statusKeys)),
    profile,
    ...(logKey === undefined
      ? {}
      : {
          log: {
            log: parseVerifierKey(readTextFile(logKey).trim()),
            ...(witnesses === undefined ? {} : { witnesses: { threshold: least, witnesses } }),
          },
        }),
  };
}

function describe({ accepted, profile, claims, checks, notPerformed }: GrantJudgement): string {
  const lines = [`${accepted ? green('✓ accepted') : red('✗ refused')}  ${dim(`by profile ${profile}`)}`];
  if (claims !== null) {
    const until = new Date(claims.exp * 1000).toISOString();
    lines.push(`  ${bold(claims.sub)} for ${claims.host.id} until ${until}, ${claims.devices.count} devices`);
  }
  for (const { id, status, expected, actual } of checks) {
    if (status === 'pass') lines.push(`  ${green('✓')} ${id}`);
    else
      lines.push(
        `  ${red('✗')} ${bold(id)}: expected ${printable(expected ?? '')}, found ${printable(actual ?? '')}`,
      );
  }
  for (const { id, reason } of notPerformed) {
    lines.push(`  ${yellow('–')} ${id}  ${dim(`not performed: ${printable(reason)}`)}`);
  }
  return lines.join('\n');
}

function instant(text: string): Date {
  try {
    return parseInstant(text);
  } catch {
    throw new InvalidArgumentError('expected an RFC 3339 instant in UTC, e.g. 2026-06-01T00:00:00Z.');
  }
}

function threshold(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 99) return number;
  throw new InvalidArgumentError('expected a whole number from 1 to 99.');
}
