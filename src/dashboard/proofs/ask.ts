import workerUrl from './inside/worker.ts?worker&url';
import type { Numbered, ProofAnswer, ProofQuestion } from './messages.ts';

type Waiting = { readonly resolve: (answer: ProofAnswer) => void; readonly reject: (error: Error) => void };

const waiting = new Map<number, Waiting>();
let worker: Worker | undefined;
let asked = 0;

/** Checks proofs on a thread of their own, which starts with the first question. @throws Error where nothing could be asked */
export function askProofs(question: ProofQuestion): Promise<ProofAnswer> {
  worker ??= start();
  const number = asked++;
  const answer = new Promise<ProofAnswer>((resolve, reject) => waiting.set(number, { resolve, reject }));
  worker.postMessage({ number, value: question } satisfies Numbered<ProofQuestion>);
  return answer;
}

function start(): Worker {
  const started = new Worker(trusted(workerUrl), { type: 'module', name: 'proofs' });
  started.onmessage = ({ data: { number, value } }: MessageEvent<Numbered<ProofAnswer | Error>>) => {
    const one = waiting.get(number);
    waiting.delete(number);
    if (value instanceof Error) one?.reject(value);
    else one?.resolve(value);
  };
  started.onerror = () => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(new Error('the checker did not start'));
    waiting.clear();
  };
  return started;
}

/** The page's policy takes no script's address that no policy of its own made (trusted types): this makes the only one there is. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes }; // not in TypeScript's DOM yet
  if (trustedTypes === undefined) return url;
  return trustedTypes.createPolicy('sextant', { createScriptURL: () => url }).createScriptURL('');
}

type TrustedTypes = {
  readonly createPolicy: (
    name: string,
    rules: { readonly createScriptURL: (input: string) => string },
  ) => { readonly createScriptURL: (input: string) => string };
};
