import { Bulk } from '../bulk.ts';
import { growLog } from './grown-log.ts';

/** By column, what differs between a host and those made like it: `f` has their names, `t` is the host's own row. All else is as with it. */
type Differing = Readonly<Record<string, string>>;
/** `host`: how a row of `t` says whose it is, as an expression. */
type Copied = { readonly host: string; readonly differing: Differing };

const COPIED: Readonly<Record<string, Copied>> = {
  device: {
    host: '(select id from host where device_id = t.id)',
    differing: {
      id: 'f.device',
      natural_key: "'tpm-ek:' || f.sha256",
      identity_sha256: 'f.sha256',
      facility_id: 'f.facility',
      // As with devices that attest: nothing is due before their evidence is old.
      look_at_ms: 't.look_at_ms + 86400000',
    },
  },
  enrolment_token: {
    host: 't.host_id',
    differing: {
      id: 'f.token',
      secret_hash: 'lower(hex(randomblob(32)))',
      host_id: 'f.host',
      facility_id: 'f.facility',
    },
  },
  enrolment: {
    host: 't.host_id',
    differing: {
      id: `'enr_' || f.tail`,
      facility_id: 'f.facility',
      token_id: 'f.token',
      host_id: 'f.host',
      jkt: 'f.jkt',
      tpm: 'null',
      findings: `'{"checks":[],"notPerformed":[]}'`,
    },
  },
  host: {
    host: 't.id',
    differing: {
      id: 'f.host',
      identity_sha256: 'f.sha256',
      jkt: 'f.jkt',
      ak_name: 'randomblob(34)',
      device_id: 'f.device',
      facility_id: 'f.facility',
    },
  },
  host_state: {
    host: 't.host_id',
    differing: { host_id: 'f.host', session_id: 'f.session', evidence_session_id: 'f.session' },
  },
  host_summary: { host: 't.host_id', differing: { host_id: 'f.host', facility_id: 'f.facility' } },
  session: {
    host: 't.host_id',
    differing: {
      id: 'f.session',
      host_id: 'f.host',
      nonce: 'randomblob(32)',
      evidence_digest: 'f.evidence',
    },
  },
  appraisal: {
    host: 't.host_id',
    differing: {
      session_id: 'f.session',
      host_id: 'f.host',
      evidence_digest: 'f.evidence',
      answer: `'{}'`,
      inputs: 'null',
      leaf_index: 'f.leaf',
    },
  },
  evidence: {
    host: '(select host_id from session where evidence_digest = t.digest)',
    differing: { digest: 'f.evidence', content: `x''` },
  },
  proven_chip: {
    host: 't.host_id',
    differing: {
      chip_sha256: 'f.chip',
      host_id: 'f.host',
      evidence: 'replace(t.evidence, t.chip_sha256, f.chip)',
    },
  },
};

const HOSTS_AT_ONCE = 100;

/**
 * Puts enrolled hosts into the embedded database of a verifier that does not run, by set-based statements: each host that is there, once it has attested, is one of so many like it, which have names,
 * keys and digests of their own, a facility for each such group, a session, an appraisal, a chip and a leaf of the log. A host's rows stand among those of its group, so that
 * the hosts that can attest are spread over the whole register. Not made: what was submitted and answered, what was found of certificates, and events, which no
 * attestation reads again.
 *
 * @param times how many hosts there are to be for each that is there
 */
export function enrolMany(data: string, times: number, tell: (progress: string) => void): void {
  const bulk = new Bulk(data);
  const tables = Object.entries(COPIED);
  bulk.exec(`create temp table copy as with recursive c(number) as (select 0 union all select number + 1 from c where number < ${times - 1})
    select number from c`);
  bulk.exec('create temp table real (number integer primary key, id text unique, facility text)');
  bulk.exec(`insert into real (id, facility) select id, facility_id from host order by id`);
  for (const [table, { host }] of tables) {
    bulk.exec(
      `create temp table t_${table} as select r.number as of_host, t.* from "${table}" t join real r on r.id = ${host}`,
    );
  }
  for (const [table] of tables) bulk.exec(`delete from "${table}"`);
  copyFacilities(bulk);
  const [head] = bulk.all('select size from log_head');
  const count = Number(bulk.all('select count(*) as hosts from real')[0]?.['hosts']);
  for (const [table] of tables) bulk.exec(`create index temp.of_${table} on t_${table} (of_host)`);
  for (let first = 1; first <= count; first += HOSTS_AT_ONCE) {
    const last = Math.min(count, first + HOSTS_AT_ONCE - 1);
    nameThem(bulk, { first, last, times, leaves: Number(head?.['size']) });
    for (const [table, { differing }] of tables) copyRows(bulk, table, differing);
    bulk.exec('drop table temp.fake');
    tell(`${last * times} hosts`);
  }
  growLog(bulk, count * (times - 1));
  tell('the log, then indexes');
  bulk.close();
}

function copyFacilities(bulk: Bulk): void {
  const columns = bulk.columnsOf('facility');
  const values = columns.map((name) => (name === 'id' ? facilityOf('r.number') : `t."${name}"`));
  bulk.exec(`insert into facility (${columns.map((name) => `"${name}"`).join()})
    select ${values.join()} from real r join facility t on t.id = r.facility`);
}

function facilityOf(number: string): string {
  return `'fac_' || printf('%026d', ${number})`;
}

type Block = {
  readonly first: number;
  readonly last: number;
  readonly times: number;
  readonly leaves: number;
};

/** A row for each host of some groups; its copy 0 is the host that is there. Identifiers have the time of that one. */
function nameThem(bulk: Bulk, { first, last, times, leaves }: Block): void {
  bulk.exec(`create temp table fake as select n.*,
      'dev_' || tail as device, 'ent_' || tail as token, 'hst_' || tail as host, 'ses_' || substr(chip, 1, 22) as session
    from (select r.number as of_host, c.number as copy, ${facilityOf('r.number')} as facility,
        substr(r.id, 5, 10) || lower(hex(randomblob(8))) as tail,
        lower(hex(randomblob(32))) as sha256, lower(hex(randomblob(32))) as chip, lower(hex(randomblob(32))) as evidence,
        substr(hex(randomblob(22)), 1, 43) as jkt,
        ${leaves} + (r.number - 1) * ${times - 1} + c.number - 1 as leaf
      from real r cross join copy c where r.number between ${first} and ${last}) n`);
}

function copyRows(bulk: Bulk, table: string, differing: Differing): void {
  const columns = bulk.columnsOf(table);
  const unknown = Object.keys(differing).filter((column) => !columns.includes(column));
  if (unknown.length > 0) throw new Error(`${table} has no ${unknown.join()}`);
  const values = columns.map((name) => {
    const other = differing[name];
    return other === undefined ? `t."${name}"` : `iif(f.copy = 0, t."${name}", ${other})`;
  });
  bulk.exec(`insert into "${table}" (${columns.map((name) => `"${name}"`).join()})
    select ${values.join()} from fake f cross join t_${table} t where t.of_host = f.of_host`);
}
