import { hash } from 'node:crypto';
import { canonicalPlainJson } from '../../../src/bytes/canonical-json.ts';
import { canonicalDigest } from '../../../src/evidence/digest.ts';
import { LIST_SIZE } from '../../../src/service/grant/status-place.ts';
import { Bulk } from '../bulk.ts';

/** By column of `p`, a row of the fleet that is there: what it is in copy `c` of it. All others are as they are there. */
type Differing = Readonly<Record<string, string>>;

/** What `fillFleet` named begins with four zeros: they count copies, so that what was registered together stands together. */
const filled = (column: string): string => `replace(p.${column}, '_0000', c.mark)`;
/** What the service named; its time stays, and no identifier has a `u`. */
const issued = (column: string): string => `substr(p.${column}, 1, 14) || c.tail || substr(p.${column}, 18)`;
/** Anywhere among all digests: of the first half of this one. */
const digest = (column: string): string =>
  `other_half(substr(p.${column}, 1, 32), c.number) || substr(p.${column}, 33)`;
const session = (column: string): string =>
  `'ses_' || substr(other_half(substr(p.${column}, 5), c.number), 1, 22)`;

/** Grants of one list before the next is opened, about. */
const GRANTS_A_LIST = Math.floor(LIST_SIZE * 0.6);
/** An odd factor takes every place of a list once. */
const grantNumber = '((c.number - 1) * n.grants + p.rowid - 1)';

/** Tables with the rows of a fleet that was filled and granted. Their order is that of writing: what refers to others stands where it will. */
const COPIED: Readonly<Record<string, { readonly where?: string; readonly differing: Differing }>> = {
  licence: { differing: { id: filled('id'), conditions: filled('conditions') } },
  delivery_tally: { differing: { licence_id: filled('licence_id') } },
  host: {
    differing: {
      id: filled('id'),
      identity_sha256: 'lower(hex(randomblob(32)))',
      ek_name: 'randomblob(34)',
      jkt: 'substr(hex(randomblob(22)), 1, 43)',
      ak_name: 'randomblob(34)',
      device_id: filled('device_id'),
      hostname: filled('hostname'),
    },
  },
  host_state: {
    differing: {
      host_id: filled('host_id'),
      session_id: session('session_id'),
      evidence_session_id: session('evidence_session_id'),
    },
  },
  session: {
    differing: {
      id: session('id'),
      host_id: filled('host_id'),
      nonce: 'randomblob(32)',
      evidence_digest: digest('evidence_digest'),
    },
  },
  appraisal: {
    differing: {
      session_id: session('session_id'),
      host_id: filled('host_id'),
      evidence_digest: digest('evidence_digest'),
    },
  },
  device: {
    differing: {
      id: filled('id'),
      serial: 'p.serial || c.number',
      natural_key: 'p.natural_key || c.number',
      identity_sha256: digest('identity_sha256'),
    },
  },
  host_device: { differing: { device_id: filled('device_id'), host_id: filled('host_id') } },
  proven_chip: {
    differing: {
      chip_sha256: digest('chip_sha256'),
      host_id: filled('host_id'),
      evidence: `replace(p.evidence, substr(p.chip_sha256, 1, 32), other_half(substr(p.chip_sha256, 1, 32), c.number))`,
    },
  },
  granted_device: { differing: { device_id: filled('device_id'), host_id: filled('host_id') } },
  decision: {
    differing: {
      id: issued('id'),
      licence_id: filled('licence_id'),
      input_sha256: digest('input_sha256'),
      answer: "'{}'",
    },
  },
  decision_standing: {
    // What was asked names the devices: of another question the answer would be the first, and a row more than a renewal writes.
    differing: {
      licence_id: filled('licence_id'),
      question: `question_sha256((select replace(g.devices, '_0000', c.mark) from p_licence_grant g
        where g.decision_id = p.decision_id))`,
      decision_id: issued('decision_id'),
    },
  },
  decision_input: {
    where: 'p.sha256 in (select input_sha256 from decision)',
    differing: { sha256: digest('sha256'), content: "'{}'" },
  },
  licence_grant: {
    differing: {
      id: issued('id'),
      licence_id: filled('licence_id'),
      host_id: filled('host_id'),
      decision_id: issued('decision_id'),
      list: `n.lists + 1 + ${grantNumber} / ${GRANTS_A_LIST}`,
      position: `(${grantNumber} % ${GRANTS_A_LIST}) * 40503 % ${LIST_SIZE}`,
      devices: filled('devices'),
    },
  },
  host_grant: {
    differing: {
      host_id: filled('host_id'),
      licence_id: filled('licence_id'),
      grant_id: issued('grant_id'),
    },
  },
  ledger_balance: {
    where: "p.account like 'compute:licence:%'",
    differing: { account: filled('account') },
  },
  ledger_entry: {
    where: "p.account like 'compute:licence:%'",
    differing: {
      account: filled('account'),
      licence_id: filled('licence_id'),
      decision_id: issued('decision_id'),
      by_id: filled('by_id'),
    },
  },
  ledger_lease: {
    differing: {
      licence_id: filled('licence_id'),
      host_id: filled('host_id'),
      terms: `other_chips(${filled('terms')}, c.number)`,
      decision_id: issued('decision_id'),
    },
  },
  ledger_leased_device: {
    differing: {
      device: `case when p.device like 'gpu!_%' escape '!'
        then 'gpu_' || other_half(substr(p.device, 5), c.number) else ${filled('device')} end`,
      licence_id: filled('licence_id'),
      host_id: filled('host_id'),
    },
  },
};

/** Copies of one statement for each table: one after the other, as they would have been registered. */
const AT_ONCE = 11;

/**
 * Writes a fleet of {@link fillFleet}, in which every host has a grant, so many times more into its register, by set-based statements: licences, hosts, GPUs and chips
 * with names and digests of their own, attested and granted as those are; the accounts of the customers are left as they are. Not made: what was weighed and answered, which only audits read, and leaves and events of these
 * acts, which only grow at their end. Tokens say what the first ones do.
 *
 * @param copies at most 99
 */
export function copyFleet(data: string, copies: number, tell: (progress: string) => void): void {
  if (copies > 99) throw new RangeError('two digits count them');
  const bulk = new Bulk(data);
  const half = (text: string | number, copy: string | number): string =>
    hash('sha256', `${copy} ${text}`, 'hex').slice(0, 32);
  bulk.define('other_half', half);
  bulk.define('other_chips', (text, copy) =>
    String(text).replace(/gpu_([0-9a-f]{32})/g, (_, chip: string) => `gpu_${half(chip, copy)}`),
  );
  bulk.define('question_sha256', (devices) => {
    const asked = { action: 'use', devices: (JSON.parse(String(devices)) as string[]).toSorted() };
    return canonicalDigest('decision-question', canonicalPlainJson(asked));
  });
  bulk.define('conditions_sha256', (text) => canonicalDigest('licence-conditions', String(text)));
  bulk.exec(`create temp table copy as with recursive c(number) as (select 1 union all select number + 1 from c where number < ${copies})
    select number, printf('_00%02d', number) as mark, printf('u%02d', number) as tail from c`);
  bulk.exec(`create temp table known as select (select max(number) from status_list) as lists,
    (select count(*) from licence_grant) as grants`);
  for (const table of Object.keys(COPIED))
    bulk.exec(`create temp table p_${table} as select * from "${table}"`);
  bulk.exec('create index temp.p_granted_by on p_licence_grant (decision_id)');
  for (let first = 1; first <= copies; first += AT_ONCE) {
    const last = Math.min(copies, first + AT_ONCE - 1);
    for (const table of Object.keys(COPIED)) copyRows(bulk, table, first, last);
    tell(`${last} of ${copies} copies`);
  }
  bulk.exec(`insert into status_list (number, opened_at_ms) select distinct list, (select max(opened_at_ms) from status_list)
    from licence_grant where list not in (select number from status_list)`);
  bulk.exec(`insert into decision_input (sha256, content) select conditions_sha256(conditions), conditions from licence where true
    on conflict do nothing`);
  tell('indexes');
  bulk.close();
}

function copyRows(bulk: Bulk, table: string, first: number, last: number): void {
  const { where = 'true', differing = {} } = COPIED[table] ?? {};
  const columns = bulk.columnsOf(table);
  const unknown = Object.keys(differing).filter((column) => !columns.includes(column));
  if (unknown.length > 0) throw new Error(`${table} has no ${unknown.join()}`);
  const values = columns.map((column) => differing[column] ?? `p."${column}"`);
  // A cross join of SQLite's keeps its order: copy by copy.
  bulk.exec(`insert into "${table}" (${columns.map((column) => `"${column}"`).join()})
    select ${values.join()} from copy c cross join p_${table} p cross join known n
    where c.number between ${first} and ${last} and ${where}`);
}
