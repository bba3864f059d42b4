import { FormatError } from '../../bytes/errors.ts';
import { unquotedLog } from '../../evidence/eventlog/compare.ts';
import { type EventLog, parseEventLog } from '../../evidence/eventlog/parse.ts';
import { exitStatus, type Judgement, judgeOffline } from '../../policy/judge.ts';
import { EXIT, explain, UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';
import { withProgress } from '../terminal/progress.ts';
import { readPins } from './pins.ts';
import { readPolicy } from './policy.ts';
import { describeJudgement } from './present.ts';
import { type EvidenceFiles, readEvidence } from './read-evidence.ts';

export type VerifyFlags = {
  readonly at?: Date;
  readonly nonce?: Uint8Array;
  readonly collateral?: string;
  readonly roots?: string;
  readonly jwks?: string;
  readonly policy: string;
  readonly json?: boolean;
  readonly expectedLog?: string;
};

const NOTHING: EvidenceFiles = new Map();

/** Judges each path by itself, prints what was found, and answers the gravest exit status. @throws UsageError */
export async function verify(paths: readonly string[], options: VerifyFlags): Promise<number> {
  const { policy: policyName, collateral, roots } = options;
  const settings = {
    at: options.at ?? new Date(),
    policy: readPolicy(policyName),
    pins: readPins(),
    roots: roots === undefined ? NOTHING : readEvidence(roots),
    ...expectedLog(options),
    ...(options.jwks === undefined ? {} : { jwks: readOne(options.jwks) }),
    ...(options.nonce === undefined ? {} : { nonce: options.nonce }),
  };
  const shared = collateral === undefined ? NOTHING : readEvidence(collateral);
  const judgements: Judgement[] = [];
  let gravest: number = EXIT.ok;
  for (const path of paths) {
    const judgement = await withProgress(`judging ${path}`, async () => {
      const files = readEvidence(path);
      return judgeOffline(files, { ...settings, collateral: shared });
    }).catch((error: unknown) => unreadable(error, settings.policy.name));
    judgements.push(judgement);
    gravest = Math.max(gravest, exitStatus(judgement));
    if (options.json !== true) process.stdout.write(`${describeJudgement(path, judgement)}\n`);
  }
  if (options.json === true) {
    process.stdout.write(
      `${JSON.stringify(judgements.length === 1 ? judgements[0] : judgements, null, 2)}\n`,
    );
  }
  return gravest;
}

function readOne(path: string): Uint8Array {
  const [bytes] = readEvidence(path).values();
  return bytes ?? new Uint8Array();
}

/** Read and found to be a log before anything is judged: an explanation by something else would be none. */
function expectedLog({ expectedLog: path }: VerifyFlags): { expectedLog?: EventLog } {
  if (path === undefined) return {};
  const log = new Uint8Array(readInput(path, 'Name a boot log, e.g. binary_bios_measurements.'));
  try {
    const expectedLog = parseEventLog(log);
    unquotedLog(expectedLog);
    return { expectedLog };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new UsageError('usage', `${path} is not a boot log: ${error.message}`);
  }
}

/** A path that cannot be read is an answer too: the others are still judged, and JSON stays JSON. */
function unreadable(error: unknown, policy: string): Judgement {
  if (!(error instanceof Error && 'code' in error && error.code === 'unreadable')) throw error;
  process.stderr.write(`${explain(error)}\n`);
  return {
    format: null,
    authentic: null,
    accepted: false,
    policy,
    appraisal: null,
    weaknesses: [],
    checks: [],
    notPerformed: [],
    error: { code: 'unreadable', message: error.message },
  };
}
