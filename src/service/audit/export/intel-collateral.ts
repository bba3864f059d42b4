import { fromUtf8, toHex } from '../../../bytes/text.ts';
import type { IntelCollateral } from '../../../evidence/intel/index.ts';
import { parseSignedDocument } from '../../../evidence/intel/signed-document.ts';
import { text } from './files.ts';

/**
 * Intel's documents in one file, as users of dcap-qvl keep them: the inner documents as the very text that is signed. What is missing is left
 * out.
 *
 * @throws FormatError for documents that are none of Intel's
 */
export function intelCollateralFile(collateral: IntelCollateral): Uint8Array {
  const utf8 = (bytes: Uint8Array | null): string | undefined =>
    bytes === null ? undefined : fromUtf8(bytes, 'collateral');
  const hex = (bytes: Uint8Array | null): string | undefined => (bytes === null ? undefined : toHex(bytes));
  const [tcb, qe] = [signed(collateral.tcbInfo, 'tcbInfo'), signed(collateral.qeIdentity, 'enclaveIdentity')];
  return text(
    `${JSON.stringify(
      {
        tcb_info: tcb?.text,
        tcb_info_signature: tcb?.signature,
        tcb_info_issuer_chain: utf8(collateral.tcbInfoChain),
        qe_identity: qe?.text,
        qe_identity_signature: qe?.signature,
        qe_identity_issuer_chain: utf8(collateral.qeIdentityChain),
        root_ca_crl: hex(collateral.rootCrl),
        pck_crl: hex(collateral.pckCrl),
        pck_certificate_chain: utf8(collateral.pckChain),
      },
      null,
      2,
    )}\n`,
  );
}

function signed(
  bytes: Uint8Array | null,
  name: string,
): { readonly text: string; readonly signature: string } | null {
  if (bytes === null) return null;
  const { signed: inner, signature } = parseSignedDocument(bytes, name);
  return { text: fromUtf8(inner, name), signature: toHex(signature) };
}
