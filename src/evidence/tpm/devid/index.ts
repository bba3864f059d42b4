/** Device identities and attestation keys that machines' makers certify. */
export { deviceNames, type HardwareModuleName, type PermanentIdentifier } from './names.ts';
export { type DevIdKind, isSameModule } from './profile.ts';
export {
  type DevIdInput,
  type DevIdKey,
  type DevIdOptions,
  type DevIdResult,
  verifyDevId,
} from './verify.ts';
