import { hash, randomUUID } from 'node:crypto';
import { type Decision, decision } from '../../src/protocol/decision.ts';
import { renewalAnswer } from '../../src/protocol/grant.ts';
import { verifyReceipt } from '../../src/record/index.ts';
import { logKeyFile } from '../../src/service/keys/file-keys.ts';
import { receiptFor } from '../../src/service/log.ts';
import { grantById, grantsOfDecision } from '../../src/store/grants/grants.ts';
import { entriesAfter } from '../../src/store/ledger/balances.ts';
import type { Store } from '../../src/store/port.ts';
import { askAs, type Connection, LOG_ORIGIN, PUBLIC_URL } from '../fleet/connection.ts';
import type { FleetHost } from '../fleet/host.ts';
import { shown } from '../http/possession.ts';
import type { LicensedFleet } from './licensed-fleet.ts';

/** A use that was asked for under a key of its own, and its answer; null where none came. */
export type AskedUse = { readonly host: FleetHost; readonly key: string; answer: Decision | null };

/** Null where the connection broke. @throws Error for any refusal */
async function ask(
  connection: Connection,
  { licenceId, authority }: LicensedFleet,
  { host, key }: AskedUse,
): Promise<Decision | null> {
  const request = { method: 'POST', url: `${PUBLIC_URL}/v1/decisions`, now: new Date() };
  const headers = {
    ...shown(authority, request),
    'idempotency-key': key,
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ licenceId, devices: host.gpus });
  const reply = await connection.ask('POST', '/v1/decisions', { headers, body }).catch(() => null);
  if (reply === null) return null;
  if (reply.status >= 300) throw new Error(`no decision: ${reply.status} ${reply.text}`);
  const said = decision.parse(JSON.parse(reply.text));
  if (said.outcome === 'allow') return said;
  throw new Error(`denied: ${reply.text}`);
}

/** One host's share of the load: asks for a new grant, again and again, until the verifier is gone. */
export async function useUntilGone(
  {
    connection,
    fleet,
    host,
  }: { readonly connection: Connection; readonly fleet: LicensedFleet; readonly host: FleetHost },
  notes: AskedUse[],
  answered: () => void,
): Promise<void> {
  for (;;) {
    const note: AskedUse = { host, key: randomUUID(), answer: null };
    notes.push(note);
    note.answer = await ask(connection, fleet, note);
    if (note.answer === null) return;
    answered();
  }
}

/** Of each host's requests as many are repeated, the newest. */
const REPEATED = 3;

/**
 * Holds a verifier that was killed since against what it had said: under its key each request has the answer that it had, and one that
 * had none gets one and keeps it; and each host's renewal goes on from its newest grant.
 */
export async function contradictions(
  connection: Connection,
  fleet: LicensedFleet,
  notes: readonly AskedUse[],
): Promise<readonly string[]> {
  const found: string[] = [];
  // What was answered long before the kill differs in nothing from what is asked again by anybody.
  const last = [...Map.groupBy(notes, (note) => note.host).values()].flatMap((own) => own.slice(-REPEATED));
  for (const note of last) {
    const known = note.answer ?? (await ask(connection, fleet, note));
    const again = await ask(connection, fleet, note);
    if (known === null || again === null || known.id !== again.id || tokens(known) !== tokens(again)) {
      found.push(`another answer under ${note.key}: ${known?.id} and ${again?.id}`);
    }
    note.answer = again;
  }
  for (const [host, own] of Map.groupBy(notes, (note) => note.host)) {
    const body = JSON.stringify({ licenceId: fleet.licenceId });
    const headers = { 'content-type': 'application/json' };
    const reply = await askAs(connection, host.hostKey, '/v1/grants/renewals', { headers, body });
    const renewed = renewalAnswer.safeParse(JSON.parse(reply.text)).data?.grant?.grantId;
    const newest = own.flatMap(({ answer }) => answer?.grants ?? []).at(-1)?.grantId;
    if (renewed !== newest)
      found.push(`${host.hostId} has ${newest} and is answered ${reply.text.slice(0, 300)}`);
  }
  return found;
}

const tokens = ({ grants = [] }: Decision): string => grants.map(({ grant }) => grant).join(' ');

/** Holds store, books and log against everything that was answered: each grant is there once, and was paid once. */
export async function examineGrants(
  store: Store,
  keys: string,
  notes: readonly AskedUse[],
): Promise<readonly string[]> {
  const found: string[] = [];
  const signing = { log: logKeyFile(keys) };
  const log = { name: LOG_ORIGIN, publicKey: signing.log.publicKey };
  const context = { store, keys: signing, config: { logOrigin: LOG_ORIGIN } };
  const entries = new Map<
    string,
    readonly { readonly decision_id: string | null; readonly committed: number }[]
  >();
  for (const { answer } of notes) {
    if (answer === null) continue;
    const issued = await store.read((view) => view.all(grantsOfDecision, { decisionId: answer.id }));
    if (issued.length !== 1) found.push(`${answer.id} issued ${issued.length} grants`);
    for (const { grantId, grant, leafIndex } of answer.grants ?? []) {
      const row = await store.first(grantById, { id: grantId });
      const { act } = verifyReceipt(await receiptFor(context, leafIndex), log);
      const isLogged =
        act.type === 'grant.issued' && act.body['grantSha256'] === hash('sha256', grant, 'hex');
      if (row?.token !== grant || !isLogged) found.push(`${grantId} is not as it was answered`);
    }
    for (const { account, amount } of answer.ledger) {
      const all =
        entries.get(account) ??
        (await store.read((view) => view.all(entriesAfter, { account, after: 0, limit: 1_000_000 })));
      entries.set(account, all);
      const own = all
        .filter(({ decision_id }) => decision_id === answer.id)
        .map(({ committed }) => committed);
      const expected = amount === 0 ? [] : [amount];
      if (own.join() !== expected.join()) found.push(`${answer.id} paid ${own.join()} and not ${amount}`);
    }
  }
  return found;
}
