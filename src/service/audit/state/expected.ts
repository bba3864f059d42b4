import { z } from 'zod';
import { canonicalJson } from '../../../bytes/canonical-json.ts';
import { isJsonObject, type JsonValue } from '../../../bytes/json.ts';
import type { OpenAct } from '../open-act.ts';
import type { RowKind } from './source.ts';

type Columns = { readonly [column: string]: unknown };

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
 * What the row must say after an act; null for acts of which no row is kept, or is not looked at here.
 *
 * What remains unproven: columns of which no act speaks, and those that an act before the newest said (a facility's end under an earlier
 * ruling, what a device was declared as before it moved).
 */
export function expectedOf({ type, body }: OpenAct): Expected | null {
  const [kind, member] = NAMES[type.slice(0, type.indexOf('.'))] ?? [];
  if (kind === undefined || member === undefined || WITHOUT_EFFECT.has(type)) return null;
  const { [member]: id } = body;
  if (typeof id !== 'string') return null;
  const [always, newest] = columnsOf(type, body);
  return { kind, id, always, newest };
}

function columnsOf(type: string, body: OpenAct['body']): readonly [Columns, Columns | null] {
  switch (type) {
    case 'licence.granted':
      return [
        { tenant: body['holder'], conditions: canonicalJson(body['conditions'] ?? null) },
        { status: 'active' },
      ];
    case 'licence.changed':
      return [{}, { status: body['status'] }];
    case 'facility.proposed':
      return [
        {
          name: body['name'],
          country: body['country'],
          operator_tenant: body['operatorTenant'],
          area: canonicalJson(body['area'] ?? null),
          digest: body['digest'],
        },
        { state: 'proposed' },
      ];
    case 'facility.authorised':
      return [{}, { state: 'authorised', authorised_until_ms: msOf(body['authorisedUntil']) }];
    case 'facility.refused':
      return [{}, { state: 'refused' }];
    case 'facility.withdrawn':
      return [{}, { state: 'withdrawn' }];
    case 'party.registered':
      return [{}, said(body)];
    case 'party.changed':
      return [{}, { ...said(body), version: body['version'] }];
    case 'party.screened':
      return [{}, { clear_until_ms: msOf(body['clearUntil']) }];
    case 'device.registered':
      return [{ kind: body['kind'] }, declared(body)];
    case 'device.changed':
      return [{}, {}];
    case 'incident.opened':
      return [{ kind: body['kind'], subjects: JSON.stringify(body['subjects']) }, { state: 'open' }];
    case 'incident.reported':
      return [{ reference: body['reference'], reported_by: body['by'] }, { state: 'reported' }];
    case 'incident.closed':
      return [{ closed_reason: body['reason'], closed_by: body['by'], state: 'closed' }, {}];
    case 'principal.created':
      return [{ name: body['name'], role: body['role'], tenant: body['tenant'] }, null];
    case 'latch.set':
      return [latched(body), null];
    case 'host.enrolled':
    case 'host.suspended':
    case 'host.reinstated':
    case 'latch.cleared':
    case 'principal.disabled':
      return [{}, null];
    default:
      // The moves of a device say what it is now.
      return [{}, type.startsWith('device.') ? { noted_state: body['to'] } : {}];
  }
}

/** What is said of a party (service/registry/parties.ts, `saidOf`). */
function said(body: OpenAct['body']): Columns {
  return {
    legal_name: body['legalName'],
    country: body['country'],
    headquarters: body['headquarters'],
    parent_id: body['parentId'],
    ultimate_parent_id: body['ultimateParentId'],
    own_ultimate_parent: body['ownUltimateParent'] === true ? 1 : 0,
  };
}

function declared(body: OpenAct['body']): Columns {
  const { identity } = body;
  return {
    model: body['model'],
    serial: body['serial'],
    facility_id: body['facilityId'],
    party_id: body['partyId'],
    identity_sha256: isJsonObject(identity) ? identity['sha256'] : identity,
  };
}

function latched(body: OpenAct['body']): Columns {
  const [kind, ...id] = z.string().parse(body['subject']).split(':');
  return { code: body['code'], subject_kind: kind, subject_id: id.join(':') };
}

function msOf(instant: JsonValue | undefined): number | null {
  return typeof instant === 'string' ? Date.parse(instant) : null;
}
