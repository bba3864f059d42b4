import { createPrivateKey } from 'node:crypto';
import { respondToLandmark } from '../../../src/agent/location/respond.ts';
import { SextantError } from '../../../src/bytes/errors.ts';

/** A host in a namespace: answers the landmark of each permit that it is given, with its one pair of keys. */
export type HostSettings = { readonly signing: string; readonly exchange: string };
export type HostAnswer = { readonly receipt: string } | { readonly code: string };

const { signing, exchange }: HostSettings = JSON.parse(process.argv[2] ?? '');
const keys = { signing: createPrivateKey(signing), exchange: createPrivateKey(exchange) };
const signal = new AbortController().signal;

process.on('message', async ({ permit }: { readonly permit: string }) => {
  process.send?.(await answer(Buffer.from(permit, 'base64url')));
});
process.on('disconnect', () => process.exit(0));
process.send?.({});

async function answer(permit: Uint8Array): Promise<HostAnswer> {
  try {
    const receipt = await respondToLandmark(permit, keys, { signal, resendMs: 60 });
    return { receipt: Buffer.from(receipt).toString('base64url') };
  } catch (error) {
    if (error instanceof SextantError) return { code: error.code };
    throw error;
  }
}
