import { equalBytes } from '../bytes/equal.ts';
import { formatInstant } from '../bytes/instant.ts';
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts';
import { type Cosignature, verifyCosignature } from './cosignature.ts';
import { RecordError } from './errors.ts';
import { type NoteVerifier, rawKey } from './note-format.ts';

/** Whose word a reader asks for besides the log's: so many of these witnesses. */
export type WitnessPolicy = {
  /** 1 to the number of witnesses. */
  readonly threshold: number;
  /** Each with a name and a key of its own, none of them the log's. */
  readonly witnesses: readonly NoteVerifier[];
  /** A cosignature made earlier does not count. Without it one of any age does: the log may since have shown others more. */
  readonly notBefore?: Date;
  /** A cosignature of the future does not count: the reader's clock, and what he allows for others'. */
  readonly notAfter?: Date;
};

export type CosignedCheckpoint = Checkpoint & {
  /** The witnesses that count, in the policy's order, and when each signed. */
  readonly cosignedBy: readonly { readonly witness: string; readonly at: Date }[];
};

/**
 * Verifies that a log signed a checkpoint and that enough witnesses did. Lines of other witnesses are ignored; a line under a
 * known key that does not verify condemns the whole.
 *
 * What remains unproven: that the witnesses are independent of the log and of each other. Against fewer than `threshold` dishonest
 * ones, nobody can be shown another log than everybody else.
 *
 * @throws RecordError `policy_malformed`, `witnesses_missing`, and what `verifyCheckpoint` throws
 */
export function verifyCosignedCheckpoint(
  note: string,
  log: NoteVerifier,
  policy: WitnessPolicy,
): CosignedCheckpoint {
  requirePolicy(policy, log);
  const checkpoint = verifyCheckpoint(note, log);
  const cosignedBy = policy.witnesses.flatMap((witness) => {
    const found = cosignatureOf(note, witness);
    return found !== undefined && isWithin(found.at, policy) ? [{ witness: witness.name, at: found.at }] : [];
  });
  if (cosignedBy.length >= policy.threshold) return { ...checkpoint, cosignedBy };
  throw new RecordError('witnesses_missing', 'too few witnesses have seen this checkpoint', {
    path: 'checkpoint',
    expected: `${policy.threshold} of ${policy.witnesses.map(({ name }) => name).join(', ')}`,
    actual: cosignedBy.map(({ witness, at }) => `${witness} at ${formatInstant(at)}`).join(', ') || 'none',
  });
}

function cosignatureOf(note: string, witness: NoteVerifier): Cosignature | undefined {
  try {
    return verifyCosignature(note, witness);
  } catch (error) {
    if (error instanceof RecordError && error.code === 'signature_absent') return undefined;
    throw error;
  }
}

function isWithin(at: Date, { notBefore, notAfter }: WitnessPolicy): boolean {
  return (notBefore === undefined || at >= notBefore) && (notAfter === undefined || at <= notAfter);
}

/** One key under two names would be one witness that counts twice: cosignatures do not commit to the name. */
function requirePolicy({ threshold, witnesses }: WitnessPolicy, log: NoteVerifier): void {
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > witnesses.length) {
    throw malformed('threshold', `1 to ${witnesses.length}`, String(threshold));
  }
  const parties = [log, ...witnesses];
  for (const [place, { name, publicKey }] of parties.entries()) {
    const twin = parties
      .slice(0, place)
      .find((other) => other.name === name || equalBytes(rawKey(other.publicKey), rawKey(publicKey)));
    if (twin !== undefined) throw malformed(`witnesses[${place - 1}]`, `another than ${twin.name}`, name);
  }
}

function malformed(path: string, expected: string, actual: string): RecordError {
  return new RecordError('policy_malformed', 'not a policy of witnesses', { path, expected, actual });
}
