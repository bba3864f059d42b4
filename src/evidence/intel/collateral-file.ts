import { FormatError } from '../../bytes/errors.ts';
import { parseJson } from '../../bytes/json.ts';
import { fromHex, toUtf8 } from '../../bytes/text.ts';
import type { IntelCollateral } from './collateral.ts';
import { Fields } from './document-fields.ts';

/**
 * Collateral in one JSON file, as the users of dcap-qvl keep it: the inner documents as text, their signatures and the CRLs
 * in hexadecimal, the chains in PEM. Members of other names are passed over, `pck_crl_issuer_chain` among them: the CRL's issuer
 * is the PCK certificate's own.
 *
 * @throws FormatError
 */
export function parseCollateralFile(bytes: Uint8Array): IntelCollateral {
  const fields = new Fields(parseJson(bytes, { maxDepth: 4 }), 'collateral');
  const text = (name: string): string | null => fields.optionalText(name, MAX_TEXT);
  const hex = (name: string): Uint8Array | null => {
    const digits = text(name);
    return digits === null ? null : fromHex(digits.trim(), `collateral.${name}`);
  };
  return {
    tcbInfo: documentOf('tcbInfo', text('tcb_info'), text('tcb_info_signature')),
    tcbInfoChain: bytesOf(text('tcb_info_issuer_chain')),
    qeIdentity: documentOf('enclaveIdentity', text('qe_identity'), text('qe_identity_signature')),
    qeIdentityChain: bytesOf(text('qe_identity_issuer_chain')),
    rootCrl: hex('root_ca_crl'),
    pckCrl: hex('pck_crl'),
    pckChain: bytesOf(text('pck_certificate_chain')),
  };
}

/** A CRL of some thousand entries, in hexadecimal. */
const MAX_TEXT = 1 << 19;

/**
 * The document as Intel's service hands it out, around the very characters that were signed. They must be one JSON value:
 * text that closes the object and opens another would come out as a document of other members.
 */
function documentOf(name: string, inner: string | null, signature: string | null): Uint8Array | null {
  if (inner === null) return null;
  parseJson(inner);
  if (signature === null) {
    const path = `collateral.${name}`;
    throw new FormatError('bad_value', `${path} has no signature`, { path });
  }
  return toUtf8(`{"${name}":${inner},"signature":${JSON.stringify(signature)}}`, name);
}

function bytesOf(text: string | null): Uint8Array | null {
  return text === null ? null : toUtf8(text, 'collateral');
}
