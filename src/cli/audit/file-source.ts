import { z } from 'zod';
import { canonicalJson } from '../../bytes/canonical-json.ts';
import { FormatError } from '../../bytes/errors.ts';
import { parseInstant } from '../../bytes/instant.ts';
import { fromBase64Url, fromUtf8 } from '../../bytes/text.ts';
import {
  actPage,
  deletedBy,
  keptAppraisal,
  keptDecision,
  keptTrustInputs,
  type RecordKind,
} from '../../protocol/audit.ts';
import { logOrigins } from '../../protocol/log-origins.ts';
import { parseEntryBundle, TILE_WIDTH, tilePath } from '../../record/tiles.ts';
import type { AuditSource, FoundAct, RecordSource } from '../../service/audit/source.ts';
import type { Files } from './files.ts';

const shownAct = z.object({
  type: z.string(),
  at: z.string(),
  tenant: z.string(),
  body: z.record(z.string(), z.json()),
});

/** Files as something to audit: nothing of them is believed here either. */
export function fileSource(files: Files): AuditSource {
  return {
    name: files.name,
    log: {
      checkpoint: async () => textOf(await files.get('checkpoint')),
      head: async () => null,
      origins: () => readOrigins(files),
      tile: (path) => files.get(path),
      entries: (bundle, width) => readEntries(files, bundle, width),
    },
    acts: files.hasActs ? (bundle, width) => readActs(files, bundle, width) : null,
    records: files.hasActs ? recordsOf(files) : null,
  };
}

export function textOf(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : Buffer.from(bytes).toString('utf8');
}

/** None where none are served: a verifier of before knew no other names. */
async function readOrigins(files: Files): Promise<FoundAct[]> {
  const bytes = await files.get('origins');
  const { openings } = bytes === undefined ? { openings: [] } : parse(logOrigins, bytes);
  return openings.map(({ leafIndex, act, salt }) => {
    const { type, at, tenant, body } = shownAct.parse(act);
    const atMs = parseInstant(at, 'act.at').getTime();
    return { leafIndex, type, atMs, tenant, body: canonicalJson(body), salt: fromBase64Url(salt, 'salt') };
  });
}

/** Where the acts of a bundle lie. */
export function actsPath(bundle: number, width: number): string {
  return tilePath({ level: 'entries', index: bundle, width }).replace('tile/entries/', 'acts/');
}

/** What is no bundle of that width is read as far as it goes: the audit says which leaves it lacks. */
async function readEntries(files: Files, index: number, width: number): Promise<Uint8Array[] | undefined> {
  const exact = await files.get(tilePath({ level: 'entries', index, width }));
  const bytes = exact ?? (await files.get(tilePath({ level: 'entries', index, width: TILE_WIDTH })));
  if (bytes === undefined) return undefined;
  for (let count = exact === undefined ? TILE_WIDTH : width; count > 0; count--) {
    const entries = tryParse(bytes, count);
    if (entries !== null) return entries.slice(0, width);
  }
  return [];
}

function tryParse(bytes: Uint8Array, count: number): Uint8Array[] | null {
  try {
    return parseEntryBundle(bytes, count);
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

async function readActs(files: Files, bundle: number, width: number): Promise<(FoundAct | undefined)[]> {
  const bytes = await files.get(actsPath(bundle, width));
  const page = bytes === undefined ? null : parse(actPage, bytes);
  const found = new Map(page?.acts.map((act) => [act.leafIndex, act]));
  return Array.from({ length: width }, (_, place) => {
    const act = found.get(bundle * TILE_WIDTH + place);
    return act === undefined ? undefined : { ...act, salt: fromBase64Url(act.salt, 'salt') };
  });
}

function recordsOf(files: Files): RecordSource {
  const get = (kind: RecordKind, id: string) => files.get(`records/${kind}/${encodeURIComponent(id)}`);
  const read = async <T>(shape: z.ZodType<T>, kind: RecordKind, id: string): Promise<T | undefined> => {
    const bytes = await get(kind, id);
    return bytes === undefined ? undefined : parse(shape, bytes);
  };
  return {
    appraisal: (id) => read(keptAppraisal, 'appraisals', id),
    decision: (id) => read(keptDecision, 'decisions', id),
    weighed: async (sha256) => textOf(await get('weighed', sha256)) ?? undefined,
    evidence: (digest) => get('evidence', digest),
    document: (digest) => get('documents', digest),
    trustInputs: async (digest) => (await read(keptTrustInputs, 'trust-inputs', digest))?.items ?? [],
    deletedBy: async (leaf) => (await read(deletedBy, 'deleted', String(leaf)))?.deletion,
    deletedItems: async (leaf) => textOf(await get('deletions', String(leaf))) ?? undefined,
    inventory: null,
    state: null,
  };
}

/** @throws ZodError, FormatError, SyntaxError: nothing of ours */
function parse<T>(shape: z.ZodType<T>, bytes: Uint8Array): T {
  return shape.parse(JSON.parse(fromUtf8(bytes, 'record')));
}
