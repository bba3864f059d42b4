import { formatInstant } from '../../../bytes/instant.ts';
import * as more from '../../../store/audit/more-rows.ts';
import * as rows from '../../../store/audit/rows.ts';
import { webhooksAfter } from '../../../store/events/webhooks.ts';
import type { Statement } from '../../../store/port.ts';
import { targetDigest } from '../../webhook/digests.ts';
import { digestOf } from '../../webhook/secrets.ts';
import type { Snapshot } from '../store-source.ts';
import { idOf, PAGE, paged } from './paged.ts';
import type { StateSource } from './source.ts';

/** The year 10000, which RFC 3339 cannot write. */
const LAST_MS = 253_402_300_800_000;

/** How everything stands in a store that names no act of its own (standing.ts), kind after kind. */
export async function* storeStandings(read: Snapshot): ReturnType<StateSource['standings']> {
  const page = <R extends { readonly id: string }>(
    statement: Statement<{ after: string; limit: number }, R>,
  ) => paged((after: string) => read((view) => view.all(statement, { after, limit: PAGE })), '', idOf);
  for await (const row of page(rows.principalStandings)) {
    const state = row.disabled_at_ms === null ? 'active' : 'disabled';
    yield { subject: `principal:${row.id}`, standing: `${state} ${row.role} of ${row.tenant}` };
    yield { subject: `party-of:${row.id}`, standing: row.party_id };
  }
  for await (const { id, revoked_at_ms, jkt, x5t_s256, bind_until_ms } of page(more.tokenStandings)) {
    const state = revoked_at_ms === null ? 'good' : 'revoked';
    const until = bind_until_ms === null ? null : instantIn(bind_until_ms);
    yield { subject: `bindable:${id}`, standing: until };
    yield { subject: `token:${id}`, standing: `${state} ${jkt ?? x5t_s256 ?? 'unbound'}` };
  }
  for await (const row of page(webhooksAfter)) {
    yield { subject: `webhook:${row.id}`, standing: targetDigest(row) };
    yield { subject: `webhook-secret:${row.id}`, standing: digestOf(row) };
  }
  for await (const { id, cleared_at_ms } of page(rows.latchStandings))
    yield { subject: `latch:${id}`, standing: cleared_at_ms === null ? 'open' : null };
  for await (const { id, suspended_at_ms, facility_id, jkt, kind, identity_sha256 } of page(
    rows.hostStandings,
  )) {
    yield { subject: `host:${id}`, standing: suspended_at_ms === null ? null : 'suspended' };
    const by = kind === 'tpm' ? `tpm ${identity_sha256}` : kind;
    yield { subject: `host-at:${id}`, standing: `${facility_id} ${jkt} ${by}` };
  }
  for await (const { id, standing } of page(rows.partyStandings)) yield { subject: `party:${id}`, standing };
  for await (const { id, notes } of page(more.notesOfIncidents))
    yield { subject: `notes:${id}`, standing: String(notes) };
  for await (const { id, periods } of page(more.openPeriods))
    yield { subject: `periods:${id}`, standing: String(periods) };
}

/** What is no instant is shown as it stands: whoever wrote it stops no audit by it. */
function instantIn(ms: number): string {
  return ms >= 0 && ms < LAST_MS ? formatInstant(new Date(ms)) : String(ms);
}
