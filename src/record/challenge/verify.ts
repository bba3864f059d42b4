import { FormatError, SextantError } from '../../bytes/errors.ts';
import { fromBase64Url } from '../../bytes/text.ts';
import { CheckList, type Findings } from '../../evidence/check.ts';
import { type DrawProof, drawProof } from '../../protocol/challenge.ts';
import { verifyGrowth } from '../growth.ts';
import type { NoteVerifier } from '../note.ts';
import { type ProvenAct, verifyReceipt } from '../receipt.ts';
import { CHALLENGE_DRAWN, CHALLENGE_ORDERED, drawnBody, orderedBody } from './acts.ts';
import { redraw } from './redraw.ts';

export type DrawJudgement = Findings & { readonly accepted: boolean };

/**
 * Draws again from what a verifier shows of a draw, offline: the order and the draw stand in the log, the seed is made of the tree that ends with the
 * order and of what the auditor had committed to, and these are the devices that it draws.
 *
 * What remains unproven: that the population is what it was (its ids are what the order says; the register says whether they were all), and
 * that the auditor did not order again and again until he liked the draw: each order is in the log.
 *
 * @param proof the JSON value as received
 * @throws FormatError `bad_value` where it is no such proof
 */
export function verifyDraw(proof: unknown, log: NoteVerifier): DrawJudgement {
  const parsed = drawProof.safeParse(proof);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FormatError('bad_value', issue?.message ?? 'not a proof of a draw', {
      path: issue?.path.join('.') ?? '',
    });
  }
  const { order, draw, growth, population } = parsed.data;
  const findings = new CheckList();
  const [ordered, drawn] = [read(CHALLENGE_ORDERED, order, log), read(CHALLENGE_DRAWN, draw, log)];
  findings.expect(
    'challenge.order',
    typeof ordered !== 'string',
    `a receipt of ${CHALLENGE_ORDERED}`,
    toldOf(ordered),
  );
  findings.expect(
    'challenge.draw',
    typeof drawn !== 'string',
    `a receipt of ${CHALLENGE_DRAWN}`,
    toldOf(drawn),
  );
  if (typeof ordered !== 'string' && typeof drawn !== 'string')
    judge(findings, { ordered, drawn, growth, population, log });
  else for (const skip of [skipRoot, skipCommitment, skipPopulation, skipDevices]) skip(findings);
  const { checks, notPerformed } = findings;
  return { accepted: findings.passed && notPerformed.length === 0, checks, notPerformed };
}

type Judged = Pick<DrawProof, 'growth' | 'population'> & {
  readonly ordered: ProvenAct;
  readonly drawn: ProvenAct;
  readonly log: NoteVerifier;
};

function judge(findings: CheckList, { ordered, drawn, growth, population, log }: Judged): void {
  const order = orderedBody.parse(ordered.act.body);
  const draw = drawnBody.parse(drawn.act.body);
  const root = fromBase64Url(draw.root, 'root');
  const before = { origin: log.name, size: ordered.leafIndex + 1, root };
  const grown = attempt(() => verifyGrowth(growth, before, log));
  const isRoot = !(grown instanceof SextantError) && draw.size === before.size;
  const found = grown instanceof SextantError ? grown.message : `the tree of ${draw.size} leaves`;
  findings.expect('challenge.root', isRoot, `the tree of ${before.size} leaves`, found);
  redraw(findings, { order, draw, population });
}

/** The act of that type that a receipt proves; else what it is instead, in words. */
function read(type: string, receipt: unknown, log: NoteVerifier): ProvenAct | string {
  const proven = attempt(() => verifyReceipt(receipt, log));
  if (proven instanceof SextantError) return proven.message;
  const body = type === CHALLENGE_ORDERED ? orderedBody : drawnBody;
  return proven.act.type === type && body.safeParse(proven.act.body).success ? proven : proven.act.type;
}

function toldOf(found: ProvenAct | string): string {
  return typeof found === 'string' ? found : found.act.type;
}

const UNPROVEN = 'order or draw is not proven';
const skipRoot = (findings: CheckList): void => findings.skip('challenge.root', UNPROVEN);
const skipCommitment = (findings: CheckList): void => findings.skip('challenge.commitment', UNPROVEN);
const skipPopulation = (findings: CheckList): void => findings.skip('challenge.population', UNPROVEN);
const skipDevices = (findings: CheckList): void => findings.skip('challenge.devices', UNPROVEN);

function attempt<T>(make: () => T): T | SextantError {
  try {
    return make();
  } catch (error) {
    if (error instanceof SextantError) return error;
    throw error;
  }
}
