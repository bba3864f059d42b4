import type { Numbered, ProofAnswer, ProofQuestion } from '../messages.ts';
import { checkProofs } from './check.ts';

/** What a worker is to itself, of which this room's types for Node know nothing. */
declare const self: {
  onmessage: ((event: { readonly data: Numbered<ProofQuestion> }) => void) | null;
  readonly postMessage: (message: Numbered<ProofAnswer> | Numbered<Error>) => void;
};

self.onmessage = ({ data: { number, value } }) => {
  try {
    self.postMessage({ number, value: checkProofs(value) });
  } catch (error) {
    self.postMessage({ number, value: error instanceof Error ? error : new Error(String(error)) });
  }
};
