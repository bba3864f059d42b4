import type { ComponentType } from 'react';
import type { Language } from '../words/dictionary.ts';

/** Where a view stands in the navigation. */
export type Place = {
  readonly group: 'watch' | 'licensing' | 'fleet' | 'trust' | 'record' | 'operation';
  readonly label: { readonly [L in Language]: string };
};

/** A page of the page: what its address is, who finds it in the navigation, and how it is loaded. */
export type View = {
  /** As wouter has it, e.g. `/hosts/:hostId`. */
  readonly path: string;
  /** Whoever holds one of these scopes is offered it; the verifier decides about each request regardless. */
  readonly scopes: readonly string[];
  /** Left out for what is reached from other views, e.g. one host. */
  readonly place?: Place;
  /** A chunk of its own, loaded when it is first looked at. */
  readonly load: () => Promise<{ readonly default: ComponentType }>;
};
