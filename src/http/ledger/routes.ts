import { z } from 'zod';
import { pageOf } from '../../protocol/page.ts';
import type { Context } from '../../service/context.ts';
import { adjustAccount } from '../../service/ledger/adjust.ts';
import { accountsOf, entriesOf, type LedgerOf } from '../../service/ledger/read.ts';
import { listAllocations, ruleOnAllocation } from '../../service/ledger/rule-on-allocation.ts';
import { pageReply } from '../pages.ts';
import { receiptOf } from '../receipted.ts';
import { ok, type Reply } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentAccount, presentAllocation, presentEntry } from './present.ts';
import {
  account,
  accountsQuery,
  adjustment,
  allocation,
  allocationId,
  allocationRuling,
  allocationsQuery,
  entriesQuery,
  entry,
} from './schema.ts';

const tag = 'Ledger';

export function ledgerRoutes(context: Context): Route[] {
  const withLeaf = async <T extends { readonly leafIndex: number | null }>(answer: T): Promise<Reply> =>
    ok({ ...answer, ...(answer.leafIndex === null ? {} : await receiptOf(context, answer.leafIndex)) });
  return [
    route({
      method: 'GET',
      path: '/v1/ledger/accounts',
      operationId: 'listAccounts',
      summary: 'What was taken under a licence, by a party or by a country',
      description:
        'Exporters see the accounts of their own licences. An account that was never drawn on is not listed.',
      tag,
      authorise: { scheme: 'bearer', scope: 'ledger:read', effect: 'reads' },
      query: accountsQuery,
      responses: {
        200: { description: 'The accounts.', schema: z.strictObject({ items: z.array(account) }) },
      },
      handle: async ({ caller, query }) =>
        ok({ items: (await accountsOf(context, caller, subjectOf(query))).map(presentAccount) }),
    }),
    route({
      method: 'GET',
      path: '/v1/ledger/entries',
      operationId: 'listEntries',
      summary: 'The entries of an account, oldest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'ledger:read', effect: 'reads' },
      query: entriesQuery,
      responses: { 200: { description: 'A page of entries.', schema: pageOf(entry) } },
      handle: async ({ caller, query }) => pageReply(await entriesOf(context, caller, query), presentEntry),
    }),
    route({
      method: 'POST',
      path: '/v1/ledger/adjustments',
      operationId: 'adjustAccount',
      summary: 'Correct an account, with a reason',
      tag,
      authorise: { scheme: 'bearer', scope: 'ledger:adjust', effect: 'changes' },
      body: jsonBody(adjustment, 8192),
      responses: { 200: { description: 'The entry.', schema: entry } },
      handle: async ({ caller, body }) => withLeaf(presentEntry(await adjustAccount(context, caller, body))),
    }),
    route({
      method: 'GET',
      path: '/v1/allocations',
      operationId: 'listAllocations',
      summary: 'What may be delivered under a licence, oldest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'ledger:read', effect: 'reads' },
      query: allocationsQuery,
      responses: { 200: { description: 'A page of allocations.', schema: pageOf(allocation) } },
      handle: async ({ caller, query: { licence, ...page } }) =>
        pageReply(await listAllocations(context, caller, licence, page), presentAllocation),
    }),
    route({
      method: 'POST',
      path: '/v1/allocations/{allocationId}/ruling',
      operationId: 'ruleOnAllocation',
      summary: 'Say that an allocation was delivered, or is given back',
      tag,
      authorise: { scheme: 'bearer', scope: 'ledger:adjust', effect: 'changes' },
      params: z.strictObject({ allocationId }),
      body: jsonBody(allocationRuling, 8192),
      responses: { 200: { description: 'The allocation.', schema: allocation } },
      handle: async ({ caller, params, body }) =>
        withLeaf(presentAllocation(await ruleOnAllocation(context, caller, params.allocationId, body))),
    }),
  ];
}

/** The schema lets just one of them through. */
function subjectOf({ licence, party, country }: z.infer<typeof accountsQuery>): LedgerOf {
  if (licence !== undefined) return { about: 'licence', id: licence };
  if (party !== undefined) return { about: 'party', id: party };
  return { about: 'country', id: country ?? '' };
}
