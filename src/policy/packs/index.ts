/** `sextant/packs`: rule packs, read, analysed and asked. Apart from `sextant/policy`, for Cedar takes a while to load. */
export { narrow } from '../narrow.ts';
export { PackAnswers } from './answers.ts';
export { type DecisionBasis, decideUnpaid, decideWeighed } from './decide.ts';
export { diffPacks, type PackDifference } from './diff.ts';
export { PACK_FILES, packDigest, parsePack, parsePackFiles, type RulePack } from './document.ts';
export { evaluatePack, PACK_REASONS, type PackAnswer } from './evaluate.ts';
export { PACK_FINDING_CODES, type PackFinding } from './findings.ts';
export { type HostBasis, type PacksOfFleet, packsOfFleet } from './fleet.ts';
export { type PackInput, packInput } from './input.ts';
export { type AnalysedPack, analysePack, loadPack, PackError } from './load.ts';
export type { LoadedPack } from './loaded.ts';
export { reads } from './reads.ts';
export { replayDecision, type StoredDecision } from './replay.ts';
export type { Rule } from './rules.ts';
export { type Coverage, coverageOf, inWords, runTests, type TestResult } from './tests.ts';
