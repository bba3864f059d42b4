import type { Asked } from '../../../api/call.ts';

export type Proposal = NonNullable<Exclude<Asked<'proposeTrustInput'>['body'], Blob>>;
export type TrustKind = Proposal['kind'];

/** What was read from files: a proposal as it stands there, or certificates, which still lack a name, a version and a purpose. */
export type ReadFiles =
  | { readonly proposal: Proposal }
  | { readonly certificates: string; readonly count: number }
  | { readonly refused: 'tooLarge' | 'unreadable' | 'unknown' };

/** As much as the verifier takes. */
const MAX_BYTES = 2 * 1024 * 1024;

/** The files of a rule pack's folder (docs/rule-packs.md), and the members of its document that they are. */
const PACK: { readonly [file: string]: string } = {
  'manifest.json': 'manifest',
  'schema.cedarschema': 'schema',
  'policies.cedar': 'policies',
  'data.json': 'data',
  'tests.json': 'tests',
};

/** A member that contents of one kind alone have; kinds are tried in this order. */
const TELLING: readonly (readonly [TrustKind, string])[] = [
  ['rule-pack', 'policies'],
  ['anchors', 'certificates'],
  ['chip-table', 'models'],
  ['retention-rule', 'keepDays'],
  ['landmark', 'placeBasis'],
  ['manufacturer', 'kinds'],
  ['publisher', 'keys'],
  ['reference-set', 'publisher'],
];

/**
 * Reads one JSON document, PEM, or the files of a rule pack. A document is `{"kind": …, "content": …}`, or a content whose kind follows
 * from its members. Whether it holds what it must, the verifier says.
 */
export async function readProposal(files: readonly File[]): Promise<ReadFiles> {
  if (files.reduce((sum, { size }) => sum + size, 0) > MAX_BYTES) return { refused: 'tooLarge' };
  try {
    const texts = await Promise.all(files.map(async (file) => [file.name, await textOf(file)] as const));
    const [first] = texts;
    if (texts.length > 1 || (first !== undefined && first[0] === 'manifest.json')) return packOf(texts);
    return first === undefined ? { refused: 'unreadable' } : documentOf(first[1]);
  } catch {
    return { refused: 'unreadable' };
  }
}

async function textOf(file: File): Promise<string> {
  return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
}

function packOf(texts: readonly (readonly [string, string])[]): ReadFiles {
  const isPack =
    texts.length === Object.keys(PACK).length && texts.every(([name]) => Object.hasOwn(PACK, name));
  if (!isPack) return { refused: 'unknown' };
  const members = texts.map(([name, text]) => [PACK[name], name.endsWith('.json') ? JSON.parse(text) : text]);
  return { proposal: { kind: 'rule-pack', content: Object.fromEntries(members) } };
}

export function documentOf(text: string): ReadFiles {
  const count = text.match(/-----BEGIN CERTIFICATE-----/g)?.length ?? 0;
  if (count > 0 && !text.trimStart().startsWith('{')) return { certificates: text, count };
  const read: unknown = JSON.parse(text);
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return { refused: 'unknown' };
  if ('kind' in read && 'content' in read) return { proposal: read as Proposal }; // judged by the verifier
  const kind = TELLING.find(([, member]) => Object.hasOwn(read, member))?.[0];
  return kind === undefined ? { refused: 'unknown' } : { proposal: { kind, content: read } as Proposal }; // likewise
}

/** How a proposal is called; null where it says so nowhere, as the verifier will tell. */
export function nameOf({
  kind,
  content,
}: Proposal): { readonly name: string; readonly version: string } | null {
  const named: unknown = kind === 'rule-pack' ? Object(content).manifest : content;
  const [name, version]: unknown[] = [Object(named).name, Object(named).version];
  return typeof name === 'string' && typeof version === 'string' ? { name, version } : null;
}
