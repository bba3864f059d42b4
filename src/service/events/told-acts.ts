import type { ActBody } from '../../record/leaf.ts';
import type { ActType } from '../acts.ts';
import type { EventType } from './types.ts';

/** What of an act is told: under which name, of what, and which members of its leaf. */
type Told = {
  /** By the act's body, where one kind of act stands for several changes. */
  readonly type: EventType | ((body: ActBody) => EventType);
  readonly subject: readonly [kind: string, member: string] | readonly [member: string];
  readonly members: readonly string[];
};

const PARTY = ['party', 'partyId'] as const;
const FACILITY = ['facility', 'facilityId'] as const;
const DEVICE = ['device', 'deviceId'] as const;
const HOST = ['host', 'hostId'] as const;
const TRUST_INPUT = ['trust-input', 'trustInputId'] as const;
const LICENCE = ['licence', 'licenceId'] as const;
const ALLOCATION = ['allocation', 'allocationId'] as const;
const INCIDENT = ['incident', 'incidentId'] as const;

const MOVED = ['from', 'to', 'dueAt', 'missingAt', 'until', 'reason', 'by'];
const TRANSFER = ['transferId', 'state', 'toTenant', 'fromTenant', 'reason', 'by'];
const ACCESS = ['accessId', 'facilityId', 'hostId', 'startedAt', 'endedAt', 'reason', 'by'];
const RULED = ['digest', 'authorisedFrom', 'authorisedUntil', 'reason', 'by'];
const VERSIONED = ['kind', 'name', 'version', 'digest', 'proposedBy', 'approvedBy', 'by', 'reason'];

/**
 * Acts that change the state of something, and so are told. Issued sessions, appraisals, decisions and the like are not: what they
 * change is told by whoever compares it with what was before (tell.ts). Members are named one by one: a leaf may hold more than
 * those who hear of it should read at a glance, such as an outline on the map.
 */
export const TOLD_ACTS: { readonly [A in ActType]?: Told } = {
  'party.registered': told('party.registered', PARTY, ['legalName', 'country', 'by']),
  'party.changed': told('party.changed', PARTY, ['version', 'legalName', 'country', 'reason', 'by']),
  'party.screened': told('party.screened', PARTY, ['standing', 'listVersion', 'clearUntil', 'reason', 'by']),
  'screening.imported': told('party.screened', PARTY, ['standing', 'listVersion', 'outcome', 'date', 'by']),
  'screening-list.declared': told(
    'screening-list.declared',
    ['screening-list', 'version'],
    ['graceSeconds', 'reason', 'by'],
  ),
  'know-your-customer.recorded': told('party.examined', PARTY, ['knowYourCustomerId', 'dated', 'by']),
  'access.started': told('access.started', PARTY, ACCESS),
  'access.ended': told('access.ended', PARTY, ACCESS),
  'facility.proposed': told('facility.proposed', FACILITY, ['name', 'country', 'operatorTenant', 'by']),
  'facility.authorised': told('facility.authorised', FACILITY, RULED),
  'facility.refused': told('facility.refused', FACILITY, RULED),
  'facility.withdrawn': told('facility.withdrawn', FACILITY, RULED),
  'device.registered': told('device.registered', DEVICE, ['kind', 'model', 'serial', 'facilityId', 'by']),
  'device.changed': told('device.changed', DEVICE, ['changes', 'by']),
  'device.retired': told('device.retired', DEVICE, ['from', 'reason', 'by']),
  'device.shipped': told('device.state-changed', DEVICE, MOVED),
  'device.returned': told('device.state-changed', DEVICE, MOVED),
  'device.maintained': told('device.state-changed', DEVICE, MOVED),
  'device.resumed': told('device.state-changed', DEVICE, MOVED),
  'device.state-changed': told('device.state-changed', DEVICE, MOVED),
  'device.transfer-offered': told('device.transfer-changed', DEVICE, TRANSFER),
  'device.transfer-refused': told('device.transfer-changed', DEVICE, TRANSFER),
  'device.transfer-withdrawn': told('device.transfer-changed', DEVICE, TRANSFER),
  'device.transferred': told('device.transfer-changed', DEVICE, TRANSFER),
  'device-manifest.imported': told(
    'device-manifest.imported',
    ['device-manifest', 'manifestId'],
    ['manufacturer', 'sha256', 'devices', 'by'],
  ),
  'trust-input.proposed': told('trust-input.proposed', TRUST_INPUT, VERSIONED),
  'trust-input.effective': told('trust-input.effective', TRUST_INPUT, VERSIONED),
  'trust-input.superseded': told('trust-input.superseded', TRUST_INPUT, VERSIONED),
  'trust-input.refused': told('trust-input.refused', TRUST_INPUT, VERSIONED),
  'trust-input.withdrawn': told('trust-input.withdrawn', TRUST_INPUT, VERSIONED),
  'landmarks.set-aside': told(
    'landmarks.set-aside',
    ['verifier', 'landmarks'],
    ['fallen', 'restored', 'setAside'],
  ),
  'host.enrolled': told('host.enrolled', HOST, ['facilityId', 'again']),
  'host.suspended': told('host.suspended', HOST, ['reason', 'by']),
  'host.reinstated': told('host.reinstated', HOST, ['reason', 'by']),
  'chip.contested': told('chip.contested', HOST, ['contestId', 'chip']),
  'latch.set': told('hold.set', ['subject'], ['latchId', 'code', 'sentence', 'sessionId']),
  'latch.cleared': told('hold.cleared', ['subject'], ['latchId', 'code', 'reason', 'by']),
  'licence.granted': told('licence.granted', LICENCE, ['holder', 'by']),
  'licence.changed': { type: licenceChange, subject: LICENCE, members: ['reason', 'cause', 'by'] },
  'grant.suspended': told('grant.suspended', ['cause'], ['grants', 'reason']),
  'grant.reinstated': told('grant.reinstated', ['cause'], ['grants']),
  'grant.revoked': told('grant.revoked', ['cause'], ['grants', 'reason']),
  'challenge.ended': told('challenge.ended', ['challenge', 'orderId'], ['outcomes']),
  'incident.opened': told('incident.opened', INCIDENT, ['kind', 'subjects', 'dueAt']),
  'incident.reported': told('incident.reported', INCIDENT, ['kind', 'reference', 'by']),
  'incident.closed': told('incident.closed', INCIDENT, ['kind', 'reason', 'by']),
  'ledger.adjusted': told(
    'ledger.adjusted',
    ['ledger-account', 'account'],
    ['amount', 'period', 'reason', 'by'],
  ),
  'allocation.committed': told('allocation.committed', ALLOCATION, ['licenceId', 'tpp', 'reason', 'by']),
  'allocation.released': told('allocation.released', ALLOCATION, ['licenceId', 'tpp', 'reason', 'by']),
  'usage.reported': told('usage.reported', LICENCE, [
    'hostId',
    'from',
    'until',
    'leasedE12',
    'creditedE12',
    'by',
  ]),
  'signing-key.rotated': told(
    'signing-key.rotated',
    ['signing-key', 'purpose'],
    ['compromised', 'reason', 'by'],
  ),
};

function told(type: EventType, subject: Told['subject'], members: readonly string[]): Told {
  return { type, subject, members };
}

function licenceChange({ status }: ActBody): EventType {
  if (status === 'active') return 'licence.reinstated';
  return status === 'revoked' ? 'licence.revoked' : 'licence.suspended';
}
