import { FormatError } from '../../bytes/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../bytes/json.ts';
import { fromBase64Url, toBase64Url } from '../../bytes/text.ts';
import { COLLECTION_TYPE } from './labels.ts';

/**
 * RATS Conceptual Message Wrapper (draft-ietf-rats-msg-wrap), the JSON collection of records:
 * `{"__cmwc_t": "<type>", "<label>": ["<media type>", "<base64url>", <indicator>?], …}`.
 *
 * Read here: one flat collection of Sextant's own type, labels of lower-case letters, digits, dots and hyphens that
 * begin with a letter, media types without parameters, and evidence alone (indicator absent or 4). Refused: nested
 * collections, CoAP content formats, tags, padded base64.
 */
export type Item = {
  readonly label: string;
  readonly mediaType: string;
  readonly value: Uint8Array;
};

/** In the order of the text; labels are unique, being names of one JSON object. */
export type Collection = ReadonlyMap<string, Item>;

/** The largest collection that honest hosts make: eight GPUs' reports, a switch for each, and two event logs. */
const MAX_COLLECTION_BYTES = 1 << 20;
const MAX_ITEMS = 32;
const MAX_ITEM_BYTES = 1 << 19;

/** draft-ietf-rats-msg-wrap, `cm-type`: bit 2 is evidence. */
const EVIDENCE_INDICATOR = 4;

const LABEL = /^[a-z][a-z0-9.-]{0,63}$/;
/** RFC 6838, 4.2, lower case: two restricted names and nothing after them. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/**
 * @param json UTF-8 JSON text
 * @throws FormatError `bad_value`, `duplicate`, `too_long`, `budget_exceeded`, `not_canonical`, `unsupported`
 */
export function parseCollection(json: Uint8Array): Collection {
  const value = parseJson(json, {
    maxBytes: MAX_COLLECTION_BYTES,
    maxDepth: 2,
    maxNodes: 2 + MAX_ITEMS * 5,
  });
  if (!isJsonObject(value))
    throw bad('collection', 'a JSON object', Array.isArray(value) ? 'array' : typeof value);
  const { __cmwc_t: type, ...records } = value;
  if (type !== COLLECTION_TYPE) throw bad('collection.__cmwc_t', COLLECTION_TYPE, show(type));
  const entries = Object.entries(records);
  if (entries.length > MAX_ITEMS) {
    throw new FormatError('budget_exceeded', `the collection has ${entries.length} items`, {
      path: 'collection',
      expected: `at most ${MAX_ITEMS} items`,
      actual: `${entries.length} items`,
    });
  }
  return new Map(entries.map(([label, record]) => [label, parseRecord(label, record)]));
}

function parseRecord(label: string, record: JsonValue): Item {
  if (!LABEL.test(label)) throw bad('collection', `labels matching ${LABEL.source}`, show(label));
  const path = `collection.${label}`;
  if (!Array.isArray(record) || record.length < 2 || record.length > 3) {
    throw bad(
      path,
      '[media type, base64url, indicator?]',
      Array.isArray(record) ? 'another array' : show(record),
    );
  }
  const [mediaType, text, indicator = EVIDENCE_INDICATOR]: readonly JsonValue[] = record;
  if (typeof mediaType !== 'string' || !MEDIA_TYPE.test(mediaType)) {
    throw bad(`${path}[0]`, 'a lower-case media type without parameters', show(mediaType));
  }
  if (typeof text !== 'string') throw bad(`${path}[1]`, 'unpadded base64url', show(text));
  if (indicator !== EVIDENCE_INDICATOR) {
    throw new FormatError('unsupported', `${path} is not marked as evidence`, {
      path: `${path}[2]`,
      expected: `${EVIDENCE_INDICATOR}`,
      actual: show(indicator),
    });
  }
  const value = fromBase64Url(text, `${path}[1]`);
  if (value.length === 0) throw bad(`${path}[1]`, 'at least one byte', 'none');
  if (value.length > MAX_ITEM_BYTES) {
    throw new FormatError('too_long', `${path} has ${value.length} bytes`, {
      path: `${path}[1]`,
      expected: `at most ${MAX_ITEM_BYTES} bytes`,
      actual: `${value.length} bytes`,
    });
  }
  return { label, mediaType, value };
}

/** The JSON text of a collection, as {@link parseCollection} reads it. */
export function serialiseCollection(items: Iterable<Item>): string {
  const records = [...items].map(({ label, mediaType, value }) => [label, [mediaType, toBase64Url(value)]]);
  return JSON.stringify({ __cmwc_t: COLLECTION_TYPE, ...Object.fromEntries(records) });
}

function show(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value.slice(0, 80) : value === undefined ? 'absent' : typeof value;
}

function bad(path: string, expected: string, actual: string): FormatError {
  return new FormatError('bad_value', `${path} is ${actual}, not ${expected}`, { path, expected, actual });
}
