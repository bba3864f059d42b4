import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { equalBytes } from '../../bytes/equal.ts';
import { toHex } from '../../bytes/text.ts';
import type { PcrBank } from '../../evidence/bundle/tpm-item.ts';
import { hashAlgorithmByName } from '../../evidence/tpm/algorithms.ts';
import { parseTpmsAttestQuote } from '../../evidence/tpm/attest.ts';
import { AgentError } from '../errors.ts';
import { handleText } from './handles.ts';
import type { DeviceQuote, QuoteRequest } from './port.ts';
import type { Scratch } from './scratch.ts';
import { formatPcrChoice, type PcrChoice } from './selection.ts';

const ATTEMPTS = 4;

/**
 * Quotes and reads the PCRs until both agree: the values are read beside the quote, not in it, and a PCR that is extended
 * in between (IMA does so at any time) would make honest evidence look altered.
 */
export async function quote(
  scratch: Scratch,
  akHandle: number,
  { extraData, choice }: QuoteRequest,
): Promise<DeviceQuote> {
  for (let attempt = 1; ; attempt++) {
    await scratch.run('tpm2_quote', [
      ...['-c', handleText(akHandle), '-l', formatPcrChoice(choice), '-q', toHex(extraData), '-g', 'sha256'],
      ...['-m', 'quote.msg', '-s', 'quote.sig', '-o', 'quote.pcrs', '-F', 'values'],
    ]);
    const values = await scratch.get('quote.pcrs');
    const pcrs = splitValues(values, choice);
    const message = await scratch.get('quote.msg');
    const signed = parseTpmsAttestQuote(message).pcrDigest;
    if (equalBytes(signed, createHash('sha256').update(values).digest())) {
      return { quote: message, signature: await scratch.get('quote.sig'), pcrs };
    }
    if (attempt === ATTEMPTS) {
      throw new AgentError(
        'pcrs_moving',
        `PCRs of ${formatPcrChoice(choice)} changed during each of ${ATTEMPTS} quotes`,
        'Leave out those that change while the host runs, such as 10 (IMA), with --pcrs.',
      );
    }
    await wait(20 * attempt);
  }
}

/** Raw values in the order of the choice, as `-F values` writes them. A bank that is not active has none. */
function splitValues(values: Uint8Array, choice: PcrChoice): DeviceQuote['pcrs'] {
  const banks = new Map<PcrBank, Map<number, Uint8Array>>();
  let offset = 0;
  for (const { bank, pcrs } of choice) {
    const size = hashAlgorithmByName(bank)?.digestBytes ?? 0;
    const byIndex = new Map<number, Uint8Array>();
    for (const pcr of pcrs) {
      byIndex.set(pcr, values.subarray(offset, offset + size));
      offset += size;
    }
    banks.set(bank, byIndex);
  }
  if (offset === values.length) return banks;
  throw new AgentError(
    'pcr_bank_inactive',
    `this TPM does not keep all PCRs of ${formatPcrChoice(choice)}`,
    'Name PCRs of an active bank with --pcrs (tpm2_getcap pcrs lists them), or activate the bank in the firmware settings.',
    { expected: `${offset} bytes`, actual: `${values.length} bytes` },
  );
}
