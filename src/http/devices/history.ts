import { z } from 'zod';
import { deviceId } from '../../protocol/device.ts';
import {
  type DeviceLicence,
  type DeviceStay,
  deviceLicence,
  deviceStay,
} from '../../protocol/device-history.ts';
import { incident } from '../../protocol/incident.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import type { Context } from '../../service/context.ts';
import {
  type DeviceLicenceRow,
  type DeviceStayRow,
  incidentsOfDevice,
  licencesOfDevice,
  staysOfDevice,
} from '../../service/status/device-history.ts';
import { presentIncident } from '../incidents/present.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';
import { pageReply } from '../pages.ts';
import { type Route, route } from '../route.ts';

const tag = 'Status';
const params = z.strictObject({ deviceId });
const query = z.strictObject(pageQuery);

/** What of other things concerns a device: for whoever may read its status, as far as they see those things. */
export function deviceHistoryRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/devices/{deviceId}/licences',
      operationId: 'listDeviceLicences',
      summary: 'The licences that name a device, oldest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'licences:read', effect: 'reads' },
      params,
      query,
      responses: { 200: { description: 'A page of licences in short.', schema: pageOf(deviceLicence) } },
      handle: async ({ caller, params, query }) =>
        pageReply(await licencesOfDevice(context, caller, params.deviceId, query), presentLicence),
    }),
    route({
      method: 'GET',
      path: '/v1/devices/{deviceId}/incidents',
      operationId: 'listDeviceIncidents',
      summary: 'The incidents about a device, its chip or the host that it is in now, oldest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'incidents:read', effect: 'reads' },
      params,
      query,
      responses: { 200: { description: 'A page of incidents.', schema: pageOf(incident) } },
      handle: async ({ caller, params, query }) =>
        pageReply(await incidentsOfDevice(context, caller, params.deviceId, query), presentIncident),
    }),
    route({
      method: 'GET',
      path: '/v1/devices/{deviceId}/hosts',
      operationId: 'listDeviceHosts',
      summary: 'The hosts to which a device was granted, from when and until when, newest first',
      description:
        'Whoever holds the licence of a grant sees it, and whoever operates its host. A host that it was in without a grant is not told, nor what was before the oldest grant that is kept.',
      tag,
      authorise: { scheme: 'bearer', scope: 'grants:read', effect: 'reads' },
      params,
      query,
      responses: { 200: { description: 'A page of stays.', schema: pageOf(deviceStay) } },
      handle: async ({ caller, params, query }) =>
        pageReply(await staysOfDevice(context, caller, params.deviceId, query), presentStay),
    }),
  ];
}

function presentLicence(row: DeviceLicenceRow): DeviceLicence {
  return {
    id: row.id,
    tenant: row.tenant,
    status: row.status,
    provenAt: shownInstantOrNull(row.proven_at_ms),
    suspendsAt: row.status === 'active' ? shownInstantOrNull(row.suspends_at_ms) : null,
    createdAt: shownInstant(row.created_at_ms),
  };
}

function presentStay(row: DeviceStayRow): DeviceStay {
  return {
    hostId: row.host_id,
    facilityId: row.facility_id,
    firstAt: shownInstant(row.first_ms),
    lastAt: shownInstant(row.last_ms),
    grants: row.grants,
    firstGrantId: row.first_id,
    lastGrantId: row.last_id,
    licenceId: row.licence_id,
    decisionId: row.decision_id,
  };
}
