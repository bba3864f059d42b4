import { z } from 'zod';
import { equalBytes } from '../bytes/equal.ts';
import { fromBase64Url, toBase64Url } from '../bytes/text.ts';
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts';
import { RecordError } from './errors.ts';
import type { Act, ActBody } from './leaf.ts';
import type { NoteVerifier } from './note.ts';

/** The act with which a log that was restored behind what it had published goes on under another name. */
export const ORIGIN_OPENED = 'log.origin-opened';

/** What such an act says. */
export type Opening = {
  /** The name from this leaf on. */
  readonly origin: string;
  /** The leaf of the act: as many leaves as there are of the predecessor. */
  readonly leafIndex: number;
  readonly predecessor: {
    readonly origin: string;
    /** What of the predecessor is there: its first leaves, and their root. */
    readonly size: number;
    readonly root: Uint8Array;
    /** The largest tree of it that is known to have been published, by its number of leaves alone where only a witness told. */
    readonly publishedSize: number;
    /** Its checkpoint, a signed note; null where nobody has it. */
    readonly checkpoint: string | null;
  };
  readonly reason: string;
};

const body = z.strictObject({
  origin: z.string().min(1).max(255),
  predecessor: z.strictObject({
    origin: z.string().min(1).max(255),
    size: z.int().min(0),
    root: z.string(),
    publishedSize: z.int().min(0),
    checkpoint: z.string().max(65_536).nullable(),
  }),
  reason: z.string(),
});

/** The body of the act. Anybody may read it. */
export function openingBody({ origin, predecessor, reason }: Omit<Opening, 'leafIndex'>): ActBody {
  return { origin, predecessor: { ...predecessor, root: toBase64Url(predecessor.root) }, reason };
}

/**
 * Reads an act that was shown to be a leaf, and verifies what it says of itself: it is the first leaf behind the predecessor's, and the
 * checkpoint that it brings is the predecessor's, by the same key, and as large as it says.
 *
 * What remains unproven: that the predecessor's leaves are those that others saw (compare their checkpoints with the tree), and that no larger
 * checkpoint was published than it names.
 *
 * @param key of the log, under any of its names: they share it
 * @throws RecordError `opening_malformed`, and what `verifyCheckpoint` throws
 */
export function readOpening(act: Act, leafIndex: number, key: Pick<NoteVerifier, 'publicKey'>): Opening {
  const parsed = body.safeParse(act.body);
  if (act.type !== ORIGIN_OPENED || !parsed.success) throw malformed('it is no such act', act.type);
  const { origin, predecessor, reason } = parsed.data;
  const root = fromBase64Url(predecessor.root, 'predecessor.root');
  if (predecessor.size !== leafIndex) throw malformed('it stands elsewhere', `leaf ${leafIndex}`);
  if (origin === predecessor.origin) throw malformed('it names itself', origin);
  const published = publishedOf(predecessor, key);
  if (published !== null && published.size !== predecessor.publishedSize)
    throw malformed('its checkpoint is of another size', String(published.size));
  const isSame = published?.size === predecessor.size && equalBytes(published.root, root);
  if (isSame) throw malformed('it lost nothing', `${predecessor.size} leaves`);
  return { origin, leafIndex, predecessor: { ...predecessor, root }, reason };
}

function publishedOf(
  { origin, checkpoint }: { readonly origin: string; readonly checkpoint: string | null },
  { publicKey }: Pick<NoteVerifier, 'publicKey'>,
): Checkpoint | null {
  return checkpoint === null ? null : verifyCheckpoint(checkpoint, { name: origin, publicKey });
}

function malformed(why: string, actual: string): RecordError {
  return new RecordError('opening_malformed', `no opening of an origin: ${why}`, { path: 'act', actual });
}
