import { generateKeyPairSync } from 'node:crypto';
import type { DeviceQuote, QuoteRequest, TpmDevice } from '../../agent/tpm/port.ts';
import type { PcrBank } from '../../evidence/bundle/tpm-item.ts';
import { signAs } from './software-tpm.ts';

/**
 * What attackers and broken hosts do with a TPM's answers, one deceit a function. Each leaves everything else as an
 * honest TPM made it, so that one check alone stands between it and acceptance.
 */

/** One PCR's value under another one's number: the deceit that verifiers miss who never read the signed selection. */
export function relabelPcr(quote: DeviceQuote, bank: PcrBank, from: number, to: number): DeviceQuote {
  const relabelled = [...(quote.pcrs.get(bank) ?? [])].map(
    ([pcr, value]) => [pcr === from ? to : pcr, value] as const,
  );
  return { ...quote, pcrs: new Map(quote.pcrs).set(bank, new Map(relabelled)) };
}

/** A value that was never in the PCR. */
export function alterPcr(quote: DeviceQuote, bank: PcrBank, pcr: number): DeviceQuote {
  const values = new Map(quote.pcrs.get(bank));
  const value = Uint8Array.from(values.get(pcr) ?? []);
  value[0] = (value[0] ?? 0) ^ 1;
  return { ...quote, pcrs: new Map(quote.pcrs).set(bank, values.set(pcr, value)) };
}

/** One bit of what was signed is another. */
export function alterQuote(quote: DeviceQuote, offset: number): DeviceQuote {
  return { ...quote, quote: quote.quote.map((octet, index) => (index === offset ? octet ^ 1 : octet)) };
}

/** Signed well, by a key that nobody enrolled. */
export function signWithAnotherKey(quote: DeviceQuote): DeviceQuote {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...quote, signature: signAs(privateKey, quote.quote) };
}

type Deceit = (honest: TpmDevice, request: QuoteRequest) => Promise<DeviceQuote>;

/** A TPM whose quotes pass through somebody's hands. */
export function withQuotes(honest: TpmDevice, deceit: Deceit): TpmDevice {
  return {
    readEndorsement: () => honest.readEndorsement(),
    createOrLoadAk: () => honest.createOrLoadAk(),
    activateCredential: (challenge) => honest.activateCredential(challenge),
    readLogs: (choice) => honest.readLogs(choice),
    quote: (request) => deceit(honest, request),
  };
}

/** Quotes that answer another challenge than the one that was asked. */
export function answeringAnotherNonce(honest: TpmDevice): TpmDevice {
  return withQuotes(honest, (tpm, request) =>
    tpm.quote({ ...request, extraData: request.extraData.map((octet) => octet ^ 0xff) }),
  );
}

/** Quotes of fewer PCRs than are handed over: the value left out of the signature is the attacker's to choose. */
export function leavingOut(honest: TpmDevice, bank: PcrBank, pcr: number): TpmDevice {
  return withQuotes(honest, async (tpm, request) => {
    const choice = request.choice.map((part) =>
      part.bank === bank ? { bank, pcrs: part.pcrs.filter((other) => other !== pcr) } : part,
    );
    const quote = await tpm.quote({ ...request, choice });
    const claimed = (await tpm.quote(request)).pcrs;
    return { ...quote, pcrs: claimed };
  });
}

/** Another host's TPM does the quoting, with its own key. */
export function quotedBy(honest: TpmDevice, other: TpmDevice): TpmDevice {
  return withQuotes(honest, (_, request) => other.quote(request));
}

/** Another host's attestation key altogether, as if it were this host's: what a stolen key's name alone would do. */
export function claimingKeyOf(honest: TpmDevice, other: TpmDevice): TpmDevice {
  return {
    ...withQuotes(honest, (_, request) => other.quote(request)),
    createOrLoadAk: () => other.createOrLoadAk(),
  };
}
