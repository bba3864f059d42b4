import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { createPrincipal, declareParty } from '../../../src/service/access/principals.ts';
import { openIncident } from '../../../src/service/incident/open.ts';
import { placeLegalHold } from '../../../src/service/retention/legal-holds.ts';
import { addWebhook, removeWebhook, rotateSecret } from '../../../src/service/webhook/webhooks.ts';
import { onPostgres } from '../../postgres/choice.ts';
import { ask } from '../../service/attestation/agent.ts';
import { makeFleet } from '../../service/attestation/gpu-fleet.ts';
import type { Person } from '../../service/attestation/world.ts';
import { temporaryFolder } from '../../store/temporary.ts';
import { sextant } from '../in-process.ts';

/** A verifier with people and their tokens, webhooks, notes, holds, customers, periods, moves, and a grant that was given back. */
async function makeHistory(): Promise<string> {
  const { world, host, devices, grant, decide } = await makeFleet();
  const { context, people, facilityId } = world;
  const { authority, exporter, operator, auditor } = people;
  const post = async (by: Person, path: string, json: object): Promise<Record<string, string>> => {
    const { status, body } = await ask(world, path, { bearer: by.token, json });
    if (status >= 300) throw new Error(`${path}: ${JSON.stringify(body)}`);
    return body;
  };
  const licenceId = await grant({ computeQuota: { operationsE12: 1e9, windowDays: 7 } });
  const { body: decision } = await decide(licenceId);
  await post(authority, `/v1/grants/${decision.grants[0].grantId}/revocation`, { reason: 'no longer' });

  const { id: partyId = '' } = await post(exporter, '/v1/parties', { legalName: 'Customer', country: 'IS' });
  await post(exporter, `/v1/parties/${partyId}/versions`, { headquarters: 'NO', reason: 'moved' });
  await post(authority, '/v1/screening-lists', { version: '2026-01', reason: 'the new one' });
  const screening = { standing: 'clear', listVersion: '2026-01', reason: 'on no list' };
  await post(authority, `/v1/parties/${partyId}/screening`, screening);
  const examined = { reference: 'file 7', dated: '2026-01-01', reviewer: 'somebody' };
  await post(exporter, `/v1/parties/${partyId}/know-your-customer`, examined);
  await post(operator, '/v1/accesses', { partyId, facilityId });
  await post(exporter, `/v1/devices/${devices[1]}/shipment`, { reason: 'sent' });
  await declareParty(context, auditor.principal, auditor.principal.id, partyId);
  await createPrincipal(context, authority.principal, { name: 'late', role: 'operator', tenant: 'acme' });
  await placeLegalHold(context, auditor.principal, { subject: `party:${partyId}`, reason: 'inquiry' });

  const { id } = (await addWebhook(context, operator.principal, { url: 'https://a.example/' })).webhook;
  await rotateSecret(context, operator.principal, id);
  const gone = await addWebhook(context, operator.principal, { url: 'https://b.example/' });
  await removeWebhook(context, operator.principal, gone.webhook.id);
  const at = context.clock();
  const subjects = [`host:${host.hostId}`];
  const incident = await context.store.write((tx) =>
    openIncident(context, tx, { kind: 'tampering', tenant: 'acme', subjects, evidence: [], at }),
  );
  await post(operator, `/v1/incidents/${incident}/notes`, { note: 'the seal was whole' });
  await post(operator, `/v1/incidents/${incident}/notes`, { note: 'nobody was there' });
  const copy = join(temporaryFolder(), 'original.db');
  const source = new DatabaseSync(join(world.folder, 'sextant.db'));
  source.exec(`vacuum into '${copy}'`);
  source.close();
  return copy;
}

/** What somebody does with the database behind the verifier's back, and all that the audit says of it: code and about what. */
const TABLE: readonly (readonly [sql: string, said: readonly string[]])[] = [
  [
    `update bearer_token set secret_hash = 'forged' where principal_id = (select id from principal where role = 'exporter')`,
    ['state.altered token'],
  ],
  [
    `update bearer_token set scopes = scopes || ' keys:rotate' where principal_id = (select id from principal where role = 'exporter')`,
    ['state.altered token'],
  ],
  [
    `update bearer_token set principal_id = (select id from principal where name = 'late') where principal_id = (select id from principal where role = 'exporter')`,
    ['state.altered token'],
  ],
  [
    `update bearer_token set expires_at_ms = 9e14 where principal_id = (select id from principal where role = 'exporter')`,
    ['state.altered token'],
  ],
  [
    `update bearer_token set jkt = 'another' where principal_id = (select id from principal where role = 'exporter')`,
    ['state.unrecorded token'],
  ],
  [
    `update bearer_token set bind_until_ms = 9e14, jkt = null where principal_id = (select id from principal where role = 'exporter')`,
    ['state.unrecorded bindable', 'state.unrecorded token'],
  ],
  [
    `update bearer_token set revoked_at_ms = 1 where principal_id = (select id from principal where role = 'exporter')`,
    ['state.unrecorded token'],
  ],
  [
    `insert into bearer_token select 'tok_forged', principal_id, 'h', scopes, label, created_by, created_at_ms, expires_at_ms, revoked_at_ms, last_used_at_ms, jkt, bind_until_ms, x5t_s256 from bearer_token limit 1`,
    ['state.unrecorded token'],
  ],
  [
    `delete from bearer_token where principal_id = (select id from principal where role = 'exporter')`,
    ['state.absent token'],
  ],
  [`update principal set role = 'administrator' where name = 'late'`, ['state.unrecorded principal']],
  [`update principal set tenant = 'chips' where name = 'late'`, ['state.unrecorded principal']],
  [`update principal set party_id = null where party_id is not null`, ['state.unrecorded party-of']],
  [`update principal set disabled_at_ms = 1 where name = 'late'`, ['state.unrecorded principal']],
  [`update webhook set url = 'https://evil.example/'`, ['state.unrecorded webhook']],
  [`update webhook set scopes = scopes || ' trust:read'`, ['state.unrecorded webhook']],
  [`update webhook set sees_all = 1`, ['state.unrecorded webhook']],
  [`update webhook set secret = 'whsec_AAAA'`, ['state.unrecorded webhook-secret']],
  [`update webhook set secret_sha256 = 'sha256:forged'`, ['state.unrecorded webhook-secret']],
  [`delete from webhook`, ['state.absent webhook']],
  [
    `insert into webhook select 'whk_forged', tenant, principal_id, sees_all, scopes, url, types, secret, previous_secret, previous_until_ms, state, version, cursor, failures, failing_since_ms, next_attempt_ms, lease_until_ms, last_attempt_ms, last_result, created_at_ms, disabled_at_ms, secret_sha256 from webhook`,
    ['state.unrecorded webhook', 'state.unrecorded webhook-secret'],
  ],
  [`update incident_note set note = 'the seal was broken' where position = 1`, ['state.altered note']],
  [`update incident_note set "by" = 'prn_other' where position = 2`, ['state.altered note']],
  [`delete from incident_note where position = 2`, ['state.absent note', 'state.unrecorded notes']],
  [
    `insert into incident_note select incident_id, 3, at_ms, "by", 'never said' from incident_note where position = 1`,
    ['state.unrecorded notes'],
  ],
  [`delete from legal_hold`, ['state.absent legal-hold']],
  [`update legal_hold set subject = 'party:pty_other'`, ['state.altered legal-hold']],
  [
    `update legal_hold set lifted_at_ms = 1, lifted_by = 'x', lifted_reason = 'x'`,
    ['state.altered legal-hold', 'state.altered legal-hold'],
  ],
  [
    `update ledger_entry set committed = committed + 1 where kind = 'release'; update ledger_balance set committed = committed + 1 where account in (select account from ledger_entry where kind = 'release')`,
    ['state.unrecorded entry', 'state.unrecorded entry'],
  ],
  [`update facility set tier = 'tier-1'`, ['state.altered facility']],
  [`update facility set government_agreement = 1`, ['state.altered facility']],
  [
    `update facility set authorised_area = '{"countries":["NO"],"kind":"countries","name":"x","reading":"land-only"}'`,
    ['state.altered facility'],
  ],
  [`update facility set disclosure = 'area-only'`, ['state.altered facility']],
  [`update facility set authorised_from_ms = 1`, ['state.altered facility']],
  [`update facility_period set until_ms = 9e14`, ['state.altered period']],
  [`update facility_period set tier = 'tier-1'`, ['state.altered period']],
  [`update facility_period set withdrawn_at_ms = 1`, ['state.absent periods']],
  [
    `insert into facility_period select 'fap_forged', facility_id, from_ms, until_ms, tier, government_agreement, decided_by, decided_at_ms, reason, withdrawn_at_ms, leaf_index from facility_period`,
    ['state.unrecorded period', 'state.unrecorded periods'],
  ],
  [`delete from facility_period`, ['state.absent period', 'state.absent periods']],
  [
    `update screening_list set leaf_index = 0`,
    ['state.altered screening-list', 'state.unrecorded screening-list'],
  ],
  [`update know_your_customer set dated = '2026-02-02'`, ['state.altered know-your-customer']],
  [`update party_access set party_id = 'pty_other'`, ['state.altered access']],
  [`update party_access set ended_at_ms = 1, ended_by = 'x', ended_reason = 'x'`, ['state.altered access']],
  [`update party set headquarters = 'IS' where headquarters = 'NO'`, ['state.altered party']],
  [`update party set parent_id = 'pty_other' where headquarters = 'NO'`, ['state.altered party']],
  [`update party set own_ultimate_parent = 1 where headquarters = 'NO'`, ['state.altered party']],
  [`update party set list_version = '2027-01' where list_version is not null`, ['state.altered party']],
  [`update device set lifecycle = 'retired' where serial = 'GPU-2'`, ['state.altered device']],
  [`update device set shipped_at_ms = null where serial = 'GPU-2'`, ['state.altered device']],
  [`update device set due_after_days = 9999 where serial = 'GPU-2'`, ['state.altered device']],
  [`update device set party_id = 'pty_other' where serial = 'GPU-2'`, ['state.altered device']],
  [`update device set facility_id = 'fac_other' where serial = 'GPU-2'`, ['state.altered device']],
  [`update host set facility_id = 'fac_other'`, ['state.unrecorded host-at']],
  [`update host set jkt = 'another'`, ['state.unrecorded host-at']],
  [`update host set identity_sha256 = 'another'`, ['state.unrecorded host-at']],
  [`update host set kind = 'tee'`, ['state.unrecorded host-at']],
  [`update host_state set outcome = 'accepted', valid_until_ms = 9e14`, ['state.altered host']],
  [`update licence set tenant = 'other'`, ['state.altered licence']],
  [`update incident set tenant = 'chips'`, ['state.altered incident']],
  [
    `update trust_input set self_approved = 1 - self_approved where kind = 'chip-table'`,
    ['state.altered trust-input'],
  ],
  [`update trust_input set approved_by = 'x' where kind = 'chip-table'`, ['state.altered trust-input']],
  [`update host_state set facts = '{}'`, ['state.altered host']],
  [`update host_state set evidence_session_id = null`, ['state.unrecorded host']],
];

it.skipIf(onPostgres)(
  'names whatever was done to people, tokens, webhooks, notes, holds, customers, periods and moves, and nothing else',
  { timeout: 120_000 },
  async () => {
    const original = await makeHistory();
    const copy = `${original}.copy`;
    const said: Record<string, readonly string[]> = {};
    for (const [sql] of TABLE) {
      copyFileSync(original, copy);
      const db = new DatabaseSync(copy);
      db.exec(`PRAGMA foreign_keys = OFF; ${sql}`);
      db.close();
      const { stdout, stderr } = await sextant('audit', copy, '--no-replay', '--json');
      if (stdout === '') throw new Error(stderr);
      const { findings } = JSON.parse(stdout);
      said[sql] = findings
        .map(({ code, subject }: { code: string; subject: string }) => `${code} ${subject.split(' ')[0]}`)
        .sort();
    }
    expect(said).toEqual(Object.fromEntries(TABLE));
  },
);
