/** Manufacturers' device manifests: docs/device-manifest.md. */
export { type ManufacturerKey, readManifestKey, thumbprint } from './keys.ts';
export { type ParsedManifest, parseDeviceManifest } from './parse.ts';
export {
  type ManifestResult,
  type Manufacturer,
  type SignedManifest,
  verifyDeviceManifest,
} from './verify.ts';
