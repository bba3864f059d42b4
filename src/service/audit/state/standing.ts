import type { JsonValue } from '../../../bytes/json.ts';
import type { OpenAct } from '../open-act.ts';
import type { Past } from '../past.ts';

/**
 * How acts leave what names no act of its own: by subject, `<kind>:<id>`, in a text that the rows say too (store-standings.ts). What acts end is
 * as if it had never been. An act of before it said enough leaves {@link UNSAID}: any row will do.
 */
type Standings = Map<string, string>;
type Fold = (act: OpenAct, standings: Standings) => void;

const UNSAID = '';

const FOLDS: { readonly [type: string]: Fold } = {
  'principal.created': ({ body }, standings) => {
    standings.set(`principal:${body['principalId']}`, `active ${roleOf(body)}`);
    if (typeof body['partyId'] === 'string')
      standings.set(`party-of:${body['principalId']}`, body['partyId']);
  },
  'principal.changed': ({ body }, standings) => {
    const subject = `principal:${body['principalId']}`;
    const [state = 'active'] = standings.get(subject)?.split(' ') ?? [];
    standings.set(subject, `${state} ${roleOf(body)}`);
  },
  'principal.disabled': ({ body }, standings) =>
    changed(standings, `principal:${body['principalId']}`, (before) => before.replace('active', 'disabled')),
  'principal.party-declared': ({ body }, standings) =>
    void standings.set(`party-of:${body['principalId']}`, String(body['partyId'])),
  'token.minted': ({ body }, standings) => {
    const { tokenId, jkt, x5tS256, bindUntil } = body;
    standings.set(`token:${tokenId}`, `good ${jkt ?? x5tS256 ?? 'unbound'}`);
    noteText(standings, `bindable:${tokenId}`, bindUntil);
  },
  'token.bound': ({ body: { tokenId, jkt } }, standings) => {
    standings.set(`token:${tokenId}`, `good ${jkt}`);
    standings.delete(`bindable:${tokenId}`);
  },
  'token.revoked': ({ body }, standings) =>
    changed(standings, `token:${body['tokenId']}`, (before) => before.replace('good', 'revoked')),
  'webhook.added': ({ body: { webhookId, targetSha256, secretSha256 } }, standings) => {
    standings.set(`webhook:${webhookId}`, said(targetSha256));
    standings.set(`webhook-secret:${webhookId}`, said(secretSha256));
  },
  'webhook.secret-rotated': ({ body: { webhookId, secretSha256 } }, standings) =>
    void standings.set(`webhook-secret:${webhookId}`, said(secretSha256)),
  'webhook.removed': ({ body: { webhookId } }, standings) => {
    standings.delete(`webhook:${webhookId}`);
    standings.delete(`webhook-secret:${webhookId}`);
  },
  'latch.set': ({ body }, standings) => void standings.set(`latch:${body['latchId']}`, 'open'),
  'latch.cleared': ({ body }, standings) => void standings.delete(`latch:${body['latchId']}`),
  'host.enrolled': ({ body: { hostId, facilityId, jkt, tee, ekSha256 } }, standings) => {
    const by = tee === undefined ? `tpm ${ekSha256}` : 'tee';
    standings.set(`host-at:${hostId}`, `${facilityId} ${jkt} ${by}`);
  },
  'host.suspended': ({ body }, standings) => void standings.set(`host:${body['hostId']}`, 'suspended'),
  'host.reinstated': ({ body }, standings) => void standings.delete(`host:${body['hostId']}`),
  'party.screened': noteScreened,
  'screening.imported': noteScreened,
  'incident.noted': ({ body: { incidentId } }, standings) => addOne(standings, `notes:${incidentId}`),
  'facility.authorised': ({ body: { facilityId, periodId } }, standings) => {
    if (typeof periodId === 'string') addOne(standings, `periods:${facilityId}`);
  },
  'facility.withdrawn': ({ body }, standings) => void standings.delete(`periods:${body['facilityId']}`),
};

/** Remembers what an act says of how something stands. */
export function noteStanding(act: OpenAct, { standings }: Past): void {
  FOLDS[act.type]?.(act, standings);
}

/**
 * Whether something may stand so after all that acts said of it. A party may be less than what it was screened to be: what it says of itself
 * may have changed since.
 */
export function mayStand(subject: string, standing: string | null, { standings }: Past): boolean {
  const noted = standings.get(subject) ?? null;
  if (subject.startsWith('party:')) return standing === 'unscreened' || standing === noted;
  return noted === standing || (noted === UNSAID && standing !== null);
}

/** Of what rows must be there for as long as acts leave it, and no act's own row is looked for. */
export function mustStand(subject: string): boolean {
  return /^(?:webhook|periods):/.test(subject);
}

function roleOf({ role, tenant }: OpenAct['body']): string {
  return `${role} of ${tenant}`;
}

function noteScreened({ body: { partyId, standing } }: OpenAct, standings: Standings): void {
  standings.set(`party:${partyId}`, String(standing));
}

function said(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : UNSAID;
}

/** Nothing for null, which acts say on purpose. */
function noteText(standings: Standings, subject: string, value: JsonValue | undefined): void {
  if (value !== null) standings.set(subject, said(value));
}

function changed(standings: Standings, subject: string, change: (before: string) => string): void {
  const before = standings.get(subject);
  if (before !== undefined) standings.set(subject, change(before));
}

function addOne(standings: Standings, subject: string): void {
  standings.set(subject, String(Number(standings.get(subject) ?? 0) + 1));
}
