export type { Endpoint } from './endpoint.ts';
export {
  type Hello,
  helloHolds,
  parseHello,
  parseWelcome,
  readyHolds,
  sealReady,
  signHello,
  signWelcome,
  type Welcome,
  welcomeHolds,
} from './hello.ts';
export {
  agreeKeys,
  keyIdOf,
  type ProbeContext,
  type ProbeKeys,
  probeContext,
  publicKeyOf,
  rawPublicKey,
} from './keys.ts';
export { type MessageName, messageName, type RefusalReason } from './messages.ts';
export {
  COOKIE_BYTES,
  encodeCookie,
  encodeOpen,
  encodeRefusal,
  parseCookie,
  parseOpen,
  parseRefusal,
  TOKEN_BYTES,
} from './opening.ts';
export {
  MAX_PERMIT_LIFETIME_MS,
  MIN_BURSTS,
  MIN_ROUNDS,
  type Permit,
  parsePermit,
  signPermit,
} from './permit.ts';
export {
  encodeReceiptMessage,
  type ProbeReceipt,
  parseReceipt,
  parseReceiptMessage,
  signReceipt,
  type TimedRound,
} from './receipt.ts';
export {
  type AnsweredRound,
  PROBE_BYTES,
  ProbeWriter,
  ReplyWriter,
  RoundTag,
  replyHolds,
  seqOfReply,
  sessionOfReply,
} from './timed.ts';
export {
  encodeAttest,
  openRounds,
  parseAttest,
  sameTranscript,
  sealRounds,
  signTranscript,
  transcriptHash,
  transcriptSignatureHolds,
} from './transcript.ts';
export { type PermitKey, type PermitTrust, verifyPermit } from './verify-permit.ts';
export {
  measurementOf,
  type ReceiptBound,
  type ReceiptContext,
  type TrustedLandmark,
  verifyReceipt,
} from './verify-receipt.ts';
export { MAX_DATAGRAM_BYTES, MAX_ROUNDS } from './wire.ts';
