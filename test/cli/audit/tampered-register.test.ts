import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { createPrincipal } from '../../../src/service/access/principals.ts';
import { openIncident } from '../../../src/service/incident/open.ts';
import { latchViolations } from '../../../src/service/latch/latch.ts';
import { onPostgres } from '../../postgres/choice.ts';
import { ask } from '../../service/attestation/agent.ts';
import { makeFleet } from '../../service/attestation/gpu-fleet.ts';
import { hireStranger } from '../../service/attestation/world.ts';
import { temporaryFolder } from '../../store/temporary.ts';
import { sextant } from '../in-process.ts';

/** A verifier that licensed, counted, granted, held, suspended and reported. */
async function makeHistory(): Promise<string> {
  const { world, host, grant, decide } = await makeFleet();
  const { authority } = world.people;
  const { context } = world;
  const at = context.clock();
  const change = async (path: string, json: object): Promise<void> => {
    const { status, body } = await ask(world, path, { bearer: authority.token, json });
    if (status >= 300) throw new Error(`${path}: ${JSON.stringify(body)}`);
  };
  const licenceId = await grant({ computeQuota: { operationsE12: 1e9, windowDays: 7 } });
  const { body: decision } = await decide(licenceId);
  if (decision.outcome !== 'allow') throw new Error(JSON.stringify(decision.reasons));
  const [drawn] = decision.ledger;
  await change('/v1/ledger/adjustments', { account: drawn.account, amount: -5, reason: 'counted anew' });
  await grant({ purpose: 'training' });
  const subjects = [`host:${host.hostId}`];
  const open = (kind: 'diversion' | 'tampering'): Promise<string> =>
    context.store.write((tx) =>
      openIncident(context, tx, { kind, tenant: 'acme', subjects, evidence: ['session:ses_1'], at }),
    );
  await open('tampering');
  await change(`/v1/incidents/${await open('diversion')}/closing`, { reason: 'explained' });
  await context.store.write((tx) =>
    latchViolations(context, tx, {
      host: { jkt: '', proof: { digest: 0, expiresAt: new Date(0) }, hostId: host.hostId, tenant: 'acme' },
      sessionId: 'ses_1',
      violations: [{ code: 'place.proven-outside', subject: `host:${host.hostId}`, sentence: 'elsewhere' }],
      at,
    }),
  );
  const reason = { reason: 'looked into' };
  await change(`/v1/hosts/${host.hostId}/suspension`, reason);
  await hireStranger(context);
  await createPrincipal(context, authority.principal, { name: 'gone', role: 'operator', tenant: 'acme' });
  const copy = join(temporaryFolder(), 'original.db');
  const source = new DatabaseSync(join(world.folder, 'sextant.db'));
  source.exec(`vacuum into '${copy}'`);
  source.close();
  return copy;
}

/** What somebody does with the database behind the verifier's back, and all that the audit says of it: code and about what. */
const TABLE: readonly (readonly [sql: string, said: readonly string[]])[] = [
  ['select 1', []],
  [
    `update licence set conditions = replace(conditions, 'tpm', 'tee')`,
    ['state.altered licence', 'state.altered licence'],
  ],
  [`update licence set status = 'revoked'`, ['state.altered licence', 'state.altered licence']],
  [`update facility set area = replace(area, '64.2', '65.2')`, ['state.altered facility']],
  [`update facility set authorised_until_ms = 1`, ['state.altered facility']],
  [`update party set standing = 'denied'`, ['state.unrecorded party']],
  [`update party set clear_until_ms = 9`, ['state.altered party']],
  [`update device set serial = 'GPU-9' where serial = 'GPU-1'`, ['state.altered device']],
  [`delete from device where serial = 'GPU-1'`, ['state.absent device']],
  [
    `insert into device select 'dev_forged', tenant, kind, model, 'GPU-9', 'serial:GPU-9', facility_id, party_id, identity_type, identity_sha256,
     lifecycle, created_by, created_at_ms, changed_at_ms, leaf_index, shipped_at_ms, verified_at_ms, maintenance_from_ms, maintenance_until_ms,
     due_after_days, noted_state, look_at_ms from device where serial = 'GPU-1'`,
    ['state.unrecorded device'],
  ],
  [`update principal set role = 'administrator' where name = 'gone'`, ['state.unrecorded principal']],
  [
    `insert into principal select 'prn_forged', name, role, tenant, created_by, created_at_ms, disabled_at_ms, party_id from principal limit 1`,
    ['state.unrecorded principal'],
  ],
  [`update principal set party_id = 'pty_other' where name = 'gone'`, ['state.unrecorded party-of']],
  [`update latch set cleared_at_ms = 1, cleared_by = 'x', cleared_reason = 'x'`, ['state.unrecorded latch']],
  [`update latch set sentence = 'x'`, ['state.altered latch']],
  [`delete from latch`, ['state.absent latch']],
  [`update host set suspended_at_ms = null`, ['state.unrecorded host']],
  [`update licence_grant set token = token || 'x'`, ['state.altered grant']],
  [`update licence_grant set status = 'valid'`, ['state.altered grant']],
  [`update licence_grant set expires_at_ms = expires_at_ms + 1`, ['state.altered grant']],
  [`delete from licence_grant`, ['state.absent grant']],
  [`delete from status_change`, ['state.absent status', 'state.altered grant']],
  [
    `update status_change set status = 'valid'`,
    ['state.altered grant', 'state.altered status', 'state.unrecorded status'],
  ],
  [`insert into status_change select list, 3, 9, 'valid', 1 from licence_grant`, ['state.unrecorded status']],
  [
    `update incident set subjects = '["host:hst_x"]' where state = 'open' and kind = 'tampering'`,
    ['state.altered incident'],
  ],
  [`update incident set state = 'open' where state = 'closed'`, ['state.altered incident']],
  [`delete from incident where state = 'closed'`, ['state.absent incident']],
  [
    `update ledger_balance set committed = committed - 1 where period = ''`,
    ['books.unbalanced account', 'books.unbalanced account'],
  ],
  [
    `delete from ledger_entry where reason is not null`,
    ['books.unbalanced account', 'books.unbalanced account'],
  ],
  [
    `update ledger_entry set committed = committed - 7 where reason is null and account like 'compute:licence:%';
     update ledger_balance set committed = committed - 7 where account like 'compute:licence:%'`,
    ['state.altered entry'],
  ],
  [
    `update ledger_entry set committed = -7 where reason is not null;
     update ledger_balance set committed = committed - 2 where account = (select account from ledger_entry where reason is not null)`,
    ['state.unrecorded entry'],
  ],
  [`update trust_input set state = 'withdrawn' where kind = 'chip-table'`, ['trust-input.ended trust']],
];

it.skipIf(onPostgres)(
  'names whatever was done to register, grants, statuses, incidents and books, and nothing else',
  {
    timeout: 120_000,
  },
  async () => {
    const original = await makeHistory();
    const copy = `${original}.copy`;
    const said: Record<string, readonly string[]> = {};
    for (const [sql] of TABLE) {
      copyFileSync(original, copy);
      const db = new DatabaseSync(copy);
      db.exec(`PRAGMA foreign_keys = OFF; ${sql}`);
      db.close();
      const { status, stdout, stderr } = await sextant('audit', copy, '--json');
      if (stdout === '') throw new Error(stderr);
      const { findings } = JSON.parse(stdout);
      said[sql] = findings
        .map(({ code, subject }: { code: string; subject: string }) => `${code} ${subject.split(' ')[0]}`)
        .sort();
      expect(status).toBe(findings.length === 0 ? 0 : 1);
    }
    expect(said).toEqual(Object.fromEntries(TABLE));
  },
);
