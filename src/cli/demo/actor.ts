import { isJsonObject, type JsonValue } from '../../bytes/json.ts';
import { json } from '../client/api-command.ts';
import { type CliRequest, request, type VerifierAddress } from '../client/transport.ts';
import { StoryError } from './story.ts';

/** Somebody who speaks to the verifier over HTTP with a token, and proves its key. */
export class Actor {
  readonly #address: VerifierAddress;

  constructor(address: VerifierAddress) {
    this.#address = address;
  }

  get(path: string): Promise<Answer> {
    return this.#ask({ method: 'GET', path });
  }

  post(path: string, body: JsonValue): Promise<Answer> {
    return this.#ask({ method: 'POST', path, body: json(body) });
  }

  send(path: string, mediaType: string, bytes: string): Promise<Answer> {
    return this.#ask({ method: 'POST', path, body: { mediaType, bytes } });
  }

  async #ask(call: CliRequest): Promise<Answer> {
    return new Answer(await request(this.#address, call));
  }
}

/** An answer's members; one that is not there stops the demonstration instead of printing `undefined`. */
export class Answer {
  readonly value: JsonValue;

  constructor(value: JsonValue) {
    this.value = value;
  }

  text(name: string): string {
    const member = this.#member(name);
    if (typeof member === 'string') return member;
    throw new StoryError(`the verifier's answer has no ${name}`);
  }

  list(name: string): Answer[] {
    const member = this.#member(name);
    if (Array.isArray(member)) return member.map((item: JsonValue) => new Answer(item));
    throw new StoryError(`the verifier's answer has no ${name}`);
  }

  at(name: string): Answer {
    return new Answer(this.#member(name) ?? null);
  }

  #member(name: string): JsonValue | undefined {
    return isJsonObject(this.value) ? this.value[name] : undefined;
  }
}
