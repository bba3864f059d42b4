import { SextantError } from '../bytes/errors.ts';

/** What can be wrong with a proof, a checkpoint or a receipt. Codes are API. */
export type RecordCode =
  /** A salt is not 32 bytes. */
  | 'salt_length'
  /** An index lies outside the tree that is spoken of. */
  | 'index_out_of_range'
  /** A proof has more or fewer hashes than the tree's shape demands, or one of another length. */
  | 'proof_shape'
  /** The proof leads to another root. */
  | 'root_mismatch'
  /** The bytes are no signed checkpoint. */
  | 'checkpoint_malformed'
  /** No signature line carries the key's name and id. */
  | 'signature_absent'
  /** A signature line claims the key and does not verify. */
  | 'signature_invalid'
  /** The checkpoint is of another log. */
  | 'origin_mismatch'
  /** The receipt's text is not a receipt. */
  | 'receipt_malformed'
  /** The act does not open an origin. */
  | 'opening_malformed'
  /** The value is no proof of growth. */
  | 'growth_malformed'
  /** Fewer witnesses than the policy asks for have cosigned the checkpoint in time. */
  | 'witnesses_missing'
  /** A policy of witnesses that none or too few could meet, or one key twice. */
  | 'policy_malformed'
  /** The text is no key of a log or witness. */
  | 'verifier_key_malformed'
  /** The log serves no such tile though the tree has it. */
  | 'tile_absent'
  /** A tile's hashes do not lie under the root of the checkpoint. */
  | 'tile_mismatch'
  /** An entry is not the one that its leaf is the hash of. */
  | 'entry_mismatch';

/** A proof that does not prove what it claims. */
export class RecordError extends SextantError<RecordCode> {}
