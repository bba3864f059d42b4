import type { DrawProof } from '../../protocol/challenge.ts';
import { decisionInput } from '../../store/attestation/decisions.ts';
import { challengesOfOrder, orderById, ordersAfter } from '../../store/challenges/statements.ts';
import type { ChallengeOrderTable, ChallengeTable } from '../../store/challenges/tables.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { growthSince, receiptFor } from '../log.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';

export type OrderWithDevices = {
  readonly order: ChallengeOrderTable;
  /** In the order in which they were drawn. */
  readonly devices: readonly ChallengeTable[];
};

/** Orders are the authority's and its auditors' to see: whoever may call this sees all. */
export async function listOrders({ store }: Context, page: PageRequest): Promise<Page<ChallengeOrderTable>> {
  return pageFrom(page, (range) => store.read((view) => view.all(ordersAfter, range)));
}

/** @throws RequestError `not_found` */
export async function getOrder({ store }: Context, id: string): Promise<OrderWithDevices> {
  return store.read((view) => readOrder(view, id));
}

/** In a snapshot or unit of work of the caller's. @throws RequestError `not_found` */
export async function readOrder(view: View, id: string): Promise<OrderWithDevices> {
  const order = await view.first(orderById, { id });
  if (order === undefined) throw new RequestError('not_found', 'there is no such order of challenges');
  return { order, devices: await view.all(challengesOfOrder, { orderId: id }) };
}

/** The ids that an order is drawn from. */
export async function populationFor(view: View, order: ChallengeOrderTable): Promise<string[]> {
  const kept = await view.first(decisionInput, { sha256: order.population_sha256 });
  return JSON.parse(kept?.content ?? '[]') as string[]; // what `orderChallenges` wrote
}

/** What anybody needs to draw again. @throws RequestError `not_found`, `conflict` before the draw */
export async function proveDraw(context: Context, id: string): Promise<DrawProof> {
  const { order, population } = await context.store.read(async (view) => {
    const found = await readOrder(view, id);
    return { order: found.order, population: await populationFor(view, found.order) };
  });
  if (order.drawn_leaf === null)
    throw new RequestError('conflict', `the order is ${order.state}: nothing was drawn`);
  return {
    order: await receiptFor(context, order.leaf_index),
    draw: await receiptFor(context, order.drawn_leaf),
    growth: await growthSince(context, order.leaf_index + 1),
    population,
  };
}
