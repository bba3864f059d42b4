import { bold, cyan, dim, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';

/** What a scene of the demonstration came to. */
export type Outcome = { readonly detail: string; readonly more?: readonly string[] };

/** An attack's outcome: what the verifier answered, and with which code. */
export type Refusal = { readonly code: string; readonly explanation: string };

/** The demonstration did not go as it must; the process ends with a failure. */
export class StoryError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StoryError';
  }
}

/** Tells the demonstration in the terminal, one line a scene, and counts what was shown. */
export class Story {
  readonly #write: (line: string) => void;
  #refused = 0;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  title(text: string, ...subtitle: readonly string[]): void {
    this.#write('');
    this.#write(bold(cyan(text)));
    for (const line of subtitle) this.#write(dim(line));
  }

  chapter(text: string): void {
    this.#write('');
    this.#write(bold(text));
  }

  note(text: string): void {
    this.#write(`  ${yellow('!')} ${text}`);
  }

  /** Something that must succeed. */
  async scene<T>(what: string, act: () => Promise<T>, tell: (result: T) => Outcome): Promise<T> {
    let result: T;
    try {
      result = await act();
    } catch (error) {
      this.#write(`  ${red('✗')} ${what}`);
      throw new StoryError(`the demonstration stopped at: ${what}`, error);
    }
    const { detail, more = [] } = tell(result);
    this.#write(`  ${green('✓')} ${what}  ${dim(printable(detail))}`);
    for (const line of more) this.#write(`      ${dim(printable(line))}`);
    return result;
  }

  /** Something that must be refused, and with just this code. */
  async attack(what: string, expectedCode: string, act: () => Promise<Refusal | null>): Promise<void> {
    const refusal = await act();
    if (refusal === null) throw new StoryError(`the attack succeeded: ${what}`);
    if (refusal.code !== expectedCode) {
      throw new StoryError(`${what}: expected ${expectedCode}, but it was refused with ${refusal.code}`);
    }
    this.#refused++;
    this.#write(`  ${red('⛔')} ${what}`);
    this.#write(`      refused: ${bold(refusal.code)}`);
    for (const line of refusal.explanation.split('\n')) this.#write(`      ${dim(printable(line.trim()))}`);
  }

  get refusals(): number {
    return this.#refused;
  }
}
