import type { Session } from '../../src/protocol/session.ts';
import { session as sessionSchema } from '../../src/protocol/session.ts';
import type { Connection, Reply } from '../fleet/connection.ts';
import {
  bundleOf,
  type FleetHost,
  openSession,
  proveEvidence,
  submitEvidence,
  submitWith,
} from '../fleet/host.ts';

/** A session that the verifier said it had issued, and what became of it as far as its host knows. */
export type Witnessed = {
  readonly host: FleetHost;
  readonly session: Session;
  /** What was submitted, with its proof; null where the verifier was gone before. */
  submission: { readonly bundle: string; readonly proof: string } | null;
  /** Whole answers, one for each time that it was sent. None: nobody knows whether the submission counts. */
  readonly answers: string[];
};

/**
 * One host's share of the load: attests, again and again, until the verifier is gone, and notes everything that was said
 * before that. Any refusal is an error.
 */
export async function attestUntilGone(
  connection: Connection,
  host: FleetHost,
  notes: Witnessed[],
): Promise<void> {
  for (;;) {
    const opened = await orGone(openSession(connection, host));
    if (opened === null) return;
    if (opened.status === 429) continue; // within the same millisecond
    if (opened.status !== 201) throw new Error(`no session: ${opened.status} ${opened.text}`);
    const session = sessionSchema.parse(JSON.parse(opened.text));
    const note: Witnessed = { host, session, submission: null, answers: [] };
    notes.push(note);
    const bundle = await bundleOf(host, session);
    const proof = await proveEvidence(host, session.id);
    note.submission = { bundle, proof };
    const answered = await orGone(submitWith(connection, proof, session.id, bundle));
    if (answered === null) return;
    if (answered.status !== 200) throw new Error(`not appraised: ${answered.status} ${answered.text}`);
    note.answers.push(answered.text);
  }
}

/** A few attestations of one host, each accepted. */
export async function attestTimes(connection: Connection, host: FleetHost, times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    const opened = await openSession(connection, host);
    if (opened.status === 429) continue;
    const session = sessionSchema.parse(JSON.parse(opened.text));
    const { status, text } = await submitEvidence(
      connection,
      host,
      session.id,
      await bundleOf(host, session),
    );
    if (status !== 200) throw new Error(`not appraised: ${status} ${text}`);
    done++;
  }
}

/** Null where the connection broke; whatever was received by then was cut short and says nothing. */
async function orGone(reply: Promise<Reply>): Promise<Reply | null> {
  try {
    return await reply;
  } catch {
    return null;
  }
}

/** The stored part of an answer, byte for byte: its receipt is made anew, in the newest tree, for every repetition. */
function withoutReceipt(answer: string): string {
  const receipt = answer.lastIndexOf(',"receipt":');
  return receipt === -1 ? answer : `${answer.slice(0, receipt)}}`;
}

/**
 * Holds a verifier that was killed since against what it had said: each answer comes back for the same bytes, byte for
 * byte; other bytes for the same session are refused, as is the proof that was used; a session without a submission is
 * still open for one. Where no answer had come back, the submission may count or not, and the same bytes get their answer.
 *
 * @returns what contradicts any of it; none is the proof
 */
export async function contradictions(
  connection: Connection,
  notes: readonly Witnessed[],
): Promise<readonly string[]> {
  const found: string[] = [];
  const hold = async (note: Witnessed): Promise<void> => {
    const { host, session, submission } = note;
    const expectReply = (what: string, reply: Reply, status: number, word: string): void => {
      if (reply.status === status && reply.text.includes(word)) return;
      found.push(`${what} of ${session.id}: ${reply.status} ${reply.text.slice(0, 300)}`);
    };
    const bundle = submission?.bundle ?? (await bundleOf(host, session));
    const repeated = await submitEvidence(connection, host, session.id, bundle);
    expectReply('repetition', repeated, 200, '"outcome":"accepted"');
    const [known] = note.answers;
    if (known !== undefined && withoutReceipt(repeated.text) !== withoutReceipt(known)) {
      found.push(`another answer of ${session.id}`);
    }
    note.answers.push(repeated.text);
    const other = await submitEvidence(connection, host, session.id, await bundleOf(host, session));
    expectReply('second submission', other, 409, 'session_already_submitted');
    if (known === undefined || submission === null) return;
    const replayed = await submitWith(connection, submission.proof, session.id, bundle);
    expectReply('replayed proof', replayed, 401, 'dpop_replayed');
  };
  await Promise.all(notes.map(hold));
  return found;
}
