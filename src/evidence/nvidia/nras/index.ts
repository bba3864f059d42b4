/** Tokens of NVIDIA's remote attestation service: what other rooms may use. */
export { type NrasAnswer, parseNrasAnswer } from './answer.ts';
export type { DeviceClaims, OverallClaims } from './claims.ts';
export { type NrasKey, type NrasKeys, parseJwks } from './jwks.ts';
export { type NrasDeviceSummary, type NrasSummary, summariseNras } from './summary.ts';
export {
  NRAS_ISSUER,
  type NrasDevice,
  type NrasEvidence,
  type NrasInput,
  type NrasResult,
  verifyNras,
} from './verify.ts';
