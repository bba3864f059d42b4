import { z } from 'zod';
import { MAX_IMPORT_BYTES, MAX_IMPORT_ROWS } from '../../protocol/import-limits.ts';
import { importQuery } from '../../protocol/import-query.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import { ownedParty, party, partyChangeRequest, partyRequest, partyVersions } from '../../protocol/party.ts';
import { partyImportReport } from '../../protocol/party-import.ts';
import { partyId } from '../../protocol/registry.ts';
import type { Context } from '../../service/context.ts';
import { changeParty } from '../../service/registry/change-party.ts';
import { importParties, PARTY_COLUMNS } from '../../service/registry/import-parties.ts';
import { getParty, listParties, listVersions, registerParty } from '../../service/registry/parties.ts';
import { IMPORT_MEDIA_TYPES } from '../../service/registry/read-import.ts';
import { pageReply } from '../pages.ts';
import { withReceipt } from '../receipted.ts';
import { created, ok } from '../reply.ts';
import { bytesBody, jsonBody, type Route, route } from '../route.ts';
import { presentOwnedParty, presentParty, presentVersion } from './present.ts';

const tag = 'Register';
const params = z.strictObject({ partyId });
/** Ten thousand rows are a hundred commits. */
const IMPORT_DEADLINE_MS = 60_000;

export function partyRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/parties',
      operationId: 'registerParty',
      summary: 'Register an exporter, an end user or an owner',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:write', effect: 'changes' },
      body: jsonBody(partyRequest, 4096),
      responses: { 201: { description: 'The party, unscreened.', schema: party } },
      handle: async ({ caller, body }) => {
        const row = await registerParty(context, caller, body);
        return created(await withReceipt(context, presentParty(row)), `/v1/parties/${row.id}`);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/parties',
      operationId: 'listParties',
      summary: 'Parties, oldest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of parties.', schema: pageOf(party) } },
      handle: async ({ caller, query }) => pageReply(await listParties(context, caller, query), presentParty),
    }),
    route({
      method: 'GET',
      path: '/v1/parties/{partyId}',
      operationId: 'getParty',
      summary: 'One party, with the chain of its parents',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:read', effect: 'reads' },
      params,
      responses: { 200: { description: 'The party, and everybody above it.', schema: ownedParty } },
      handle: async ({ caller, params }) =>
        ok(presentOwnedParty(await getParty(context, caller, params.partyId))),
    }),
    route({
      method: 'POST',
      path: '/v1/parties/import',
      operationId: 'importParties',
      summary: 'Register many parties, with a report for each row',
      description: [
        'A JSON array, JSON lines or CSV, told apart by `reference`. Rows that are right are kept although others are not.',
        'Repeating a file changes nothing that is there already; a row that says something else makes a version. Parents come',
        `before those whom they own. CSV begins with a row of column names, in any order: ${PARTY_COLUMNS.join(', ')}.`,
      ].join(' '),
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:write', effect: 'changes' },
      deadlineMs: IMPORT_DEADLINE_MS,
      query: importQuery,
      body: bytesBody(IMPORT_MEDIA_TYPES, MAX_IMPORT_BYTES, `Parties, at most ${MAX_IMPORT_ROWS} rows.`),
      responses: { 200: { description: 'What became of each row.', schema: partyImportReport } },
      handle: async ({ caller, query, body, mediaType }) =>
        ok(await importParties(context, caller, { mediaType, bytes: body, dryRun: query.dryRun === 'true' })),
    }),
    route({
      method: 'POST',
      path: '/v1/parties/{partyId}/versions',
      operationId: 'changeParty',
      summary: 'Say something else of a party, or who owns it',
      description:
        'What is left out stays; what it was before is kept as a version. Once the authority has said who owns a party, it alone says otherwise.',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:describe', effect: 'changes' },
      params,
      body: jsonBody(partyChangeRequest, 8192),
      responses: { 200: { description: 'The party as it is now.', schema: party } },
      handle: async ({ caller, params, body }) =>
        ok(
          await withReceipt(context, presentParty(await changeParty(context, caller, params.partyId, body))),
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/parties/{partyId}/versions',
      operationId: 'listPartyVersions',
      summary: 'Everything that a party was ever said to be, newest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'parties:read', effect: 'reads' },
      params,
      responses: { 200: { description: 'The versions.', schema: partyVersions } },
      handle: async ({ caller, params }) => {
        const rows = await listVersions(context, caller, params.partyId);
        return ok({ items: rows.map(presentVersion) });
      },
    }),
  ];
}
