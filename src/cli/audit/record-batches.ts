import { Buffer } from 'node:buffer';
import { recordLine } from '../../protocol/audit.ts';

/** At hand at most, in characters: what goes beyond is asked for by itself. */
const MOST_CHARACTERS = 48 * 1024 * 1024;
/** Bundles that are read ahead, and some: what nobody took by then nobody will. */
const KEPT_BUNDLES = 8;

/** Lines of one batch; null where the verifier has no batches. */
export type ReadBatch = (bundle: number, after: number | null) => Promise<AsyncIterable<string> | null>;

type Held = { readonly bundle: number; readonly content: string; readonly encoding: 'utf8' | 'base64' };

/** Records of whole bundles, asked for together before they are needed, each kept until it is taken. */
export class RecordBatches {
  readonly #read: ReadBatch;
  readonly #held = new Map<string, Held>();
  readonly #coming = new Map<number, Promise<void>>();
  #characters = 0;
  #offered = true;

  constructor(read: ReadBatch) {
    this.#read = read;
  }

  /** Begins to read what the acts of a bundle speak of. */
  expect(bundle: number): void {
    if (!this.#offered || this.#coming.has(bundle)) return;
    for (const [path, held] of this.#held) if (held.bundle < bundle - KEPT_BUNDLES) this.#drop(path, held);
    // What a batch does not bring is asked for by itself, and fails there.
    const coming = this.#fill(bundle).catch(() => {});
    this.#coming.set(
      bundle,
      coming.then(() => void this.#coming.delete(bundle)),
    );
  }

  /** A record by its path, once; undefined where no batch brought it. */
  async take(path: string): Promise<Uint8Array | undefined> {
    for (;;) {
      const held = this.#held.get(path);
      if (held !== undefined) {
        this.#drop(path, held);
        return Buffer.from(held.content, held.encoding);
      }
      const [coming] = this.#coming.values();
      if (coming === undefined) return undefined;
      await coming;
    }
  }

  async #fill(bundle: number): Promise<void> {
    for (let after: number | null = null; ; ) {
      const lines = await this.#read(bundle, after);
      if (lines === null) {
        this.#offered = false;
        return;
      }
      let next: number | null = null;
      for await (const text of lines) {
        const line = recordLine.parse(JSON.parse(text));
        if ('next' in line) next = line.next;
        else if ('text' in line) this.#hold(bundle, line, line.text, 'utf8');
        else this.#hold(bundle, line, line.base64, 'base64');
      }
      if (next === null) return;
      after = next;
    }
  }

  #hold(
    bundle: number,
    { kind, id }: { readonly kind: string; readonly id: string },
    content: string,
    encoding: Held['encoding'],
  ): void {
    if (this.#characters + content.length > MOST_CHARACTERS) return;
    this.#characters += content.length;
    this.#held.set(`records/${kind}/${encodeURIComponent(id)}`, { bundle, content, encoding });
  }

  #drop(path: string, { content }: Held): void {
    if (this.#held.delete(path)) this.#characters -= content.length;
  }
}
