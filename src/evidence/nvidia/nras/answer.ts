import { FormatError } from '../../../bytes/errors.ts';
import { isJsonObject, parseJson } from '../../../bytes/json.ts';
import { type NrasToken, parseNrasToken } from './token.ts';

/** A detached EAT bundle taken apart: one token for all, and one for each device. Nothing about it is verified. */
export type NrasAnswer = {
  readonly overall: NrasToken;
  /** By submodule: `GPU-0`. */
  readonly devices: ReadonlyMap<string, NrasToken>;
};

/** 8 GPUs' take 20 KB. */
const MAX_ANSWER_BYTES = 4 << 20;
const MAX_DEVICES = 256;
const SUBMODULE = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/**
 * Reads what `/v4/attest/gpu` and `/v4/attest/switch` answer: `[["JWT", <overall>], {"GPU-0": <token>, …}]`, and no other
 * nesting. The bundle that NVIDIA's Python SDK wraps around such answers is signed by nobody, and is none.
 *
 * @throws FormatError
 */
export function parseNrasAnswer(bytes: Uint8Array): NrasAnswer {
  const json = parseJson(bytes, { maxBytes: MAX_ANSWER_BYTES, maxDepth: 4, maxNodes: 4 * MAX_DEVICES });
  const [outer, tokens, ...more] = Array.isArray(json) ? json : [];
  const [label, overall, ...rest] = Array.isArray(outer) ? outer : [];
  const isBundle = more.length === 0 && rest.length === 0 && isJsonObject(tokens);
  if (!isBundle || label !== 'JWT' || typeof overall !== 'string') {
    throw new FormatError('bad_value', 'the answer is no detached EAT bundle', {
      path: 'nras',
      expected: '[["JWT", token], {submodule: token, …}]',
    });
  }
  const entries = Object.entries(tokens);
  if (entries.length === 0 || entries.length > MAX_DEVICES) {
    throw new FormatError('bad_value', `there are ${entries.length} tokens of devices`, {
      path: 'nras.submodules',
      expected: `1 to ${MAX_DEVICES}`,
    });
  }
  return {
    overall: parseNrasToken(overall, 'nras.overall'),
    devices: new Map(
      entries.map(([name, text]) => {
        const path = `nras.${SUBMODULE.test(name) ? name : 'submodule'}`;
        if (!SUBMODULE.test(name) || typeof text !== 'string') {
          throw new FormatError('bad_value', `${path} is no named token`, { path });
        }
        return [name, parseNrasToken(text, path)];
      }),
    ),
  };
}
