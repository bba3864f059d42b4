import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call, callForBytes, type OperationId } from '../../api/call.ts';
import { Problem } from '../../api/problem.ts';
import { verifierNow } from '../../api/send.ts';
import { askProofs } from '../../proofs/ask.ts';
import type { ProofAnswer } from '../../proofs/messages.ts';
import { forgetLog, type Kept, keepLog, keptLog } from './kept.ts';

export type Proven = {
  readonly answer: ProofAnswer;
  /** What the verifier says that its key is; everything was checked with the remembered one where there is one. */
  readonly key: string;
  /** What was remembered before this look. */
  readonly kept: Kept | null;
  /** The act's receipt, where one was asked for. */
  readonly receipt: Receipt | null;
};

export type Receipt = Awaited<ReturnType<typeof readReceipt>>;

const PROOF = 'proof';

/** Reads what proves the log, or one act in it, and checks it here. What held is remembered for the next visit. */
export function useProof(leafIndex: number | null) {
  return useQuery({
    queryKey: [PROOF, leafIndex],
    queryFn: () => prove(leafIndex),
    // Looking again is asking again: a proof is of the instant at which it was made.
    staleTime: 0,
  });
}

/** Forgets the log, and looks anew. */
export function useForget(): () => void {
  const queries = useQueryClient();
  return () => {
    forgetLog();
    void queries.invalidateQueries({ queryKey: [PROOF] });
  };
}

async function prove(leafIndex: number | null): Promise<Proven> {
  const kept = keptLog();
  const key = (await text('getLogKey')).trim();
  const receipt = leafIndex === null ? null : await readReceipt(leafIndex);
  // Growth is asked for first: the newest checkpoint is then as new as what they lead to, or newer.
  const sinceKept = kept === null ? null : await growthSince(kept.checkpoint);
  const sinceReceipt = receipt === null ? null : await growthSince(receipt.checkpoint);
  const checkpoint = await text('getCheckpoint');
  const answer = await askProofs({
    key: kept?.key ?? key,
    checkpoint,
    kept: kept === null ? null : { checkpoint: kept.checkpoint, growth: sinceKept },
    act: receipt === null ? null : { receipt, growth: sinceReceipt },
  });
  const holds = answer.checks.every(({ status }) => status === 'pass') && key === (kept?.key ?? key);
  if (holds) keepLog({ key, checkpoint, at: verifierNow().toISOString() });
  return { answer, key, kept, receipt };
}

function readReceipt(leafIndex: number) {
  return call('getReceipt', { params: { leafIndex } });
}

/** Null where the verifier has no such proof to give, e.g. of more leaves than it has: the check says so. */
async function growthSince(checkpoint: string): Promise<unknown> {
  const [, size = ''] = checkpoint.split('\n', 2);
  try {
    return await call('getConsistency', { params: { oldSize: Number(size) } });
  } catch (error) {
    if (error instanceof Problem && error.body.status >= 400 && error.body.status < 500) return null;
    throw error;
  }
}

async function text(operation: OperationId & ('getLogKey' | 'getCheckpoint')): Promise<string> {
  return (await callForBytes(operation)).text();
}
