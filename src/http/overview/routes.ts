import { z } from 'zod';
import { facilityPlace, placesQuery } from '../../protocol/facility-place.ts';
import { hostsByFacility, overview } from '../../protocol/overview.ts';
import { pageOf } from '../../protocol/page.ts';
import type { Context } from '../../service/context.ts';
import { readHostsByFacility } from '../../service/overview/hosts-by-facility.ts';
import { readOverview } from '../../service/overview/overview.ts';
import { listFacilityPlaces } from '../../service/registry/facility-places.ts';
import { presentFacilityPlace } from '../facilities/present.ts';
import { pageReply } from '../pages.ts';
import { ok } from '../reply.ts';
import { type Route, route } from '../route.ts';

export function overviewRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/overview',
      operationId: 'getOverview',
      summary: 'How things stand, of what the caller may read',
      description: 'What takes another scope than this one is null for whoever does not hold it.',
      tag: 'Status',
      authorise: { scheme: 'bearer', scope: 'status:read', effect: 'reads' },
      responses: {
        200: { description: 'Hosts, licences, incidents, ends and landmarks.', schema: overview },
      },
      handle: async ({ caller }) => ok(await readOverview(context, caller)),
    }),
    route({
      method: 'GET',
      path: '/v1/overview/facilities',
      operationId: 'countHostsByFacility',
      summary: 'How the hosts of each facility stand, as far as the caller sees them',
      tag: 'Status',
      authorise: { scheme: 'bearer', scope: 'hosts:read', effect: 'reads' },
      responses: {
        200: {
          description: 'Facilities with hosts; a facility without any is not among them.',
          schema: hostsByFacility,
        },
      },
      handle: async ({ caller }) => ok(await readHostsByFacility(context, caller)),
    }),
    route({
      method: 'GET',
      path: '/v1/overview/places',
      operationId: 'listFacilityPlaces',
      summary: 'Where facilities stand, oldest first: for a map of them',
      description:
        'Those of `GET /v1/facilities`, without their outlines, and so many more of them in a page.',
      tag: 'Status',
      authorise: { scheme: 'bearer', scope: 'facilities:read', effect: 'reads' },
      query: z.strictObject(placesQuery),
      responses: { 200: { description: 'A page of places.', schema: pageOf(facilityPlace) } },
      handle: async ({ caller, query }) =>
        pageReply(await listFacilityPlaces(context, caller, query), presentFacilityPlace),
    }),
  ];
}
