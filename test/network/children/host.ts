import { createPrivateKey } from 'node:crypto';
import { respondToLandmark } from '../../../src/agent/location/respond.ts';
import { SextantError } from '../../../src/bytes/errors.ts';

/** A host in a namespace: answers the landmark of each permit that it is given, with the keys beside it. */
export type HostQuestion = { readonly permit: string; readonly signing: string; readonly exchange: string };
export type HostAnswer = { readonly receipt: string } | { readonly code: string };

const signal = new AbortController().signal;

process.on('message', async (question: HostQuestion) => {
  process.send?.(await answer(question));
});
process.on('disconnect', () => process.exit(0));
process.send?.({});

async function answer({ permit, signing, exchange }: HostQuestion): Promise<HostAnswer> {
  const keys = { signing: createPrivateKey(signing), exchange: createPrivateKey(exchange) };
  try {
    const receipt = await respondToLandmark(Buffer.from(permit, 'base64url'), keys, { signal });
    return { receipt: Buffer.from(receipt).toString('base64url') };
  } catch (error) {
    if (error instanceof SextantError) return { code: error.code };
    throw error;
  }
}
