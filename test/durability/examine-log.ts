import { hash } from 'node:crypto';
import { join } from 'node:path';
import { toHex } from '../../src/bytes/text.ts';
import {
  append,
  EMPTY_RANGE,
  leafOf,
  type NoteVerifier,
  type ProvenAct,
  rootOf,
  verifyReceipt,
} from '../../src/record/index.ts';
import type { SigningKey } from '../../src/service/context.ts';
import { logKeyFile } from '../../src/service/keys/file-keys.ts';
import { receiptFor } from '../../src/service/log.ts';
import { readHead } from '../../src/store/log/statements.ts';
import { LOG_ORIGIN } from '../fleet/connection.ts';
import { openTestStore } from '../postgres/choice.ts';
import type { Witnessed } from './witness.ts';

/**
 * Reads the whole log of a data folder whose verifier has ended and holds it against what was witnessed: every leaf is
 * proven under the final checkpoint, every session that was told is issued once, every submission that was answered
 * appraised once, and every checkpoint that an answer carried is of a beginning of this very log.
 *
 * @param mayLackReceipts where the database went between an act and the receipt of it, which is then asked for later
 */
export async function examineLog(
  data: string,
  witnessed: readonly Witnessed[],
  { mayLackReceipts = false } = {},
): Promise<{ readonly leaves: number; readonly faults: readonly string[] }> {
  const keys = { log: logKeyFile(join(data, 'keys')) };
  const log: NoteVerifier = { name: LOG_ORIGIN, publicKey: keys.log.publicKey };
  const acts = await provenActs(data, keys, log);
  const faults: string[] = [];
  const expectOne = (what: string, found: readonly unknown[] | undefined): void => {
    if (found?.length !== 1) faults.push(`${what}: ${found?.length ?? 0} times`);
  };

  const issued = Map.groupBy(acts.filter(ofType('session.issued')), ({ act }) => act.body['nonce']);
  const appraised = Map.groupBy(acts.filter(ofType('appraisal')), ({ act }) => act.body['sessionId']);
  for (const [nonce, found] of issued) expectOne(`nonce ${nonce} issued`, found);
  for (const [session, found] of appraised) expectOne(`session ${session} appraised`, found);

  const roots = rootsOf(acts);
  for (const { session, submission, answers } of witnessed) {
    expectOne(`the witnessed nonce of ${session.id}`, issued.get(session.nonce));
    if (answers.length === 0) continue;
    const found = appraised.get(session.id);
    expectOne(`the answered submission of ${session.id}`, found);
    const digest = submission === null ? undefined : hash('sha256', submission.bundle, 'hex');
    const [proven] = found ?? [];
    if (digest !== undefined && proven?.act.body['evidenceSha256'] !== digest) {
      faults.push(`${session.id} was appraised for other bytes`);
    }
    for (const answer of answers) {
      const { receipt } = JSON.parse(answer);
      if (receipt === undefined && mayLackReceipts) continue;
      const { leafIndex, checkpoint } = verifyReceipt(receipt, log);
      if (leafIndex !== proven?.leafIndex) faults.push(`${session.id} stands elsewhere`);
      if (roots[checkpoint.size] !== toHex(checkpoint.root))
        faults.push(`${session.id} is of another history`);
    }
  }
  return { leaves: acts.length, faults };
}

async function provenActs(
  data: string,
  keys: { readonly log: SigningKey },
  log: NoteVerifier,
): Promise<ProvenAct[]> {
  const store = await openTestStore({ folder: data });
  try {
    const context = { store, keys, config: { logOrigin: LOG_ORIGIN } };
    const size = (await store.first(readHead, {}))?.size ?? 0;
    const acts: ProvenAct[] = [];
    while (acts.length < size) acts.push(verifyReceipt(await receiptFor(context, acts.length), log));
    return acts;
  } finally {
    await store.close();
  }
}

function ofType(type: string): (proven: ProvenAct) => boolean {
  return ({ act }) => act.type === type;
}

/** The root of each beginning of the log, by its size, in hexadecimal. */
function rootsOf(acts: readonly ProvenAct[]): readonly string[] {
  let range = EMPTY_RANGE;
  const roots = [toHex(rootOf(range))];
  for (const { act } of acts) {
    range = append(range, leafOf(act)).range;
    roots.push(toHex(rootOf(range)));
  }
  return roots;
}
