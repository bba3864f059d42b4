import { FormatError } from '../../bytes/errors.ts';
import { parseInstant } from '../../bytes/instant.ts';
import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { TCB_STATUSES, type TcbStatus } from './verdict.ts';

/** An instant, and the text as Intel wrote it. */
export type Dated = { readonly text: string; readonly instant: Date };

/** How a level stands: what Intel says of everybody who reaches it and no better one. */
export type Standing = {
  readonly tcbStatus: TcbStatus;
  readonly tcbDate: string;
  readonly advisoryIDs: readonly string[];
};

/** A level of an enclave or a TDX module. */
export type IsvLevel = Standing & { readonly isvSvn: number };

/** Levels of one platform: Intel's longest list has 20. */
const MAX_LEVELS = 256;
const MAX_ADVISORIES = 256;
const MAX_TEXT = 64;

/** Statuses that stand in documents: advice to relaunch is concluded, never stated. */
const DOCUMENT_STATUSES: ReadonlyMap<string, TcbStatus> = new Map(
  TCB_STATUSES.filter((status) => !status.startsWith('TDRelaunch')).map((status) => [status, status]),
);

/**
 * The members of a JSON object of Intel's TCB Info (version 3) or enclave identity (version 2), read by name and judged as they
 * are read. Members that nobody asks for are passed over: Intel may add some. Every error names the member's path, without
 * positions in lists.
 */
export class Fields {
  readonly #members: { readonly [name: string]: JsonValue };
  readonly #name: string;
  readonly #parent: Fields | null;

  /** @throws FormatError `bad_value` for what is no object */
  constructor(value: JsonValue | undefined, name: string, parent: Fields | null = null) {
    this.#name = name;
    this.#parent = parent;
    if (!isJsonObject(value)) throw bad(this.#path, 'an object', value);
    this.#members = value;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#members, name);
  }

  text(name: string, ceiling: number = MAX_TEXT): string {
    const value = this.#value(name);
    if (typeof value !== 'string' || value.length > ceiling)
      throw this.bad(name, `a text of at most ${ceiling}`);
    return value;
  }

  /** Null where there is none, or where it says so itself. */
  optionalText(name: string, ceiling: number = MAX_TEXT): string | null {
    return this.has(name) && this.#value(name) !== null ? this.text(name, ceiling) : null;
  }

  /** A whole number between 0 and `most`. */
  number(name: string, most: number): number {
    const value = this.#value(name);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) {
      throw this.bad(name, `a whole number of at most ${most}`);
    }
    return value;
  }

  /** Hexadecimal of so many bytes, read to lower case. */
  hex(name: string, bytes: number): string {
    const value = this.#value(name);
    if (typeof value !== 'string' || value.length !== bytes * 2 || !/^[0-9a-fA-F]*$/.test(value)) {
      throw this.bad(name, `${bytes} bytes in hexadecimal`);
    }
    return value.toLowerCase();
  }

  dated(name: string): Dated {
    const text = this.text(name);
    return { text, instant: parseInstant(text, name) };
  }

  object(name: string): Fields {
    return new Fields(this.#value(name), name, this);
  }

  list<T>(name: string, ceiling: number, read: (item: Fields) => T): T[] {
    return this.values(name, ceiling).map((item) => read(new Fields(item, name, this)));
  }

  values(name: string, ceiling: number): readonly JsonValue[] {
    const value = this.#value(name);
    if (!Array.isArray(value) || value.length > ceiling) throw this.bad(name, `a list of at most ${ceiling}`);
    return value;
  }

  texts(name: string, ceiling: number): string[] {
    return this.values(name, ceiling).map((item) => {
      if (typeof item !== 'string' || item.length === 0 || item.length > MAX_TEXT) {
        throw this.bad(name, 'a list of names');
      }
      return item;
    });
  }

  /** @throws FormatError `bad_value` for a status that nobody knows: it is none that anybody could accept */
  standing(): Standing {
    const tcbStatus = DOCUMENT_STATUSES.get(this.text('tcbStatus'));
    if (tcbStatus === undefined) throw this.bad('tcbStatus', [...DOCUMENT_STATUSES.keys()].join(' or '));
    const tcbDate = this.dated('tcbDate').text;
    return {
      tcbStatus,
      tcbDate,
      advisoryIDs: this.has('advisoryIDs') ? this.texts('advisoryIDs', MAX_ADVISORIES) : [],
    };
  }

  /** The levels of an enclave or module, the newest first: Intel's order in the document is no promise. */
  isvLevels(): readonly IsvLevel[] {
    return this.levels((level) => ({
      isvSvn: level.object('tcb').number('isvsvn', 65_535),
      ...level.standing(),
    })).toSorted((a, b) => b.isvSvn - a.isvSvn);
  }

  levels<Level>(read: (level: Fields) => Level): Level[] {
    return this.list('tcbLevels', MAX_LEVELS, read);
  }

  /** Written out only where an error needs it: a document has hundreds of members. */
  get #path(): string {
    return this.#parent === null ? this.#name : `${this.#parent.#path}.${this.#name}`;
  }

  #value(name: string): JsonValue | undefined {
    return this.has(name) ? this.#members[name] : undefined;
  }

  /** What to throw about a member that is not what it should be. */
  bad(name: string, expected: string): FormatError {
    return bad(`${this.#path}.${name}`, expected, this.#value(name));
  }
}

function bad(path: string, expected: string, value: JsonValue | undefined): FormatError {
  const actual = value === undefined ? 'missing' : JSON.stringify(value).slice(0, MAX_TEXT);
  return new FormatError('bad_value', `${path} is ${actual}, not ${expected}`, { path, expected, actual });
}
