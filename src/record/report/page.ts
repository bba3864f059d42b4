import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { escapedMarkup as escaped } from '../../bytes/markup.ts';
import type { LicenceReport, ProvenLeaf, ReportedDevice } from '../../protocol/report.ts';
import { WEAKNESSES } from './weaknesses.ts';

/** Whether a report was verified, for its page to say. */
export type PageVerdict = { readonly accepted: boolean; readonly sentence: string };

/**
 * A report as one page that needs nothing else: no script, no address, nothing that is fetched; it prints as it stands. Names are whoever's
 * who gave them: everything is escaped.
 */
export function reportPage(report: LicenceReport, verdict: PageVerdict): string {
  const { licence, period, inventoryAt, totals, issuer, log, trustInputs, verifier } = report;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Report on ${escaped(licence.id)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>${STYLE}</style></head><body>
<h1>Report on ${escaped(licence.id)}</h1>
<p class="verdict ${verdict.accepted ? 'good' : 'bad'}">${escaped(verdict.sentence)}</p>
${facts([
  ['Holder', licence.holder],
  ['Licence', `${licence.status}, ${licence.validFrom} to ${licence.validUntil}`],
  ['Period', `${period.from} to ${period.until}`],
  ['As of', inventoryAt],
  [
    'Verifier',
    `${issuer} (${verifier.developer} ${verifier.build}), operated by ${verifier.operatedBy.join(', ')}`,
  ],
  ['Log', `${log.origin}, ${log.size} leaves`],
  [
    'Trust inputs',
    `${trustInputs.count}, ${trustInputs.sha256}${trustInputs.selfApproved ? ', some proposed and approved by one principal' : ''}`,
  ],
  ['Conditions', licence.conditionsSha256],
  ['Waived', licence.waivers.join(', ') || 'nothing'],
])}
${section(
  'No longer kept',
  ['What', 'Of before'],
  report.deleted.map(({ class: of, until }) => [of, until]),
)}
<h2>In numbers</h2>
${table(
  [
    'Devices',
    'Verified',
    'Missing',
    'Moved',
    'Held',
    'Decisions allowed',
    'Denied',
    'Grants',
    'Incidents open',
    'Overdue',
  ],
  [
    [
      ...[
        totals.devices.named,
        totals.devices.verified,
        totals.devices.missing,
        totals.devices.moved,
        totals.devices.held,
      ],
      ...[totals.decisions.allowed, totals.decisions.denied, totals.grants.issued],
      ...[totals.incidents.open, totals.incidents.overdue],
    ],
  ],
)}
${section('Devices', ['Device', 'Model', 'Serial', 'State', 'Moved', 'Level', 'Evidence', 'Weaknesses', 'Holds'], report.devices.map(deviceRow))}
${section('What the weaknesses mean', ['Code', 'Meaning'], meanings(report.devices))}
${section('States in the period', ['Device', 'When', 'From', 'To', 'Leaf'], report.devices.flatMap(historyRows))}
${section('Unannounced challenges', ['Device', 'Drawn', 'Order', 'Outcome'], report.devices.flatMap(challengeRows))}
${section(
  'Holds',
  ['Subject', 'Code', 'Since', 'Why'],
  report.holds.map(({ subject, code, since, sentence }) => [subject, code, since, sentence]),
)}
${section('Incidents', ['Incident', 'Kind', 'State', 'Opened', 'Due', 'About'], report.incidents.map(incidentRow))}
${section(
  'Ledger',
  ['Account', 'Unit', 'Reserved', 'Committed', 'In the period'],
  report.ledger.map(({ account, unit, reserved, committed, inPeriod }) => [
    account,
    unit,
    reserved,
    committed,
    inPeriod ?? '–',
  ]),
)}
${section('Decisions', ['When', 'Action', 'Outcome', 'Devices allowed', 'Reasons', 'Leaf'], report.decisions.map(decisionRow))}
${section(
  'Grants',
  ['Grant', 'Host', 'Issued', 'Expires', 'Devices', 'Status', 'Leaf'],
  report.grants.map(({ grantId, hostId, issuedAt, expiresAt, devices, status, leafIndex }) => [
    grantId,
    hostId,
    issuedAt,
    expiresAt,
    devices,
    status,
    leafIndex,
  ]),
)}
${section(
  'Rule packs',
  ['Name', 'Version', 'SHA-256'],
  licence.rulePacks.map(({ name, version, sha256 }) => [name, version, sha256 ?? 'not in force']),
)}
${section(
  'Trust inputs in force',
  ['Kind', 'Name', 'Version', 'SHA-256'],
  (trustInputs.inputs ?? []).map(({ kind, name, version, sha256 }) => [kind, name, version, sha256]),
)}
</body></html>
`;
}

type Cell = string | number;

function deviceRow(device: ReportedDevice): readonly Cell[] {
  const {
    id,
    kind,
    model,
    provenModel,
    serial,
    serialLink,
    state,
    moved,
    label,
    facts: known,
    weaknesses,
    holds,
  } = device;
  const { evidenceIssuedAt, evidenceAgeSeconds } = device;
  const age = evidenceIssuedAt === null ? 'none' : `${evidenceIssuedAt}, ${evidenceAgeSeconds} s old`;
  return [
    `${id} (${kind})`,
    provenModel ?? model ?? '–',
    serial === null ? '–' : `${serial} (${serialLink})`,
    state,
    moved.join(', ') || '–',
    `${label}, ${known.place.verdict}`,
    age,
    weaknesses.join(', ') || 'none',
    holds.map(({ code }) => code).join(', ') || '–',
  ];
}

function historyRows({ id, history, historyIsCut }: ReportedDevice): (readonly Cell[])[] {
  const rows = history.map(({ at, from, to, leafIndex }) => [id, at, from, to, leafIndex]);
  return historyIsCut ? [...rows, [id, 'and more', '', '', '']] : rows;
}

function challengeRows({ id, challenges }: ReportedDevice): (readonly Cell[])[] {
  return challenges.map(({ drawnAt, orderId, outcome }) => [id, drawnAt, orderId, outcome]);
}

function incidentRow({
  id,
  kind,
  state,
  openedAt,
  dueAt,
  overdue,
  subjects,
}: LicenceReport['incidents'][number]): readonly Cell[] {
  return [id, kind, state, openedAt, overdue ? `${dueAt}, overdue` : dueAt, subjects.join(', ')];
}

function decisionRow({ act, leafIndex }: ProvenLeaf): readonly Cell[] {
  const value = (name: string): JsonValue => {
    const body = act['body'] as JsonValue; // of a receipt: any JSON
    return isJsonObject(body) ? (body[name] ?? null) : null;
  };
  const reasons = value('reasons');
  return [
    String(act['at']),
    String(value('action')),
    String(value('outcome')),
    `${value('allowed')} of ${value('devices')}`,
    Array.isArray(reasons) ? reasons.join(', ') : '',
    leafIndex,
  ];
}

function meanings(devices: readonly ReportedDevice[]): (readonly Cell[])[] {
  const found = new Set(devices.flatMap(({ weaknesses }) => weaknesses));
  return Object.entries(WEAKNESSES).filter(([code]) => found.has(code));
}

function facts(rows: readonly (readonly [name: string, value: string])[]): string {
  return `<dl>${rows.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('\n')}</dl>`;
}

function section(title: string, head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return rows.length === 0 ? '' : `<h2>${escaped(title)}</h2>${table(head, rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => `<tr>${cells.map(cell).join('')}</tr>`;
  const names = head.map((name) => `<th scope="col">${escaped(name)}</th>`).join('');
  return `<table><thead><tr>${names}</tr></thead><tbody>${rows.map(line).join('\n')}</tbody></table>`;
}

function cell(value: Cell): string {
  return typeof value === 'number' ? `<td class="n">${value}</td>` : `<td>${escaped(value)}</td>`;
}

const STYLE = `body{font:14px/1.45 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem;break-after:avoid}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.25rem .4rem;border-bottom:1px solid #ddd;overflow-wrap:anywhere}.n{text-align:right}
thead{display:table-header-group}tr{break-inside:avoid}
dt{float:left;clear:left;width:8rem;color:#555}dd{margin-left:9rem;overflow-wrap:anywhere}
.verdict{padding:.6rem .8rem;border-left:.4rem solid #2b7a3d;background:#eef7f0}.verdict.bad{border-color:#b3261e;background:#fbeeed}
@media print{@page{size:A4 landscape;margin:12mm}body{margin:0;max-width:none;font-size:9pt}}`;
