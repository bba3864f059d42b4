/**
 * What Intel publishes about a platform, as received: nothing here has been verified, and what is missing is null. The
 * bytes are kept exactly, because signatures cover them exactly.
 */
export type IntelCollateral = {
  /** The JSON document {tcbInfo, signature} of the PCS. */
  readonly tcbInfo: Uint8Array | null;
  /** PEM: TCB Signing certificate, root. */
  readonly tcbInfoChain: Uint8Array | null;
  /** The JSON document {enclaveIdentity, signature} of the PCS. */
  readonly qeIdentity: Uint8Array | null;
  /** PEM: TCB Signing certificate, root. */
  readonly qeIdentityChain: Uint8Array | null;
  /** DER. */
  readonly rootCrl: Uint8Array | null;
  /** DER, of the CA that issued the PCK certificate. */
  readonly pckCrl: Uint8Array | null;
  /** PEM: PCK, its CA, root; only for quotes that carry no chain of their own. */
  readonly pckChain: Uint8Array | null;
};
