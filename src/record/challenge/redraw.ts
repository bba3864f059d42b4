import { fromBase64Url } from '../../bytes/text.ts';
import type { CheckList } from '../../evidence/check.ts';
import type { DrawnBody, OrderedBody } from './acts.ts';
import { commitmentTo, drawDevices, populationOf, seedOf } from './draw.ts';

/**
 * Draws again from what an order and its draw say: the secret is the one that was committed to, the population the one that was ordered from, and
 * these are the devices that seed and population draw.
 *
 * What remains unproven: that `root` in the draw is that of the tree that ends with the order.
 *
 * @throws FormatError where the root is not in its one form
 */
export function redraw(findings: CheckList, { order, draw, population }: Drawn): void {
  const commitment = commitmentTo(draw.secret);
  findings.expect('challenge.commitment', commitment === order.commitment, order.commitment, commitment);
  const { ids, sha256 } = populationOf(population);
  findings.expect('challenge.population', sha256 === order.populationSha256, order.populationSha256, sha256);
  const root = fromBase64Url(draw.root, 'root');
  const seed = seedOf({ order: order.orderId, root, secret: draw.secret });
  const devices = drawDevices(seed, ids, order.wanted);
  const isSame =
    order.orderId === draw.orderId && seed === draw.seed && devices.join() === draw.devices.join();
  findings.expect(
    'challenge.devices',
    isSame,
    `of ${order.orderId} ${devices.join(', ')}`,
    `of ${draw.orderId} ${draw.devices.join(', ')}`,
  );
}

export type Drawn = {
  readonly order: OrderedBody;
  readonly draw: DrawnBody;
  readonly population: readonly string[];
};
