import type { Scope } from '../access/scopes.ts';

/**
 * Everything that is told, and the scope that shows it: whoever may read a thing hears of its changes, in the tenants that
 * they see. Names are API (docs/events.md).
 */
export const EVENT_SCOPES = {
  'host.enrolled': 'hosts:read',
  'host.suspended': 'hosts:read',
  'host.reinstated': 'hosts:read',
  'host.outcome-changed': 'hosts:read',
  'host.level-changed': 'hosts:read',
  'host.place-changed': 'hosts:read',
  'host.grant-changed': 'hosts:read',
  'chip.contested': 'hosts:read',
  'hold.set': 'latches:read',
  'hold.cleared': 'latches:read',
  'device.registered': 'devices:read',
  'device.changed': 'devices:read',
  'device.retired': 'devices:read',
  'device.state-changed': 'devices:read',
  'device.transfer-changed': 'devices:read',
  'device-manifest.imported': 'manifests:read',
  'party.registered': 'parties:read',
  'party.changed': 'parties:read',
  'party.screened': 'parties:read',
  'party.examined': 'parties:read',
  'screening-list.declared': 'parties:read',
  'access.started': 'accesses:read',
  'access.ended': 'accesses:read',
  'facility.proposed': 'facilities:read',
  'facility.authorised': 'facilities:read',
  'facility.refused': 'facilities:read',
  'facility.withdrawn': 'facilities:read',
  'facility.outage-began': 'status:read',
  'facility.outage-ended': 'status:read',
  'trust-input.proposed': 'trust:read',
  'trust-input.effective': 'trust:read',
  'trust-input.superseded': 'trust:read',
  'trust-input.refused': 'trust:read',
  'trust-input.withdrawn': 'trust:read',
  'landmarks.set-aside': 'trust:read',
  'licence.granted': 'licences:read',
  'licence.suspended': 'licences:read',
  'licence.reinstated': 'licences:read',
  'licence.revoked': 'licences:read',
  'licence.expired': 'licences:read',
  'ledger.threshold-reached': 'ledger:read',
  'ledger.adjusted': 'ledger:read',
  'allocation.committed': 'ledger:read',
  'allocation.released': 'ledger:read',
  'usage.reported': 'ledger:read',
  'grant.issued': 'grants:read',
  'grant.suspended': 'grants:read',
  'grant.reinstated': 'grants:read',
  'grant.revoked': 'grants:read',
  'decision.flipped': 'status:read',
  'challenge.ended': 'challenges:read',
  'device.challenge-unanswered': 'devices:read',
  'host.challenge-unanswered': 'hosts:read',
  'incident.opened': 'incidents:read',
  'incident.seen-again': 'incidents:read',
  'incident.reported': 'incidents:read',
  'incident.closed': 'incidents:read',
  'incident.overdue': 'incidents:read',
  'webhook.disabled': 'webhooks:read',
  'signing-key.rotated': 'keys:read',
} as const satisfies { readonly [type: string]: Scope };

export type EventType = keyof typeof EVENT_SCOPES;

export const EVENT_TYPES = Object.keys(EVENT_SCOPES) as readonly EventType[]; // keys of the table just above

/** Whether scopes show events of a type; one that this version does not know is shown to nobody. */
export function shows(scopes: ReadonlySet<string>, type: string): boolean {
  return Object.hasOwn(EVENT_SCOPES, type) && scopes.has(EVENT_SCOPES[type as EventType]); // `hasOwn` just said so
}
