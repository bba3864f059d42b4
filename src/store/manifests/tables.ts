/** The tables of manufacturers' words about devices. Instants are milliseconds since the epoch; digests lower-case hexadecimal. */
export type ManifestTables = {
  readonly device_manifest: DeviceManifestTable;
  readonly device_link: DeviceLinkTable;
};

/** A device manifest, or a TPM's platform certificate, as it was imported; never changed. */
export type DeviceManifestTable = {
  readonly id: string;
  /** Whoever imported it: manifests name chips that are nobody else's business. */
  readonly tenant: string;
  readonly kind: 'manifest' | 'platform-certificate';
  /** Of `content`. */
  readonly sha256: string;
  readonly content: Uint8Array;
  readonly manufacturer: string;
  /** What it stands by: a key's thumbprint, or `tcg-platform-ca:<sha256>` of a root. It counts while that is approved. */
  readonly signer: string;
  readonly issued_at_ms: number;
  readonly expires_at_ms: number | null;
  /** How many it speaks of. */
  readonly devices: number;
  readonly imported_by: string;
  readonly imported_at_ms: number;
  readonly leaf_index: number;
};

/** What one of them says of one device. */
export type DeviceLinkTable = {
  readonly manifest_id: string;
  /** In the order of the manifest. */
  readonly position: number;
  readonly manufacturer: string;
  readonly kind: string;
  readonly serial: string;
  readonly model: string;
  readonly identity_type: string;
  readonly identity_sha256: string;
  /** The later manifest of the same manufacturer that speaks of this serial number or chip: from then on this says nothing. */
  readonly superseded_by: string | null;
};
