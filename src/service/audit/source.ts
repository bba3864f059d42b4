import type { FoundEntries } from '../../record/audit/compare-bundle.ts';
import type { TileSource } from '../../record/tile-reader.ts';
import type { TrustRow } from '../trust/effective.ts';
import type { StateSource } from './state/source.ts';

/**
 * Where an audit reads from: a verifier, a folder or a database. Nothing of it is believed: everything is compared with a root
 * that was signed, or with a digest in an act under that root. Undefined means: it is not there.
 */
export type AuditSource = {
  /** As the audit names it. */
  readonly name: string;
  readonly log: LogSource;
  /** Null where only the public half of the log is at hand. */
  readonly acts: ((bundle: number, width: number) => Promise<readonly (FoundAct | undefined)[]>) | null;
  readonly records: RecordSource | null;
};

export type LogSource = {
  /** The newest checkpoint as it is served, a signed note; null for a database, which signs nothing. */
  readonly checkpoint: () => Promise<string | null>;
  /** A database's own head. */
  readonly head: () => Promise<{ readonly size: number; readonly root: Uint8Array } | null>;
  /** The acts that gave it its names, as they are found; none for a log that was never restored behind what it published. */
  readonly origins: () => Promise<readonly FoundAct[]>;
  /** Tiles of hashes. */
  readonly tile: TileSource;
  readonly entries: (bundle: number, width: number) => Promise<FoundEntries | undefined>;
};

/** An act and its salt, as they are found. */
export type FoundAct = {
  readonly leafIndex: number;
  readonly type: string;
  readonly atMs: number;
  readonly tenant: string;
  /** JSON. */
  readonly body: string;
  readonly salt: Uint8Array;
};

/** What acts speak of. */
export type RecordSource = {
  readonly appraisal: (sessionId: string) => Promise<FoundAppraisal | undefined>;
  readonly evidence: (sha256: string) => Promise<Uint8Array | undefined>;
  readonly document: (sha256: string) => Promise<Uint8Array | undefined>;
  /** By the digest that results cite; several principals may have proposed the same. */
  readonly trustInputs: (digest: string) => Promise<readonly TrustRow[]>;
  readonly decision: (id: string) => Promise<FoundDecision | undefined>;
  /** What decisions weighed, and conditions of licences, by digest: canonical JSON. */
  readonly weighed: (sha256: string) => Promise<string | undefined>;
  /** The leaf of the act that says that what another leaf speaks of was deleted by rule. */
  readonly deletedBy: (leafIndex: number) => Promise<number | undefined>;
  /** What the act at a leaf deleted: JSON (record/audit/deletion.ts). */
  readonly deletedItems: (leafIndex: number) => Promise<string | undefined>;
  /** Whatever is kept and in force, so that what no act speaks of is found; null where the source does not list it. */
  readonly inventory: (() => AsyncIterable<Kept>) | null;
  /** Rows that acts brought about; null where the source shows none. */
  readonly state: StateSource | null;
};

export type FoundAppraisal = {
  /** Where it says that its act stands. */
  readonly leafIndex: number;
  readonly evidenceSha256: string;
  /** The text of the answer. */
  readonly answer: string;
  /** The text of its inputs; null for one of before they were kept. */
  readonly inputs: string | null;
};

export type FoundDecision = {
  readonly leafIndex: number;
  /** JSON of the answer, its receipt aside. */
  readonly answer: string;
};

/** Something that is kept, by what it is, and where it says that its act stands. */
export type Kept =
  | { readonly kind: 'appraisal' | 'decision'; readonly id: string; readonly leafIndex: number }
  | { readonly kind: 'trust-input'; readonly id: string; readonly digest: string }
  | { readonly kind: 'key'; readonly id: string };
