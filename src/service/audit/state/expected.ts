import type { OpenAct } from '../open-act.ts';
import { type Columns, columnsOf, periodOf } from './columns.ts';
import type { RowKind } from './source.ts';

/** What an act says of the row that it brought about or changed. */
export type Expected = {
  readonly kind: RowKind;
  readonly id: string;
  /** Columns that no later act changes. */
  readonly always: Columns;
  /** Columns that stand so as long as this is the newest act of the row; null for an act that leaves the row as it was. */
  readonly newest: Columns | null;
};

/** The member of each kind's acts that names the row. */
const NAMES: { readonly [prefix: string]: readonly [RowKind, string] } = {
  licence: ['licence', 'licenceId'],
  facility: ['facility', 'facilityId'],
  party: ['party', 'partyId'],
  device: ['device', 'deviceId'],
  incident: ['incident', 'incidentId'],
  principal: ['principal', 'principalId'],
  latch: ['latch', 'latchId'],
  host: ['host', 'hostId'],
  token: ['token', 'tokenId'],
  access: ['access', 'accessId'],
  'legal-hold': ['legal-hold', 'legalHoldId'],
  'trust-input': ['trust-input', 'trustInputId'],
  'screening-list': ['screening-list', 'version'],
  'know-your-customer': ['know-your-customer', 'knowYourCustomerId'],
};

/** Acts of these kinds that change nothing of the row: what is offered is not yet done, and notes have rows of their own. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'device.transfer-offered',
  'device.transfer-refused',
  'device.transfer-withdrawn',
  'device.transferred',
  'incident.noted',
]);

/**
 * What rows must say after an act; none for acts of which no row is kept, or is not looked at here.
 *
 * What remains unproven: columns of which no act speaks.
 */
export function expectedOf(act: OpenAct): readonly Expected[] {
  const { type, body } = act;
  const [kind, member] = NAMES[type.slice(0, type.indexOf('.'))] ?? [];
  if (kind === undefined || member === undefined || WITHOUT_EFFECT.has(type)) return [];
  const { [member]: id, periodId } = body;
  if (typeof id !== 'string') return [];
  const [always, newest] = columnsOf(act);
  const own: Expected = { kind, id, always, newest };
  if (type !== 'facility.authorised' || typeof periodId !== 'string') return [own];
  return [own, { kind: 'period', id: periodId, always: periodOf(act), newest: {} }];
}
