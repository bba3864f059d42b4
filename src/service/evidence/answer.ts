import type { EvidenceAnswer } from '../../protocol/evidence.ts';
import type { Receipt } from '../../record/receipt.ts';

/** An answer as the store keeps it: JSON text, its receipt aside, since every repetition is proven in the newest tree. */
export type StoredAnswer = { readonly answer: string; readonly leafIndex: number };

export function storeAnswer(answer: Omit<EvidenceAnswer, 'receipt'>): string {
  return JSON.stringify(answer);
}

/** The JSON text of an answer with its receipt: the stored text is not parsed and serialised once more. */
export function withReceipt(answer: string, receipt: Receipt): string {
  return `${answer.slice(0, -1)},"receipt":${JSON.stringify(receipt)}}`;
}
