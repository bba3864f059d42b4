import type { EvidenceAnswer } from '../../protocol/evidence.ts';
import type { Context } from '../context.ts';
import { AvailabilityError } from '../errors.ts';
import { receiptFor } from '../log.ts';

/** An answer as the store keeps it: JSON text, its receipt aside, since every repetition is proven in the newest tree. */
export type StoredAnswer = { readonly answer: string; readonly leafIndex: number };

export function storeAnswer(answer: Omit<EvidenceAnswer, 'receipt'>): string {
  return JSON.stringify(answer);
}

/**
 * The JSON text of an answer with its receipt: the stored text is not parsed and serialised once more. The act is durable
 * by now, so a log that cannot be read just then must not make it look undone: the answer goes out without.
 */
export async function withReceipt(context: Context, { answer, leafIndex }: StoredAnswer): Promise<string> {
  try {
    const receipt = await receiptFor(context, leafIndex);
    return `${answer.slice(0, -1)},"receipt":${JSON.stringify(receipt)}}`;
  } catch (error) {
    if (error instanceof AvailabilityError) return answer;
    throw error;
  }
}
