import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { entryOfText } from '../../../src/record/leaf.ts';
import { append, EMPTY_RANGE, leafHash, rootOf } from '../../../src/record/merkle.ts';
import { nodePosition } from '../../../src/store/log/position.ts';
import { onPostgres } from '../../postgres/choice.ts';
import { sextant } from '../in-process.ts';
import { makeStory, type Story } from './story.ts';

type Tampering = (db: DatabaseSync) => void;

const run =
  (sql: string): Tampering =>
  (db) =>
    void db.exec(sql);
const swap =
  (table: string, key: string, columns: readonly string[], pair: string): Tampering =>
  (db) => {
    const rows = db
      .prepare(`select ${key}, ${columns.join(', ')} from ${table} where ${pair} order by ${key} limit 2`)
      .all();
    const [one, other] = rows;
    if (one === undefined || other === undefined) throw new Error('no pair');
    const set = db.prepare(
      `update ${table} set ${columns.map((column) => `${column} = ?`).join(', ')} where ${key} = ?`,
    );
    set.run(...columns.map((column) => other[column] ?? null), one[key] ?? null);
    set.run(...columns.map((column) => one[column] ?? null), other[key] ?? null);
  };
const LEAF = ['type', 'at_ms', 'tenant', 'body', 'salt'];

/** Writes the tree anew over whatever the leaves now say: what somebody does who knows how the log is made. */
const rebuilt =
  (tamper: Tampering): Tampering =>
  (db) => {
    tamper(db);
    db.exec('delete from log_node');
    const insert = db.prepare('insert into log_node (position, hash) values (?, ?)');
    let range = EMPTY_RANGE;
    for (const row of db.prepare('select * from log_leaf order by leaf_index').all() as LeafRow[]) {
      const { type, tenant, salt, at_ms, body } = row;
      const grown = append(range, leafHash(entryOfText({ type, tenant, salt, at: new Date(at_ms) }, body)));
      range = grown.range;
      for (const node of grown.completed) insert.run(nodePosition(node), node.hash);
    }
    db.prepare('update log_head set size = ?, root = ?').run(range.size, rootOf(range));
  };
type LeafRow = { type: string; tenant: string; salt: Uint8Array; at_ms: number; body: string };

/** The tampering table: what was done to a real database, and what the audit of it must say, all of it. */
const TABLE: readonly (readonly [string, Tampering, readonly string[]])[] = [
  ['nothing', () => {}, []],
  [
    'one byte of a leaf',
    run(`update log_leaf set body = substr(body, 1, 20) || 'x' || substr(body, 22) where leaf_index = 9`),
    ['log.leaf-altered'],
  ],
  [
    'one byte of an act',
    run(`update log_leaf set tenant = 'acmf' where leaf_index = 9`),
    ['log.leaf-altered'],
  ],
  [
    'one byte of a salt',
    run(`update log_leaf set salt = zeroblob(32) where leaf_index = 9`),
    ['log.leaf-altered'],
  ],
  ['a date', run(`update log_leaf set at_ms = at_ms + 1 where leaf_index = 9`), ['log.leaf-altered']],
  [
    'one byte of a tree node',
    run(`update log_node set hash = zeroblob(32) where position = 0`),
    ['log.tile-altered'],
  ],
  ['a removed row', run(`delete from log_leaf where leaf_index = 9`), ['log.leaf-removed']],
  [
    'a reordered pair',
    swap('log_leaf', 'leaf_index', LEAF, 'leaf_index in (9, 12)'),
    ['log.leaves-reordered'],
  ],
  [
    'a history written anew',
    rebuilt(run(`update log_leaf set tenant = 'acmf' where leaf_index = 9`)),
    ['log.forked'],
  ],
  [
    'a log cut back to an earlier state',
    rebuilt(
      run(
        `delete from log_leaf where leaf_index >= (select max(leaf_index) from log_leaf where type = 'decision')`,
      ),
    ),
    ['decision.unrecorded', 'log.rolled-back', 'state.unrecorded'],
  ],
  [
    'an edited decision',
    run(`update decision set answer = replace(answer, '"allow"', '"deny"')`),
    ['decision.altered'],
  ],
  ['a removed decision', run(`delete from decision`), ['decision.absent']],
  [
    'a decision that was never recorded',
    run(
      `insert into decision select 'dec_forged', licence_id, tenant, outcome, at_ms, answer, leaf_index, input_sha256 from decision limit 1`,
    ),
    ['decision.unrecorded'],
  ],
  [
    'a decision’s inputs',
    run(`update decision_input set content = replace(content, '"use"', '"usf"')`),
    ['inputs.altered'],
  ],
  [
    'an edited answer',
    run(`update appraisal set answer = replace(answer, '"G2"', '"G3"')`),
    ['appraisal.altered'],
  ],
  ['a removed appraisal', run(`delete from appraisal`), ['appraisal.absent', 'decision.without-evidence']],
  ['swapped evidence', swap('evidence', 'digest', ['content'], '1'), ['evidence.altered']],
  [
    'an appraisal that points at other evidence',
    swap('appraisal', 'session_id', ['evidence_digest'], '1'),
    ['evidence.swapped'],
  ],
  ['evidence that is gone', run(`delete from evidence`), ['decision.without-evidence', 'evidence.absent']],
  [
    'what an appraisal was judged by',
    run(`update appraisal set inputs = replace(inputs, '"missing"', '"missinh"')`),
    ['inputs.altered'],
  ],
  ['inputs that are gone', run(`update appraisal set inputs = null`), ['inputs.absent']],
  [
    'an approved root exchanged',
    run(
      `update trust_input set content = replace(content, '"version":"1"', '"version":"3"') where kind = 'anchors'`,
    ),
    ['trust-input.altered'],
  ],
  [
    'a trust input put in force by nobody',
    run(`update trust_input set state = 'effective' where state = 'superseded'`),
    ['trust-input.unrecorded'],
  ],
  [
    'a key without a record',
    run(
      `insert into signing_key select 'forged', purpose, alg, public_jwk, created_at_ms, active_from_ms, revoked_at_ms, longest_life_ms from signing_key limit 1`,
    ),
    ['key.unrecorded'],
  ],
];

it.skipIf(onPostgres)(
  'names whatever was done to a database by its own code, and nothing else',
  {
    timeout: 120_000,
  },
  async () => {
    const story = await makeStory();
    const said: Record<string, readonly string[]> = {};
    for (const [what, tamper] of TABLE) said[what] = await codesOf(story, tamper);
    expect(said).toEqual(Object.fromEntries(TABLE.map(([what, , codes]) => [what, codes])));
  },
);

/** Audits a copy of the verifier's database that somebody has written to, with a checkpoint that was published. */
async function codesOf(
  { world, folder, key, published, early, receipt }: Story,
  tamper: Tampering,
): Promise<string[]> {
  const source = new DatabaseSync(join(world.folder, 'sextant.db'));
  const original = join(folder, 'original.db');
  rmSync(original, { force: true });
  const copy = join(folder, 'copy.db');
  source.exec(`vacuum into '${original}'`);
  source.close();
  copyFileSync(original, copy);
  const db = new DatabaseSync(copy);
  db.exec('PRAGMA foreign_keys = OFF');
  tamper(db);
  db.close();
  const brought = ['--checkpoint', early, '--checkpoint', published, '--receipt', receipt];
  const { status, stdout, stderr } = await sextant('audit', copy, '--key', key, ...brought, '--json');
  if (stdout === '') throw new Error(stderr);
  const { found } = JSON.parse(stdout);
  const codes = Object.keys(found).sort();
  expect(status).toBe(codes.length === 0 ? 0 : 1);
  return codes;
}
