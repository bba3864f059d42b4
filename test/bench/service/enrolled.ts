import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DATABASE_FILE } from '../../../src/store/sqlite/open.ts';

/** A page cache in which a million rows are put in random order without reading them back, KiB. */
const CACHE_KIB = 2_000_000;

/** By table, what differs between one enrolled host and the next; all else is as with the host that is there. */
const ROWS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  device: {
    id: 'f.device',
    natural_key: "'tpm-ek:' || f.sha256",
    identity_sha256: 'f.sha256',
    facility_id: 'f.facility',
    // As with devices that attest: nothing is due before their evidence is old.
    look_at_ms: 't.look_at_ms + 86400000',
  },
  enrolment_token: {
    id: 'f.token',
    secret_hash: 'f.secret',
    host_id: 'f.host',
    facility_id: 'f.facility',
  },
  enrolment: {
    id: 'f.enrolment',
    facility_id: 'f.facility',
    token_id: 'f.token',
    host_id: 'f.host',
    jkt: 'f.jkt',
    findings: `'{"checks":[],"notPerformed":[]}'`,
  },
  host: {
    id: 'f.host',
    identity_sha256: 'f.sha256',
    jkt: 'f.jkt',
    ak_name: 'f.ak_name',
    device_id: 'f.device',
    facility_id: 'f.facility',
  },
  host_state: { host_id: 'f.host' },
};

const HOSTS_A_FACILITY = 1_000;

const NEW = `
  'dev_' || lower(hex(randomblob(13))) as device, 'ent_' || lower(hex(randomblob(13))) as token,
  'enr_' || lower(hex(randomblob(13))) as enrolment, 'hst_' || lower(hex(randomblob(13))) as host,
  lower(hex(randomblob(32))) as sha256, lower(hex(randomblob(32))) as secret,
  substr(hex(randomblob(32)), 1, 43) as jkt, randomblob(34) as ak_name,
  'fac_' || printf('%026d', i / ${HOSTS_A_FACILITY}) as facility`;

/**
 * Puts so many enrolled hosts into the embedded database of a verifier that does not run, like its first one and none of them able
 * to say anything. Their names are random, so that real hosts' rows lie between theirs; a
 * thousand share a facility. Not made: their acts in the log, and what
 * was found of their certificates, which nothing reads again.
 */
export function enrolMany(data: string, count: number): void {
  const database = new DatabaseSync(join(data, DATABASE_FILE));
  try {
    for (const setting of ['journal_mode = delete', 'synchronous = off', `cache_size = -${CACHE_KIB}`]) {
      database.exec(`pragma ${setting}`);
    }
    database.exec('pragma temp_store = memory');
    database.exec(`create temp table fake as
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count}) select ${NEW} from n`);
    database.exec('begin');
    copyRows(database, 'facility', '(select distinct facility from fake)', { id: 'f.facility' });
    for (const [table, differing] of Object.entries(ROWS)) copyRows(database, table, 'fake', differing);
    database.exec('commit');
    database.exec('pragma journal_mode = wal');
  } finally {
    database.close();
  }
}

/** The table's first row once for each row of `source`, but for what differs. */
function copyRows(
  database: DatabaseSync,
  table: string,
  source: string,
  differing: Readonly<Record<string, string>>,
): void {
  const names = database.prepare(`select name from pragma_table_info('${table}')`).all();
  const columns = names.map(({ name }) => String(name));
  const values = columns.map((name) => differing[name] ?? `t."${name}"`);
  database.exec(`insert into "${table}" (${columns.map((name) => `"${name}"`).join()})
    select ${values.join()} from ${source} f, (select * from "${table}" limit 1) t`);
}
