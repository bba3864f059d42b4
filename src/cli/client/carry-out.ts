import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { UsageError } from '../failure.ts';
import { withProgress } from '../terminal/progress.ts';
import { dim } from '../terminal/style.ts';
import type { Ask, Common, Operation } from './api-command.ts';
import { only, present } from './present.ts';
import { speaker } from './speaker.ts';
import { type CliRequest, request } from './transport.ts';

/**
 * Asks the verifier for one operation and shows what it answered: the answer on standard output, what is for people alone
 * on standard error.
 * @throws UsageError, and what the verifier refused with as `request` has it
 */
export async function carryOut<Options extends object>(
  operation: Operation<Options>,
  args: readonly string[],
  options: Options & Common,
): Promise<void> {
  const address = speaker(options);
  const ask: Ask = (call) => request(address, call);
  const { answer, line } = await withProgress(operation.description, async () => {
    const call = await operation.request(args, options);
    const answered = await ask(operation.paged === true ? paged(call, options) : call);
    return { answer: answered, line: await operation.conclude?.(answered, options, ask) };
  });
  process.stdout.write(`${await show(operation, answer, options)}\n`);
  const forPeople = options.json !== true && options.only === undefined;
  if (forPeople && operation.next !== undefined && isJsonObject(answer)) {
    process.stderr.write(`${dim(`Next, ${operation.next(answer)}`)}\n`);
  }
  if (line !== undefined) process.stderr.write(`${line}\n`);
}

async function show<Options extends object>(
  { conceal, view }: Operation<Options>,
  answer: JsonValue,
  options: Options & Common,
): Promise<string> {
  const visible = without(answer, conceal?.(options) ?? []);
  if (options.json === true) return JSON.stringify(visible, null, 2);
  if (options.only === undefined) return present(view, visible);
  const member = only(visible, options.only);
  if (member !== null) return member;
  const names = isJsonObject(visible) ? Object.keys(visible).join(', ') : 'none';
  throw new UsageError('usage', `the answer has no ${options.only}`, `Its members are ${names}.`);
}

function without(answer: JsonValue, names: readonly string[]): JsonValue {
  if (names.length === 0 || !isJsonObject(answer)) return answer;
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !names.includes(name)));
}

function paged(call: CliRequest, { limit, after }: Common): CliRequest {
  const query = new URLSearchParams();
  if (limit !== undefined) query.set('limit', limit);
  if (after !== undefined) query.set('after', after);
  const joint = call.path.includes('?') ? '&' : '?';
  return query.size === 0 ? call : { ...call, path: `${call.path}${joint}${query}` };
}
