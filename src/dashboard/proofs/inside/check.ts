import { SextantError } from '../../../bytes/errors.ts';
import { toHex } from '../../../bytes/text.ts';
import { type Checkpoint, verifyCheckpoint } from '../../../record/checkpoint.ts';
import { verifyGrowth } from '../../../record/growth.ts';
import { type NoteVerifier, parseVerifierKey } from '../../../record/note.ts';
import { parseNote } from '../../../record/note-format.ts';
import { verifyReceipt } from '../../../record/receipt.ts';
import type { ProofAnswer, ProofCheck, ProofQuestion } from '../messages.ts';

/**
 * Checks what the verifier answered, in the browser, by the very functions of `sextant/record`. Whoever serves the page serves this code
 * too: what it proves it proves to those who trust the page, and `sextant audit` is for those who do not.
 *
 * @throws RecordError `verifier_key_malformed`: without the log's key nothing can be asked
 */
export function checkProofs({ key, checkpoint, kept, act }: ProofQuestion): ProofAnswer {
  const log = parseVerifierKey(key);
  const checks: ProofCheck[] = [];
  const head = ask(checks, 'log.checkpoint', `signed by ${log.name}`, () =>
    verifyCheckpoint(checkpoint, log),
  );
  if (kept !== null) {
    const before = settle(() => verifyCheckpoint(kept.checkpoint, log));
    askGrowth(checks, 'log.grown-since-kept', before, kept.growth, log);
  }
  if (act !== null) checkAct(checks, act, log);
  return {
    checks,
    head: head === null ? null : { origin: head.origin, size: head.size, root: toHex(head.root) },
    witnesses: head === null ? [] : witnessesBelow(checkpoint, log),
  };
}

/** A receipt's checkpoint is asked for by itself, so that a forged one is told from an act that is not under it. */
function checkAct(
  checks: ProofCheck[],
  { receipt, growth }: NonNullable<ProofQuestion['act']>,
  log: NoteVerifier,
): void {
  const proven = settle(() => verifyReceipt(receipt, log));
  const ofNote = proven instanceof SextantError && NOTE_CODES.has(proven.code);
  const size = proven instanceof SextantError ? '' : ` of ${proven.checkpoint.size} leaves`;
  checks.push({
    id: 'log.receipt.checkpoint',
    status: ofNote ? 'fail' : 'pass',
    expected: `a checkpoint signed by ${log.name}`,
    actual: ofNote ? said(proven) : `signed${size}`,
  });
  if (ofNote) return;
  if (proven instanceof SextantError) {
    const { expected = 'the act, with its salt, under the signed root', actual } = proven;
    checks.push({
      id: 'log.receipt.inclusion',
      status: 'fail',
      expected,
      actual: actual === undefined ? said(proven) : `${said(proven)}: ${actual}`,
    });
    return;
  }
  const root = toHex(proven.checkpoint.root);
  checks.push({ id: 'log.receipt.inclusion', status: 'pass', expected: root, actual: root });
  askGrowth(checks, 'log.grown-since-receipt', proven.checkpoint, growth, log);
}

/** What is wrong with the signed note, not with the way from the act to its root. */
const NOTE_CODES: ReadonlySet<string> = new Set([
  'checkpoint_malformed',
  'signature_absent',
  'signature_invalid',
  'origin_mismatch',
]);

function askGrowth(
  checks: ProofCheck[],
  id: ProofCheck['id'],
  before: Checkpoint | SextantError,
  growth: unknown,
  log: NoteVerifier,
): void {
  if (before instanceof SextantError) {
    checks.push({ id, status: 'fail', expected: `a checkpoint signed by ${log.name}`, actual: said(before) });
    return;
  }
  const expected = `begins with the ${before.size} leaves of ${toHex(before.root)}`;
  ask(checks, id, expected, () => verifyGrowth(growth, before, log));
}

function ask(
  checks: ProofCheck[],
  id: ProofCheck['id'],
  expected: string,
  work: () => Checkpoint,
): Checkpoint | null {
  const found = settle(work);
  const failed = found instanceof SextantError;
  const actual = failed ? said(found) : `${found.size} leaves, root ${toHex(found.root)}`;
  checks.push({ id, status: failed ? 'fail' : 'pass', expected, actual });
  return failed ? null : found;
}

function settle<T>(work: () => T): T | SextantError {
  try {
    return work();
  } catch (error) {
    if (error instanceof SextantError) return error;
    throw error;
  }
}

function said({ code, message }: SextantError): string {
  return `${code}: ${message}`;
}

function witnessesBelow(checkpoint: string, { name }: NoteVerifier): string[] {
  return [...new Set(parseNote(checkpoint).signatures.map((line) => line.name))].filter(
    (one) => one !== name,
  );
}
