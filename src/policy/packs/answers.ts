import { canonicalPlainJson, isSettled } from '../../bytes/canonical-json.ts';
import { evaluatePack, type PackAnswer } from './evaluate.ts';
import { type PackInput, packInput } from './input.ts';
import { KnownEnds } from './last-allowed.ts';
import type { LoadedPack } from './loaded.ts';
import { questionOf } from './question.ts';

/**
 * Answers that packs gave, by the pack's digest and exactly what its rules read: equal questions ask Cedar once. Keep one for as long as
 * packs are asked; where it is full it starts afresh.
 */
export class PackAnswers {
  /** When packs ended what they allowed. */
  readonly ends = new KnownEnds();
  readonly #known = new Map<string, PackAnswer>();
  /** Members of inputs that were found to be as they must, by their names and texts. */
  readonly #valid = new Set<string>();
  /** The same by themselves, of those that nobody changes any more: many inputs share them. */
  readonly #settled = new WeakSet<object>();
  /** The input that was looked at last, and was one: that of the end shares all that has no age with that of now. */
  #last: PackInput | undefined;
  readonly #most: number;

  constructor(most = 10_000) {
    this.#most = most;
  }

  get size(): number {
    return this.#known.size;
  }

  /** What {@link evaluatePack} says, of an input that nobody changes any more. */
  ask(loaded: LoadedPack, input: PackInput): PackAnswer {
    const question = this.#isValid(input) ? questionOf(loaded, input) : null;
    // What is no input, or lacks anything, has its reasons named each time.
    if (question === null) return evaluatePack(loaded, input);
    return this.recall(question, () => evaluatePack(loaded, input));
  }

  /** The answer to a question that was asked before, or the one that is found now. */
  protected recall(question: string, find: () => PackAnswer): PackAnswer {
    const known = this.#known.get(question);
    if (known !== undefined) return known;
    const answer = find();
    if (this.#known.size >= this.#most) this.#known.clear();
    this.#known.set(question, answer);
    return answer;
  }

  /** Whether {@link packInput} accepts it: a schema of members, each of which is good or bad by itself. */
  #isValid(input: PackInput): boolean {
    for (const name of Object.keys(input)) {
      if (!Object.hasOwn(packInput.shape, name)) return false;
      if (!this.#isMember(name as keyof PackInput, input[name as keyof PackInput])) return false;
    }
    this.#last = input;
    return true;
  }

  #isMember(name: keyof PackInput, member: unknown): boolean {
    const schema = packInput.shape[name];
    if (typeof member !== 'object' || member === null) return schema.safeParse(member).success;
    if (this.#last?.[name] === member || this.#settled.has(member)) return true;
    if (isSettled(member)) {
      const isGood = schema.safeParse(member).success;
      if (isGood) this.#settled.add(member);
      return isGood;
    }
    const text = COUNTS.has(name) && isCounted(member) ? countsOf(name, member) : textOf(name, member);
    if (this.#valid.has(text)) return true;
    if (!schema.safeParse(member).success) return false;
    if (this.#valid.size >= this.#most) this.#valid.clear();
    this.#valid.add(text);
    return true;
  }
}

/** Members whose numbers are all counts: of two that name the same ones, and hold whole numbers of zero or more, both are good or neither is. */
const COUNTS: ReadonlySet<keyof PackInput> = new Set(['compute', 'ledger']);

function isCounted(member: object): boolean {
  return Object.values(member).every((count) => Number.isSafeInteger(count) && count >= 0);
}

function countsOf(name: string, member: object): string {
  return `${name} counts ${Object.keys(member).join()}`;
}

function textOf(name: string, member: object): string {
  return `${name} ${canonicalPlainJson(member)}`;
}
