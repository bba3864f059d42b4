import { hash } from 'node:crypto';
import { parseEventLog, replayEventLog } from '../../src/evidence/tpm/index.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { eventLog, type Measurement } from '../../src/forge/tpm/measured-boot.ts';
import { grubText, secureBootChain } from '../../src/forge/tpm/secure-boot.ts';
import { compareRates, type Row } from './row.ts';

/** As many texts as GRUB measures on a usual host. */
const TEXTS = 80;

/**
 * A log of a boot under Secure Boot, parsed and replayed, against the bare hashing of the same events: each of its digests
 * extended into its register, by somebody who knows where they stand.
 */
export async function eventlog(): Promise<Row[]> {
  return [compare('SHA-256', 'sha256'), compare('SHA-384', 'sha384')];
}

function compare(name: string, bank: 'sha256' | 'sha384'): Row {
  const signer = makeEkCa(new Date(), 'a signer').root;
  const more = Array.from({ length: TEXTS }, (_, at) =>
    grubText('grub_cmd', `set variable_${at}=some value`),
  );
  const chain: readonly Measurement[] = secureBootChain({
    firmwareSigner: signer,
    kernelSigner: signer,
    more,
  });
  const log = eventLog(chain, ['sha1', 'sha256', 'sha384']);
  const digests = chain.map(({ pcr, event, measured = event }) => ({
    pcr,
    digest: hash(bank, measured, 'buffer'),
  }));
  const size = digests[0]?.digest.length ?? 0;

  const subject = (): void => {
    if (replayEventLog(parseEventLog(log), bank).pcrs.size !== 10)
      throw new Error('the log was not replayed');
  };
  const baseline = (): void => {
    // The least that an extension takes: a register and a digest side by side, hashed, and the register written back.
    const pair = Buffer.alloc(2 * size);
    for (const { digest } of digests) {
      pair.set(digest, size);
      pair.set(hash(bank, pair, 'buffer'));
    }
  };
  return compareRates(`eventlog ${name}, ${digests.length} events`, subject, baseline);
}
