import { z } from 'zod';
import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { fromBase64Url } from '../../bytes/text.ts';
import { CheckList } from '../../evidence/check.ts';
import { finding } from '../../record/audit/findings.ts';
import { CHALLENGE_ORDERED, drawnBody, orderedBody } from '../../record/challenge/acts.ts';
import { redraw } from '../../record/challenge/redraw.ts';
import { RecordError } from '../../record/errors.ts';
import { rangeNodes, rootOf } from '../../record/merkle.ts';
import type { TreeReader } from '../../record/tile-reader.ts';
import type { OpenAct } from './open-act.ts';
import type { ActReader } from './read-act.ts';
import type { RecordSource } from './source.ts';
import type { Tally } from './tally.ts';

const endedBody = z.object({ orderId: z.string(), outcomes: z.record(z.string(), z.int().min(1)) });
const population = z.array(z.string());

const CHECK = 'challenges.redrawn';

/**
 * Counts what came of an order of challenges. A device that did not answer is no fault of the log: it is listed among what could not be checked, with
 * its outcome as the reason.
 */
export function countChallenges({ body }: OpenAct, tally: Tally): void {
  const { orderId, outcomes } = endedBody.parse(body);
  for (const [outcome, count] of Object.entries(outcomes)) {
    if (outcome === 'answered') tally.holds('challenges.answered', count);
    else tally.unchecked('challenges.answered', outcome, orderId, count);
  }
}

export type ChallengeAudit = {
  readonly records: Pick<RecordSource, 'weighed'>;
  readonly readAct: ActReader;
  readonly tree: TreeReader;
  readonly tally: Tally;
};

/**
 * Draws an order's devices again. The draw names the tree that ends with the order, so the order is that tree's last leaf; its root is
 * computed from the log's own tiles.
 *
 * What remains unproven: that the population was all of whom the order was about, and that its auditor did not order until he liked the draw.
 */
export async function checkDraw(act: OpenAct, audit: ChallengeAudit): Promise<void> {
  const { records, readAct, tally } = audit;
  const draw = drawnBody.parse(act.body);
  const subject = `draw of ${draw.orderId} at leaf ${act.leafIndex}`;
  if (draw.size > act.leafIndex)
    return tally.found(
      finding('challenge.diverges', subject, { because: 'it names a tree that was not there yet' }),
    );
  const ordered = await readAct(draw.size - 1);
  if (ordered === null) return tally.unchecked(CHECK, 'the act of the order could not be read', subject);
  const order = ordered.type === CHALLENGE_ORDERED ? orderedBody.safeParse(ordered.body).data : undefined;
  if (order === undefined)
    return tally.found(
      finding('challenge.diverges', subject, { because: 'the tree that it names ends with no order' }),
    );
  const ids = idsOf(await records.weighed(order.populationSha256));
  if (ids === null)
    return tally.unchecked(CHECK, 'the devices that it was drawn from are not kept, or no list', subject);
  const root = await rootAt(audit.tree, draw.size);
  if (root === null) return tally.unchecked(CHECK, 'a tile of its tree is missing or wrong', subject);
  const findings = new CheckList();
  const isRoot = equalBytes(root, fromBase64Url(draw.root, 'root'));
  findings.expect('challenge.root', isRoot, `the root of ${draw.size} leaves`, draw.root);
  redraw(findings, { order, draw, population: ids });
  const failed = findings.checks.filter(({ status }) => status === 'fail');
  for (const { id, expected = '', actual = '' } of failed.slice(0, 1))
    tally.found(finding('challenge.diverges', subject, { because: id, expected, actual }));
  if (failed.length === 0) tally.holds(CHECK);
}

/** What an order keeps: a list of ids; whether it is the one that was ordered from, drawing again finds. */
function idsOf(text: string | undefined): readonly string[] | null {
  if (text === undefined) return null;
  try {
    return population.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function rootAt(tree: TreeReader, size: number): Promise<Uint8Array | null> {
  try {
    return rootOf({ size, roots: await tree.nodes(rangeNodes(size)) });
  } catch (error) {
    if (error instanceof RecordError || error instanceof FormatError) return null;
    throw error;
  }
}
