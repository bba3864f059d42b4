import { FormatError } from '../../bytes/errors.ts';
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
import { findingLines } from '../terminal/findings.ts';
import { bold, dim, green, red } from '../terminal/style.ts';

export type VerifyGrantFlags = {
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

/** Judges a grant with the files that the flags name, prints every check, and answers the exit status. */
export function judgeGrant(file: string, flags: VerifyGrantFlags): number {
  const judgement = verifyGrant(readShown(file, flags), policyOf(flags));
  const text = flags.json === true ? JSON.stringify(judgement, null, 2) : describe(judgement);
  process.stdout.write(`${text}\n`);
  return judgement.accepted ? EXIT.ok : EXIT.refused;
}

/** A bare token, or the JSON of an answer with the grant, the list and the receipt in it. */
function readShown(file: string, { statusList, receipt, hostKey }: VerifyGrantFlags): ShownGrant {
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

function policyOf(options: VerifyGrantFlags): GrantPolicy {
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

function describe(judged: GrantJudgement): string {
  const { accepted, profile, claims } = judged;
  const lines = [`${accepted ? green('✓ accepted') : red('✗ refused')}  ${dim(`by profile ${profile}`)}`];
  if (claims !== null) {
    const until = new Date(claims.exp * 1000).toISOString();
    lines.push(`  ${bold(claims.sub)} for ${claims.host.id} until ${until}, ${claims.devices.count} devices`);
  }
  lines.push(...findingLines(judged));
  return lines.join('\n');
}
