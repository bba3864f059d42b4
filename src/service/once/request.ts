import { AsyncLocalStorage } from 'node:async_hooks';
import type { ProofUse } from '../principal.ts';
import type { Claim } from './claim.ts';

/** One request that may change something, while it is under way: what its first unit of work does besides its own. */
export type ChangingRequest = {
  /** Spent by the unit of work that changes something. */
  readonly proof: ProofUse | null;
  /** Claimed by that same unit, with what it came to. */
  readonly claim: Claim | null;
  /** What it came to when the same was asked before: it is not done again. */
  readonly before: { readonly outcome: unknown } | null;
  /** How far the first unit of work is. */
  unit: 'none' | 'under-way' | 'done';
};

const requests = new AsyncLocalStorage<ChangingRequest>();

/** Runs what a request asks for: units of work that it begins know of it (store.ts). */
export function during<T>(request: ChangingRequest, work: () => Promise<T>): Promise<T> {
  return requests.run(request, work);
}

/** The request that is under way; undefined outside of any that may change something. */
export function requestUnderWay(): ChangingRequest | undefined {
  return requests.getStore();
}
