import type { Context } from '../../service/context.ts';
import type { LogContext } from '../../service/log.ts';
import { addCheckpointOverHttp } from '../../service/witness/add-checkpoint.ts';
import { askWitness, type WitnessOutcome } from '../../service/witness/ask.ts';
import { type Witness, witnessOf } from '../../service/witness/witness.ts';
import { UsageError } from '../failure.ts';

/** How often the log is looked at for something to cosign. */
const EVERY_MS = 5_000;
/** A witness that fails is asked ever more seldom, up to this. */
const LONGEST_MS = 10 * 60_000;
const TIMEOUT_MS = 20_000;
/** No start waits longer for a stranger's machine. */
const AT_START_MS = 5_000;

type WitnessedLog = LogContext & Pick<Context, 'log' | 'publication'>;

/**
 * Witnesses from the values of `--witness URL KEY`, given any number of times.
 * @throws UsageError `usage`
 */
export function readWitnesses(values: readonly string[]): Witness[] {
  const witnesses: Witness[] = [];
  for (let at = 0; at < values.length; at += 2) {
    const [prefix = '', key] = values.slice(at, at + 2);
    const witness = key === undefined ? undefined : parsed(prefix, key);
    if (witness === undefined) {
      throw new UsageError(
        'usage',
        `--witness ${prefix}: an address and a key are needed`,
        'Give https://host/prefix (http on this machine) and the key as the witness publishes it, name+id+key.',
      );
    }
    if (witnesses.some((other) => other.key === witness.key))
      throw new UsageError('usage', `${witness.verifier.name} is given twice`, 'Give each witness once.');
    witnesses.push(witness);
  }
  return witnesses;
}

function parsed(prefix: string, key: string): Witness | undefined {
  try {
    return witnessOf(prefix, key);
  } catch (cause) {
    throw new UsageError(
      'usage',
      `--witness ${prefix}: not the key of a witness`,
      'Give it as the witness publishes it, name+id+key of type 0x04; in quotes, if the shell would change it.',
      cause,
    );
  }
}

/**
 * Asks every witness where it stands, before anything is recorded: a database that was put back may say itself that all is cosigned. One that
 * does not answer is told, and asked again while the verifier serves.
 */
export async function askWitnessesOnce(context: WitnessedLog, witnesses: readonly Witness[]): Promise<void> {
  const add = addCheckpointOverHttp(AT_START_MS, new AbortController().signal);
  await Promise.all(
    witnesses.map(async (witness) => {
      const outcome = await askWitness(context, witness, add, 'always').catch(unreadable);
      report(context, witness, outcome, 0);
    }),
  );
}

/** Has every witness cosign what is new, each at its own pace. Answers what ends it. */
export function keepWitnesses(
  context: Context,
  witnesses: readonly Witness[],
  everyMs: number = EVERY_MS,
): () => void {
  const ending = new AbortController();
  const add = addCheckpointOverHttp(TIMEOUT_MS, ending.signal);
  for (const witness of witnesses) {
    let failures = 0;
    const ask = async (): Promise<void> => {
      const outcome = await askWitness(context, witness, add).catch(unreadable);
      if (ending.signal.aborted) return;
      report(context, witness, outcome, failures);
      failures = outcome.kind === 'cosigned' || outcome.kind === 'current' ? 0 : failures + 1;
      setTimeout(() => void ask(), Math.min(everyMs * 2 ** failures, LONGEST_MS)).unref();
    };
    void ask();
  }
  return () => ending.abort();
}

/** The store failed: as good as no answer, and tried again. */
function unreadable(error: unknown): WitnessOutcome {
  return { kind: 'unreachable', why: String(error) };
}

function report(
  { log, publication }: WitnessedLog,
  { verifier }: Witness,
  outcome: WitnessOutcome,
  failures: number,
): void {
  const where = `witness ${verifier.name}`;
  if (outcome.kind === 'ahead')
    publication?.refuse({ kind: 'behind', has: outcome.size, published: outcome.witnessed, where });
  if (outcome.kind === 'contradicted') publication?.refuse({ kind: 'contradicted', where });
  const { kind, ...what } = outcome;
  const said = { witness: verifier.name, ...what };
  if (kind === 'cosigned' || kind === 'current') log.debug(said, `witness.${kind}`);
  else if (kind === 'ahead' || kind === 'contradicted') log.error(said, `witness.${kind}`);
  else if (failures === 0) log.warn(said, `witness.${kind}`);
  else log.debug(said, `witness.${kind}`);
}
