import type { z } from 'zod';
import type { receipt } from '../protocol/receipt.ts';
import type { Context } from '../service/context.ts';
import { AvailabilityError } from '../service/errors.ts';
import { cosignedReceiptFor, receiptFor } from '../service/log.ts';

type Receipt = z.infer<typeof receipt>;

/**
 * An answer with the receipt of the act that it tells of. The act is done and durable by now: a log that cannot be read
 * just then must not make it look undone, so the answer goes out without.
 */
export async function withReceipt<T extends { readonly leafIndex: number }>(
  context: Context,
  answer: T,
): Promise<T & { readonly receipt?: Receipt }> {
  return { ...answer, ...(await receiptOf(context, answer.leafIndex)) };
}

/** {@link receiptOf}; against a checkpoint that so many witnesses have cosigned, where one reaches as far. */
export async function cosignedReceiptOf(
  context: Context,
  leafIndex: number,
  witnesses: number | undefined,
): Promise<{ readonly receipt?: Receipt }> {
  if (witnesses === undefined) return receiptOf(context, leafIndex);
  return orNone(() => cosignedReceiptFor(context, leafIndex, witnesses));
}

/** The receipt alone, to be spread into an answer; nothing where the log cannot be read just then. */
export async function receiptOf(
  context: Context,
  leafIndex: number,
): Promise<{ readonly receipt?: Receipt }> {
  return orNone(() => receiptFor(context, leafIndex));
}

async function orNone(read: () => Promise<Receipt>): Promise<{ readonly receipt?: Receipt }> {
  try {
    return { receipt: await read() };
  } catch (error) {
    if (error instanceof AvailabilityError) return {};
    throw error;
  }
}
