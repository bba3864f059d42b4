/**
 * Sextant's transparency log, for whoever checks it: `sextant/record`. Everything here is a function of its arguments;
 * nothing needs the service.
 *
 * Begin with {@link verifyReceipt}: it takes a receipt as the service answers it and the log's key, and answers the act.
 */

export { type DrawJudgement, verifyDraw } from './challenge/verify.ts';
export { type Checkpoint, signCheckpoint, verifyCheckpoint } from './checkpoint.ts';
export { type Consistency, consistencyProof, verifyConsistency } from './consistency.ts';
export {
  type Cosignature,
  cosign,
  formatWitnessKey,
  parseWitnessKey,
  verifyCosignature,
} from './cosignature.ts';
export {
  type DisclosureJudgement,
  type DisclosurePolicy,
  namesIn,
  presentSdJwt,
  type Showing,
  verifyDisclosure,
} from './disclosure/index.ts';
export { type RecordCode, RecordError } from './errors.ts';
export { type LogGrowth, makeGrowth, verifyGrowth } from './growth.ts';
export { type Inclusion, inclusionProof, verifyInclusion } from './inclusion.ts';
export { type Act, type ActBody, entryOf, leafOf } from './leaf.ts';
export {
  append,
  type CompactRange,
  EMPTY_RANGE,
  leafHash,
  type NodeId,
  nodeHash,
  rootOf,
  type TreeNode,
} from './merkle.ts';
export { formatVerifierKey, type NoteSigner, type NoteVerifier, parseVerifierKey } from './note.ts';
export { type Opening, readOpening } from './origin.ts';
export type { NodeReader } from './ranges.ts';
export { makeReceipt, type ProvenAct, type Receipt, verifyReceipt } from './receipt.ts';

export {
  deviceTable,
  type ParsedReport,
  parseReport,
  type ReportJudgement,
  type ReportPolicy,
  reportPage,
  verifyReport,
} from './report/index.ts';
export { readTree, type TileSource, type TreeReader } from './tile-reader.ts';
export { parseEntryBundle, parseHashTile, parseTilePath, type Tile, tilePath } from './tiles.ts';
export {
  type CosignedCheckpoint,
  verifyCosignedCheckpoint,
  type WitnessPolicy,
} from './witness-policy.ts';
