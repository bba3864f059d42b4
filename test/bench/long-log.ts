import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { canonicalJson } from '../../src/bytes/canonical-json.ts';
import { contentDigest } from '../../src/evidence/digest.ts';
import type { ActBody } from '../../src/record/leaf.ts';
import { SALT_BYTES } from '../../src/record/leaf.ts';
import { rootOf } from '../../src/record/merkle.ts';
import { appendAct, type LogState, loadLog } from '../../src/store/log/state.ts';
import { DATABASE_FILE, openSqliteStore } from '../../src/store/sqlite/open.ts';

/** Between two sessions: each answers in a second of its own. */
const STEP_MS = 4_000;
/** Acts of one transaction. */
const AT_ONCE = 100_000;

/** The host that all sessions are of. */
const HOST = `
  insert or ignore into host (id, tenant, facility_id, kind, identity_sha256, jkt, host_key, device_id, enrolled_at_ms, version)
  values ('hst_long', 'acme', 'fac_long', 'tpm', 'long', 'long', '{}', 'dev_long', 0, 1)`;

export type LongLog = {
  /** Leaves, at least. */
  readonly leaves: number;
  /** Of all sessions one in so many is answered, and what came is kept. */
  readonly answeredEach: number;
  /** Bytes of each submission and each answer. */
  readonly bytes?: number;
};

/**
 * Makes a log grow by sessions, appraisals and decisions that nobody made, with their rows, as quickly as a disk takes them: by the store's own
 * code for leaves and nodes, past its queue. What is kept agrees with its leaf; nothing of it could be judged again, and it says so.
 */
export async function growLog(
  folder: string,
  { leaves, answeredEach, bytes = 1_500 }: LongLog,
): Promise<void> {
  const store = await openSqliteStore({ folder });
  let state = await store.read(loadLog);
  await store.close();
  const db = new DatabaseSync(join(folder, DATABASE_FILE));
  db.exec('PRAGMA synchronous = OFF');
  db.exec(HOST);
  const leafRow = db.prepare(
    'insert into log_leaf (leaf_index, type, at_ms, tenant, body, salt) values (?, ?, ?, ?, ?, ?)',
  );
  const nodeRow = db.prepare('insert into log_node (position, hash) values (?, ?)');
  const sessionRow = db.prepare(
    `insert into session (id, host_id, nonce, issued_at_ms, expires_at_ms) values (?, 'hst_long', ?, ?, ?)`,
  );
  const appraisalRow = db.prepare(
    `insert into appraisal (session_id, host_id, tenant, evidence_digest, outcome, at_ms, answer, leaf_index, inputs)
     values (?, 'hst_long', 'acme', ?, 'accepted', ?, ?, ?, null)`,
  );
  const evidenceRow = db.prepare(
    `insert into evidence (digest, media_type, content, received_at_ms) values (?, 'application/octet-stream', ?, ?)`,
  );
  const decisionRow = db.prepare(
    `insert into decision (id, licence_id, tenant, outcome, at_ms, answer, leaf_index) values (?, 'lic_long', 'acme', 'allow', ?, ?, ?)`,
  );
  const record = (type: string, atMs: number, body: ActBody): number => {
    const act = { type, at: new Date(atMs), tenant: 'acme', body, salt: randomBytes(SALT_BYTES) };
    const { state: next, leaf, nodes } = appendAct(state, act);
    leafRow.run(leaf.leafIndex, leaf.type, leaf.atMs, leaf.tenant, leaf.body, leaf.salt);
    for (const { position, hash: node } of nodes) nodeRow.run(position, node);
    state = next;
    return leaf.leafIndex;
  };
  const moveHead = ({ range, highWaterMs }: LogState): void =>
    void db
      .prepare('update log_head set size = ?, root = ?, high_water_ms = ?')
      .run(range.size, rootOf(range), highWaterMs);

  if (db.prepare(`select id from licence where id = 'lic_long'`).get() === undefined) {
    const enrolled = { hostId: 'hst_long', facilityId: 'fac_long', jkt: 'long', ekSha256: 'long' };
    record('host.enrolled', state.highWaterMs + STEP_MS, enrolled);
    const said = { licenceId: 'lic_long', holder: 'chips', conditions: {}, by: 'long' };
    const leaf = record('licence.granted', state.highWaterMs + STEP_MS, said);
    db.prepare(
      `insert into licence (id, tenant, conditions, status, created_by, created_at_ms, version, leaf_index)
       values ('lic_long', 'chips', '{}', 'active', 'long', 0, 1, ?)`,
    ).run(leaf);
  }
  const padding = 'x'.repeat(bytes);
  const session = (count: number): void => {
    const atMs = state.highWaterMs + STEP_MS;
    const sessionId = `ses_${hash('sha256', `${state.range.size}`, 'base64url').slice(0, 26)}`;
    const nonce = hash('sha256', sessionId, 'base64url');
    record('session.issued', atMs, {
      sessionId,
      hostId: 'hst_long',
      nonce,
      expiresAt: new Date(atMs + 300_000).toISOString(),
    });
    sessionRow.run(sessionId, Buffer.from(nonce, 'base64url'), atMs, atMs + 300_000);
    if (count % answeredEach !== 0) return;
    const evidence = Buffer.from(`${sessionId}${padding}`);
    const evidenceSha256 = hash('sha256', evidence, 'hex');
    const answer = canonicalJson({ ear: '', appraisal: { sessionId, padding } });
    const leafIndex = record('appraisal', atMs + 500, {
      ...{
        sessionId,
        hostId: 'hst_long',
        evidenceSha256,
        outcome: 'accepted',
        reasons: [],
        devices: [],
        referenceSets: [],
      },
      ...{ trustInputs: [], earSha256: '', answerSha256: hash('sha256', answer, 'hex') },
    });
    evidenceRow.run(evidenceSha256, evidence, atMs);
    appraisalRow.run(sessionId, evidenceSha256, atMs + 500, answer, leafIndex);
    if (count % (answeredEach * 20) !== 0) return;
    const decisionId = `dec_${sessionId.slice(4)}`;
    const decided = {
      devices: [{ id: 'dev_long', allowed: true, evidenceIssuedAt: new Date(atMs).toISOString() }],
    };
    const decisionLeaf = record('decision', atMs + 600, {
      ...{
        decisionId,
        outcome: 'allow',
        answerSha256: contentDigest('decision', decided),
        inputSha256: null,
        trustInputs: [],
      },
    });
    decisionRow.run(decisionId, atMs + 600, canonicalJson(decided), decisionLeaf);
  };
  for (let count = 0; state.range.size < leaves; ) {
    db.exec('begin');
    const end = Math.min(leaves, state.range.size + AT_ONCE);
    while (state.range.size < end) session(count++);
    moveHead(state);
    db.exec('commit');
  }
  db.close();
}
