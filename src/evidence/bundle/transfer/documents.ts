import { documentDigest } from '../../digest.ts';

/**
 * Documents that jobs rest on, which are the same for one submission after the other: roots, and what vendors publish. A thread
 * is sent each once; jobs then call it by its number. The very same bytes come out as the very same object, so that what
 * verification remembers of it holds.
 */
export type Delivery = {
  /** Whether the thread is to forget every document that it has. */
  readonly anew: boolean;
  /** How many it must have, after that: anything else, and the two sides have lost each other. */
  readonly known: number;
  /** The next ones, each in memory of its own. */
  readonly documents: readonly Uint8Array[];
};

/** What one thread remembers at most: beyond either it begins anew. A fleet's responses are replaced within a day. */
const MOST_DOCUMENTS = 2048;
const MOST_BYTES = 1 << 24;

export type DocumentLimits = { readonly documents: number; readonly bytes: number };

/** What one thread has been sent, by whoever sends. A thread that was replaced has been sent nothing. */
export class SentDocuments {
  readonly #most: DocumentLimits;
  readonly #numbers = new Map<string, number>();
  #bytes = 0;

  constructor(most: DocumentLimits = { documents: MOST_DOCUMENTS, bytes: MOST_BYTES }) {
    this.#most = most;
  }

  /**
   * Puts one message together.
   *
   * @param make calls its argument for the number of each document
   * @returns what it made, and the delivery that has to come with it: messages are read in the order in which they were made
   */
  collect<T>(make: (numberOf: (document: Uint8Array) => number) => T): readonly [T, Delivery] {
    const anew = this.#numbers.size >= this.#most.documents || this.#bytes >= this.#most.bytes;
    if (anew) this.#forget();
    const known = this.#numbers.size;
    const documents: Uint8Array[] = [];
    const made = make((document) => {
      const digest = documentDigest(document);
      const number = this.#numbers.get(digest) ?? this.#numbers.size;
      if (number === this.#numbers.size) {
        this.#numbers.set(digest, number);
        this.#bytes += document.length;
        // A view would travel with all that it is a view of.
        documents.push(document.slice());
      }
      return number;
    });
    return [made, { anew, known, documents }];
  }

  #forget(): void {
    this.#numbers.clear();
    this.#bytes = 0;
  }
}

/** The same documents in the thread that they were sent to. */
export class KnownDocuments {
  readonly #documents: Uint8Array[] = [];
  readonly #lists = new Map<string, readonly Uint8Array[]>();

  /** @throws RangeError where a message is missing in between: nothing is read by numbers that mean something else */
  admit({ anew, known, documents }: Delivery): void {
    if (anew) {
      this.#documents.length = 0;
      this.#lists.clear();
    }
    if (this.#documents.length !== known) {
      throw new RangeError(`${this.#documents.length} documents are known, not ${known}`);
    }
    this.#documents.push(...documents);
  }

  /** @throws RangeError for a number that was never sent */
  get(number: number): Uint8Array {
    const document = this.#documents[number];
    if (document === undefined) throw new RangeError(`document ${number} was never sent`);
    return document;
  }

  /** Several, as the very same list whenever they are the same ones. */
  list(numbers: readonly number[]): readonly Uint8Array[] {
    const key = numbers.join();
    const list = this.#lists.get(key) ?? numbers.map((number) => this.get(number));
    if (this.#lists.size >= MOST_LISTS) this.#lists.clear();
    this.#lists.set(key, list);
    return list;
  }
}

const MOST_LISTS = 256;
