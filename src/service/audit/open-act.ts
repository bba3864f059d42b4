import type { ActBody } from '../../record/leaf.ts';

/** An act that was shown to be its leaf's. */
export type OpenAct = {
  readonly leafIndex: number;
  readonly type: string;
  readonly atMs: number;
  readonly tenant: string;
  readonly body: ActBody;
};
