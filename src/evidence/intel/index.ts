/** SGX and TDX quotes: the public face of this room. */
export type { IntelCollateral } from './collateral.ts';
export type {
  EnclaveReport,
  IntelEvidence,
  PckIdentity,
  SgxEvidence,
  TdReport,
  TdxEvidence,
} from './evidence.ts';
export { readPckIdentity } from './pck.ts';
export { parseQuote, type Quote } from './quote.ts';
export {
  type CollateralUse,
  type ComponentVerdict,
  type IntelVerdict,
  type Shortfall,
  TCB_STATUSES,
  type TcbStatus,
} from './verdict.ts';
export { type IntelQuoteInput, type IntelQuoteResult, verifyIntelQuote } from './verify.ts';
