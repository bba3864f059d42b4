import { hash } from 'node:crypto';
import { FormatError } from '../../bytes/errors.ts';
import type { CheckList } from '../../evidence/check.ts';
import type { GrantClaims } from '../../protocol/grant.ts';
import { RecordError } from '../errors.ts';
import type { NoteVerifier } from '../note.ts';
import { type ProvenAct, type Receipt, verifyReceipt } from '../receipt.ts';
import { verifyCosignedCheckpoint, type WitnessPolicy } from '../witness-policy.ts';

/** The type of the act by which a grant's issue stands in the log. */
export const GRANT_ISSUED = 'grant.issued';

/** The log that a reader knows, and whose word besides he asks for. */
export type KnownLog = { readonly log: NoteVerifier; readonly witnesses?: WitnessPolicy };

type Recorded = {
  readonly grant: string;
  readonly claims: GrantClaims;
  /** JSON as the verifier answered it beside the grant; undefined where there is none at hand. */
  readonly receipt: unknown;
  readonly known: KnownLog | undefined;
};

/**
 * Asks whether the grant stands in the log, with these very bytes, and whether witnesses have seen the tree in which it does.
 * Whoever steals the key of grants can sign what was never decided; he cannot put it there unseen.
 */
export function checkRecord(findings: CheckList, { grant, claims, receipt, known }: Recorded): void {
  if (known === undefined || receipt === undefined || receipt === null) {
    const reason = known === undefined ? 'the log has no key here' : 'there is no receipt';
    findings.skip('grant.receipt', reason);
    findings.skip('grant.receipt.act', reason);
    findings.skip('grant.checkpoint.cosigned', reason);
    return;
  }
  const proven = read(receipt, known.log);
  const isProven = !(proven instanceof Error);
  findings.expect(
    'grant.receipt',
    isProven,
    `a receipt of ${known.log.name}`,
    isProven ? 'one' : proven.message,
  );
  if (!isProven) return;
  const { act } = proven;
  const digest = hash('sha256', grant, 'hex');
  const isAct =
    act.type === GRANT_ISSUED && act.body['grantSha256'] === digest && act.body['grantId'] === claims.jti;
  const actual = `${act.type} of ${JSON.stringify(act.body['grantSha256'] ?? null).slice(0, 80)}`;
  findings.expect('grant.receipt.act', isAct, `${GRANT_ISSUED} of "${digest}"`, actual);
  checkWitnesses(findings, (receipt as Receipt).checkpoint, known); // a receipt, as was just verified
}

function checkWitnesses(findings: CheckList, checkpoint: string, { log, witnesses }: KnownLog): void {
  if (witnesses === undefined) {
    findings.skip('grant.checkpoint.cosigned', 'no witnesses were named');
    return;
  }
  const expected = `${witnesses.threshold} of ${witnesses.witnesses.map(({ name }) => name).join(', ')}`;
  try {
    const { cosignedBy } = verifyCosignedCheckpoint(checkpoint, log, witnesses);
    const actual = cosignedBy.map(({ witness }) => witness).join(', ');
    findings.expect('grant.checkpoint.cosigned', true, expected, actual);
  } catch (error) {
    // A policy that no note could meet is the caller's mistake.
    if (!(error instanceof RecordError) || error.code === 'policy_malformed') throw error;
    findings.expect('grant.checkpoint.cosigned', false, expected, error.actual ?? error.message);
  }
}

function read(receipt: unknown, log: NoteVerifier): ProvenAct | RecordError | FormatError {
  try {
    return verifyReceipt(receipt, log);
  } catch (error) {
    if (error instanceof RecordError || error instanceof FormatError) return error;
    throw error;
  }
}
