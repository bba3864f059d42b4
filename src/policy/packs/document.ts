import { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { type JsonValue, parseJson } from '../../bytes/json.ts';
import { fromUtf8 } from '../../bytes/text.ts';
import { contentDigest } from '../../evidence/digest.ts';
import { packData } from './data.ts';
import { manifest } from './manifest.ts';

/** Far above any genuine pack: the five that ship are below 20 KiB a member. */
const MAX_MEMBER_BYTES = 256 * 1024;
const text = z.string().min(1).max(MAX_MEMBER_BYTES);
/** Where in an input a test changes something: names with dots, as the reasons write them. */
const path = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9]*(\.[a-zA-Z][a-zA-Z0-9]*)*$/, 'must be names with dots between them');

const packTest = z.strictObject({
  name: z.string().min(1).max(200),
  set: z.record(path, z.json()).default({}).describe('What differs from the common input, by path.'),
  remove: z.array(path).max(100).default([]).describe('What the common input has and this one has not.'),
  outcome: z.enum(['allow', 'deny']),
  codes: z.array(z.string().min(1).max(200)).max(100).describe('Exactly these, in any order.'),
});
export type PackTest = z.infer<typeof packTest>;

/** A rule pack as one JSON document; as a folder, a file for each member (docs/rule-packs.md). */
export const rulePack = z.strictObject({
  manifest,
  schema: text.describe('Cedar schema, in its own notation.'),
  policies: text.describe('Cedar policies, every one annotated.'),
  data: packData,
  tests: z.strictObject({
    input: z.record(z.string(), z.json()).describe('What the tests have in common.'),
    tests: z.array(packTest).min(1).max(1000),
  }),
});
export type RulePack = z.infer<typeof rulePack>;

/** File of a folder -> member of the document. A pack is these five and nothing else. */
const MEMBERS = {
  'manifest.json': 'manifest',
  'schema.cedarschema': 'schema',
  'policies.cedar': 'policies',
  'data.json': 'data',
  'tests.json': 'tests',
} as const;
export const PACK_FILES = Object.keys(MEMBERS) as readonly (keyof typeof MEMBERS)[]; // keys of the table just above

/**
 * Reads a pack from the files of its folder. Nothing is known of its rules yet: {@link loadPack} judges them.
 *
 * @throws FormatError `unsupported` for a file that no pack has, `truncated` for one that is missing, `too_long`,
 * `bad_value`, `duplicate`; `path` names the file, then the member in it
 */
export function parsePackFiles(files: ReadonlyMap<string, Uint8Array>): RulePack {
  for (const name of files.keys()) {
    if (name in MEMBERS) continue;
    throw new FormatError('unsupported', `a rule pack has no file ${name}`, {
      path: name,
      expected: PACK_FILES.join(', '),
    });
  }
  const members = PACK_FILES.map((name) => [MEMBERS[name], member(name, files.get(name))] as const);
  return parsePack(Object.fromEntries(members));
}

/**
 * Reads a pack from its document.
 *
 * @throws FormatError `bad_value` with the member in `path`
 */
export function parsePack(value: JsonValue): RulePack {
  const result = rulePack.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') || 'pack';
  throw new FormatError('bad_value', `${where}: ${issue?.message}`, { path: where });
}

/** A pack's name by content, over every member: a licence that names it means these rules, these data and these tests. */
export function packDigest(pack: RulePack): string {
  // A trip through JSON drops optional members that are present and undefined, which have no canonical form.
  return contentDigest('rule-pack', JSON.parse(JSON.stringify(pack)));
}

function member(name: string, bytes: Uint8Array | undefined): JsonValue {
  if (bytes === undefined) {
    throw new FormatError('truncated', `the rule pack lacks ${name}`, { path: name });
  }
  if (bytes.length > MAX_MEMBER_BYTES) {
    throw new FormatError('too_long', `${name} is longer than ${MAX_MEMBER_BYTES} bytes`, { path: name });
  }
  try {
    return name.endsWith('.json') ? parseJson(bytes) : fromUtf8(bytes, name);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new FormatError(cause.code, `${name}: ${cause.message}`, { path: name, cause });
  }
}
