import { toHex } from '../../../bytes/text.ts';
import type { TpmItem } from '../../../evidence/bundle/tpm-item.ts';
import { parseTpmsAttestQuote, parseTpmtSignature } from '../../../evidence/tpm/index.ts';
import { type PcrSelection, selectedPcrs } from '../../../evidence/tpm/pcr-selection.ts';
import type { PcrBanks } from '../../../evidence/tpm/pcrs.ts';
import { writePcrFile } from '../../../evidence/tpm/write-pcr-file.ts';
import { type ExportPart, filesOf } from './files.ts';

type Quote = Pick<TpmItem, 'quote' | 'signature' | 'pcrs' | 'eventLog'> & {
  /** TPM2B_PUBLIC or PEM, under its name. */
  readonly key: readonly [name: string, bytes: Uint8Array];
  readonly imaLog: Uint8Array | null;
};

/**
 * A quote as tpm2-tools 5 read it, the PCR values in the file that `tpm2_quote -o` writes.
 *
 * @throws FormatError for what is no quote
 */
export function tpmPart(name: string, { quote, signature, pcrs, eventLog, imaLog, key }: Quote): ExportPart {
  const { extraData, pcrSelect } = parseTpmsAttestQuote(quote);
  const [keyName, keyBytes] = key;
  const files = filesOf({
    'quote.msg': quote,
    'quote.sig': signature,
    'quote.pcrs': writePcrFile(asSigned(pcrs.banks, pcrSelect)),
    [keyName]: keyBytes,
    eventlog: eventLog,
    ima: imaLog,
  });
  const commands = [
    `tpm2_checkquote -u ${keyName} -m quote.msg -s quote.sig -f quote.pcrs -g ${parseTpmtSignature(signature).hash.name} -q ${toHex(extraData)}`,
    ...(eventLog === null ? [] : ['tpm2_eventlog eventlog']),
  ];
  const readme = `# A TPM's quote
\`quote.msg\` is the TPMS_ATTEST that the TPM signed, \`quote.sig\` the TPMT_SIGNATURE, \`${keyName}\` the attestation key, \`quote.pcrs\` the values behind the quote's digest,
as \`tpm2_quote -o\` writes them${eventLog === null ? '' : '; `eventlog` is the firmware’s event log (TCG PC Client)'}${imaLog === null ? '' : '; `ima` is Linux’s IMA log'}.
\`\`\`
${commands.join('\n')}
\`\`\`
The value behind \`-q\` is the quote's extraData. \`../recompute.sh\` computes it from the nonce; compare both. That the key stands in the TPM that enrolled is what enrolment
showed (credential activation): no file here shows it.
`;
  return { name, files, readme };
}

/** The values that the quote is of, in its own order; what the host did not hand over is not there, and the tool says so. */
function asSigned(banks: PcrBanks, signed: PcrSelection): PcrBanks {
  return new Map(
    signed.map(({ hash, mask }) => {
      const values = banks.get(hash.name);
      const selected = selectedPcrs(mask).flatMap((pcr) => {
        const value = values?.get(pcr);
        return value === undefined ? [] : [[pcr, value] as const];
      });
      return [hash.name, new Map(selected)];
    }),
  );
}
