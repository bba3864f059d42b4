import { z } from 'zod';
import { parseInstant } from '../../bytes/instant.ts';
import { MAX_IMPORT_BYTES, MAX_IMPORT_ROWS } from '../../protocol/import-limits.ts';
import { importQuery } from '../../protocol/import-query.ts';
import { party } from '../../protocol/party.ts';
import { partyId } from '../../protocol/registry.ts';
import {
  pastRuns,
  screeningList,
  screeningListRequest,
  screeningLists,
  screeningReport,
  screeningRequest,
} from '../../protocol/screening.ts';
import type { Context } from '../../service/context.ts';
import { importScreenings, SCREENING_COLUMNS } from '../../service/registry/import-screenings.ts';
import { IMPORT_MEDIA_TYPES } from '../../service/registry/read-import.ts';
import { listRuns, recordScreening } from '../../service/registry/screen-party.ts';
import { declareScreeningList, listScreeningLists } from '../../service/registry/screening-lists.ts';
import { presentParty } from '../parties/present.ts';
import { withReceipt } from '../receipted.ts';
import { created, ok } from '../reply.ts';
import { bytesBody, jsonBody, type Route, route } from '../route.ts';
import { presentList, presentRun } from './present.ts';

const tag = 'Register';
const params = z.strictObject({ partyId });
/** Ten thousand rows are a hundred commits. */
const IMPORT_DEADLINE_MS = 60_000;

export function screeningRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/parties/{partyId}/screening',
      operationId: 'screenParty',
      summary: "Record a person's word on a party",
      description: 'What a person denied, no imported screening clears.',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:screen', effect: 'changes' },
      params,
      body: jsonBody(screeningRequest, 8192),
      responses: { 200: { description: 'The party with its standing.', schema: party } },
      handle: async ({ caller, params, body }) => {
        const { standing, listVersion = null, reason } = body;
        const clearUntil =
          body.clearUntil === undefined ? null : parseInstant(body.clearUntil, 'body.clearUntil');
        const word = { standing, listVersion, clearUntil, reason };
        const row = await recordScreening(context, caller, params.partyId, word);
        return ok(await withReceipt(context, presentParty(row)));
      },
    }),
    route({
      method: 'GET',
      path: '/v1/parties/{partyId}/screenings',
      operationId: 'listScreenings',
      summary: 'What screening tools found of a party, the latest day first',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:read', effect: 'reads' },
      params,
      responses: { 200: { description: 'The runs.', schema: pastRuns } },
      handle: async ({ caller, params }) => {
        const rows = await listRuns(context, caller, params.partyId);
        return ok({ items: rows.map(presentRun) });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/screenings/import',
      operationId: 'importScreenings',
      summary: 'Take in what screening tools found, with a report for each row',
      description: [
        'A JSON array, JSON lines or CSV. Rows that are right are kept although others are not. Repeating a file changes nothing.',
        `CSV begins with a row of column names, in any order: ${SCREENING_COLUMNS.join(', ')}.`,
      ].join(' '),
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:screen', effect: 'changes' },
      deadlineMs: IMPORT_DEADLINE_MS,
      query: importQuery,
      body: bytesBody(IMPORT_MEDIA_TYPES, MAX_IMPORT_BYTES, `Screenings, at most ${MAX_IMPORT_ROWS} rows.`),
      responses: { 200: { description: 'What became of each row.', schema: screeningReport } },
      handle: async ({ caller, query, body, mediaType }) =>
        ok(
          await importScreenings(context, caller, {
            mediaType,
            bytes: body,
            dryRun: query.dryRun === 'true',
          }),
        ),
    }),
    route({
      method: 'POST',
      path: '/v1/screening-lists',
      operationId: 'declareScreeningList',
      summary: 'Declare which list parties must have been screened against',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:screen', effect: 'changes' },
      body: jsonBody(screeningListRequest, 8192),
      responses: { 201: { description: 'The list, in force.', schema: screeningList } },
      handle: async ({ caller, body }) => {
        const row = await declareScreeningList(context, caller, body);
        return created(await withReceipt(context, presentList(row)), '/v1/screening-lists');
      },
    }),
    route({
      method: 'GET',
      path: '/v1/screening-lists',
      operationId: 'listScreeningLists',
      summary: 'Versions of the list, the one in force first',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:read', effect: 'reads' },
      responses: { 200: { description: 'The versions.', schema: screeningLists } },
      handle: async () => ok({ items: (await listScreeningLists(context)).map(presentList) }),
    }),
  ];
}
