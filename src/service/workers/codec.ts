import { deserialize, serialize } from 'node:v8';
import type { Codec } from '../../evidence/bundle/transfer/verify.ts';

/** Structured clone as bytes: Maps, dates, big integers and byte arrays arrive as what they were. */
export const CODEC: Codec = {
  // In memory of its own, which may change hands.
  encode: (value) => new Uint8Array(serialize(value)),
  decode: deserialize,
};
