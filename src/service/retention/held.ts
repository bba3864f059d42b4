import { incidentById } from '../../store/events/incidents.ts';
import type { View } from '../../store/port.ts';
import { holdStamp, openContests, openIncidents, openLegalHolds } from '../../store/retention/holds.ts';
import {
  devicesOfHost,
  devicesOfParty,
  hostsOfFacility,
  hostsOfLicence,
  hostsWithDevice,
  licencesOfHost,
  licencesOfSubject,
  subjectsOfLicence,
} from '../../store/retention/touched.ts';

/** What nobody may delete now. */
export type Held = {
  /** Another text as soon as a hold is placed or lifted, or an incident is opened or closed. */
  readonly stamp: string;
  /** By the identifier of whatever is touched: what holds it, `legal-hold:…`, `incident:…` or `contest:…`. */
  readonly touched: ReadonlyMap<string, string>;
};

/** Of the holds that stand now, compared again in the unit of work that deletes. */
export async function stampOfHolds(view: View): Promise<string> {
  const stamp = await view.first(holdStamp, {});
  return `${stamp?.holds}/${stamp?.incidents}`;
}

/**
 * Everything that open holds, incidents and contests touch. Which rows these are is asked of what stands today; rows of before name what
 * they were about themselves, and are compared with these identifiers (classes/candidate.ts). Rather too much is held than too little.
 */
export async function readHeld(view: View): Promise<Held> {
  const stamp = await stampOfHolds(view);
  const touched = new Map<string, string>();
  for (const { id, subject } of await view.all(openLegalHolds, {}))
    await touch(view, touched, subject, `legal-hold:${id}`);
  for (const { id, subjects } of await view.all(openIncidents, {})) {
    touched.set(id, touched.get(id) ?? `incident:${id}`);
    for (const subject of JSON.parse(subjects) as string[])
      await touch(view, touched, subject, `incident:${id}`); // what `openIncident` wrote
  }
  for (const { id, holder_id, newcomer_id } of await view.all(openContests, {}))
    for (const host of [holder_id, newcomer_id]) await touch(view, touched, `host:${host}`, `contest:${id}`);
  return { stamp, touched };
}

/** Adds a subject and what belongs to it: a party's licences with their fleets, a licence's hosts, a host's devices. */
async function touch(view: View, touched: Map<string, string>, subject: string, by: string): Promise<void> {
  const [kind = '', id = ''] = subject.split(':');
  const add = (ids: readonly string[]): void => {
    for (const one of ids) if (!touched.has(one)) touched.set(one, by);
  };
  add([id]);
  switch (kind) {
    case 'incident': {
      const incident = await view.first(incidentById, { id });
      const subjects = JSON.parse(incident?.subjects ?? '[]') as string[]; // what `openIncident` wrote
      for (const other of subjects) await touch(view, touched, other, by);
      return;
    }
    case 'party':
      add((await view.all(devicesOfParty, { partyId: id })).map((row) => row.id));
      for (const { licence_id } of await view.all(licencesOfSubject, { subject }))
        await touch(view, touched, `licence:${licence_id}`, by);
      return;
    case 'licence':
      for (const named of await view.all(subjectsOfLicence, { licenceId: id })) {
        const [namedKind, namedId = ''] = named.subject.split(':');
        add([namedId]);
        if (namedKind === 'device')
          add((await view.all(hostsWithDevice, { deviceId: namedId })).map((row) => row.host_id));
      }
      add((await view.all(hostsOfLicence, { licenceId: id })).map((row) => row.host_id));
      return;
    case 'facility':
      add((await view.all(hostsOfFacility, { facilityId: id })).map((row) => row.id));
      add((await view.all(licencesOfSubject, { subject })).map((row) => row.licence_id));
      return;
    case 'host':
      add((await view.all(devicesOfHost, { hostId: id })).map((row) => row.device_id));
      add((await view.all(licencesOfHost, { hostId: id })).map((row) => row.licence_id));
      return;
    case 'device':
      add((await view.all(hostsWithDevice, { deviceId: id })).map((row) => row.host_id));
      add((await view.all(licencesOfSubject, { subject })).map((row) => row.licence_id));
      return;
  }
}
