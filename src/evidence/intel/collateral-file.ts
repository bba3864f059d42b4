import { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { parseJson } from '../../bytes/json.ts';
import { fromHex, toUtf8 } from '../../bytes/text.ts';
import type { IntelCollateral } from './collateral.ts';
import { readFields } from './document-fields.ts';

/**
 * Collateral in one JSON file, as the users of dcap-qvl keep it: the inner documents as text, their signatures and the CRLs
 * in hexadecimal, the chains in PEM. Members of other names are passed over, `pck_crl_issuer_chain` among them: the CRL's issuer
 * is the PCK certificate's own.
 */
const schema = z.object({
  tcb_info: z.string().optional(),
  tcb_info_signature: z.string().optional(),
  tcb_info_issuer_chain: z.string().optional(),
  qe_identity: z.string().optional(),
  qe_identity_signature: z.string().optional(),
  qe_identity_issuer_chain: z.string().optional(),
  root_ca_crl: z.string().optional(),
  pck_crl: z.string().optional(),
  pck_certificate_chain: z.string().nullish(),
});

/** @throws FormatError */
export function parseCollateralFile(bytes: Uint8Array): IntelCollateral {
  const fields = readFields(schema, parseJson(bytes, { maxDepth: 4 }), 'collateral');
  return {
    tcbInfo: documentOf('tcbInfo', fields.tcb_info, fields.tcb_info_signature),
    tcbInfoChain: textOf(fields.tcb_info_issuer_chain),
    qeIdentity: documentOf('enclaveIdentity', fields.qe_identity, fields.qe_identity_signature),
    qeIdentityChain: textOf(fields.qe_identity_issuer_chain),
    rootCrl: hexOf(fields.root_ca_crl, 'collateral.root_ca_crl'),
    pckCrl: hexOf(fields.pck_crl, 'collateral.pck_crl'),
    pckChain: textOf(fields.pck_certificate_chain ?? undefined),
  };
}

/**
 * The document as Intel's service hands it out, around the very characters that were signed. They must be one JSON value:
 * text that closes the object and opens another would come out as a document of other members.
 */
function documentOf(
  name: string,
  inner: string | undefined,
  signature: string | undefined,
): Uint8Array | null {
  if (inner === undefined) return null;
  parseJson(inner);
  if (signature === undefined) {
    const path = `collateral.${name}`;
    throw new FormatError('bad_value', `${path} has no signature`, { path });
  }
  return toUtf8(`{"${name}":${inner},"signature":${JSON.stringify(signature)}}`, name);
}

function textOf(text: string | undefined): Uint8Array | null {
  return text === undefined ? null : toUtf8(text, 'collateral');
}

function hexOf(text: string | undefined, path: string): Uint8Array | null {
  return text === undefined ? null : fromHex(text.trim(), path);
}
