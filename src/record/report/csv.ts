import type { LicenceReport, ReportedDevice } from '../../protocol/report.ts';

const COLUMNS: readonly (readonly [
  name: string,
  value: (device: ReportedDevice) => string | number | null,
])[] = [
  ['id', ({ id }) => id],
  ['kind', ({ kind }) => kind],
  ['model', ({ model }) => model],
  ['provenModel', ({ provenModel }) => provenModel],
  ['serial', ({ serial }) => serial],
  ['serialLink', ({ serialLink }) => serialLink],
  ['facilityId', ({ facilityId }) => facilityId],
  ['hostId', ({ hostId }) => hostId],
  ['state', ({ state }) => state],
  ['moved', ({ moved }) => moved.join(' ')],
  ['level', ({ label }) => label],
  ['place', ({ facts }) => facts.place.verdict],
  ['grade', ({ facts }) => facts.place.grade],
  ['f', ({ facts }) => facts.place.toleratedLiars],
  ['weaknesses', ({ weaknesses }) => weaknesses.join(' ')],
  ['evidenceIssuedAt', ({ evidenceIssuedAt }) => evidenceIssuedAt],
  ['evidenceAgeSeconds', ({ evidenceAgeSeconds }) => evidenceAgeSeconds],
  ['missingAt', ({ missingAt }) => missingAt],
  ['holds', ({ holds }) => holds.map(({ code }) => code).join(' ')],
];

/**

 * The devices of a report as a table (RFC 4180), header first, one a line, for spreadsheets. A table is not signed: whoever must rely on it has it made from a report that
 * was verified.
 */
export function deviceTable({ devices }: Pick<LicenceReport, 'devices'>): string {
  const lines = devices.map((device) => COLUMNS.map(([, value]) => cell(value(device))).join(','));
  return [COLUMNS.map(([name]) => name).join(','), ...lines, ''].join('\r\n');
}

/** Programs that open tables run what begins like a formula, whoever wrote it: an apostrophe makes it text. */
const FORMULA = /^[\s]*[=+\-@\t\r]/;

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const inert = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]|^\s|\s$|^'/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
