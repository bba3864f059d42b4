import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { AgentError } from '../../agent/errors.ts';
import type { HostLogs } from '../../agent/tpm/event-log.ts';
import type {
  AttestationKey,
  CredentialChallenge,
  DeviceQuote,
  Endorsement,
  QuoteRequest,
  TpmDevice,
} from '../../agent/tpm/port.ts';
import type { PcrChoice } from '../../agent/tpm/selection.ts';
import { concatBytes } from '../../bytes/concat.ts';
import { hashAlgorithmByName } from '../../evidence/tpm/algorithms.ts';
import {
  activateCredential,
  type HashName,
  parseCredential,
  parseTpm2bPublic,
  qualifiedName,
  TPM_RH_ENDORSEMENT,
  TpmError,
} from '../../evidence/tpm/index.ts';
import type { EkCa } from './ek-ca.ts';
import {
  type EkTemplate,
  marshalAkPublic,
  marshalEkPublic,
  marshalQuote,
  marshalSignature,
} from './marshal.ts';
import { demonstrationBoot, eventLog, extend, type Measurement } from './measured-boot.ts';

const PCRS = 24;
/** PCRs 17 to 22 are all ones until a dynamic root of trust resets them (PC Client Platform TPM Profile, 4.6). */
const ONES_AT_RESET = { first: 17, last: 22 } as const;

export type SoftwareTpmOptions = {
  readonly ca: EkCa;
  readonly clock: () => Date;
  /** Default `rsa2048`. */
  readonly ek?: EkTemplate;
  /** Default `ecc`. */
  readonly ak?: 'rsa' | 'ecc';
  /** Default SHA-256 alone. */
  readonly banks?: readonly HashName[];
  /** An earlier TPM's {@link SoftwareTpm.state}: the same TPM again. The options above it then count for nothing. */
  readonly state?: SoftwareTpmState;
};

/** What a power cut leaves of a TPM. */
export type SoftwareTpmState = {
  readonly ek: EkTemplate;
  readonly banks: readonly HashName[];
  /** PKCS #8, PEM. */
  readonly ekPrivate: string;
  readonly akPrivate: string;
  /** Base64. */
  readonly ekCertificate: string;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  readonly resetCount: number;
};

/**
 * A TPM 2.0 in this process: byte-exact structures, under a throwaway CA.
 *
 * Synthetic evidence for demonstrations, examples and tests. Its keys lie in memory for anybody to read, so what it
 * attests is worth nothing; it is accepted only where its CA's root was trusted by hand.
 */
export class SoftwareTpm implements TpmDevice {
  readonly #clock: () => Date;
  readonly #template: EkTemplate;
  readonly #banks: readonly HashName[];
  readonly #ek: KeyObject;
  readonly #ak: KeyObject;
  readonly #endorsement: Endorsement;
  readonly #attestationKey: AttestationKey;
  readonly #madeAt: number;
  #resetCount: number;
  #pcrs = new Map<HashName, Uint8Array[]>();
  #log: Uint8Array | null = null;

  constructor({ ca, clock, ek = 'rsa2048', ak = 'ecc', banks = ['sha256'], state }: SoftwareTpmOptions) {
    this.#clock = clock;
    this.#template = state?.ek ?? ek;
    this.#banks = state?.banks ?? banks;
    this.#madeAt = state?.madeAt ?? clock().getTime();
    this.#resetCount = state?.resetCount ?? 0;
    this.#ek = state === undefined ? newKey(ek) : createPrivateKey(state.ekPrivate);
    this.#ak =
      state === undefined ? newKey(ak === 'rsa' ? 'rsa2048' : 'ecc256') : createPrivateKey(state.akPrivate);
    const ekKey = createPublicKey(this.#ek);
    this.#endorsement = {
      ekCertificate:
        state === undefined
          ? ca.certify(ekKey, clock())
          : new Uint8Array(Buffer.from(state.ekCertificate, 'base64')),
      ekIntermediates: [],
      ekPublic: marshalEkPublic(this.#template, ekKey),
    };
    const akPublic = marshalAkPublic(createPublicKey(this.#ak));
    this.#attestationKey = { akPublic, name: parseTpm2bPublic(akPublic).name };
    this.boot(demonstrationBoot());
  }

  /** For keeping this TPM from one start to the next. Holds its private keys. */
  state(): SoftwareTpmState {
    const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
    return {
      ek: this.#template,
      banks: this.#banks,
      ekPrivate: pem(this.#ek),
      akPrivate: pem(this.#ak),
      ekCertificate: Buffer.from(this.#endorsement.ekCertificate).toString('base64'),
      madeAt: this.#madeAt,
      resetCount: this.#resetCount,
    };
  }

  /** Resets the TPM as a power cycle does, and measures what then boots. */
  boot(measurements: readonly Measurement[]): void {
    this.#resetCount++;
    for (const bank of this.#banks) {
      const length = hashAlgorithmByName(bank)?.digestBytes ?? 0;
      this.#pcrs.set(
        bank,
        Array.from({ length: PCRS }, (_, pcr) =>
          new Uint8Array(length).fill(pcr >= ONES_AT_RESET.first && pcr <= ONES_AT_RESET.last ? 0xff : 0),
        ),
      );
    }
    for (const { pcr, event, measured = event } of measurements) this.extend(pcr, measured);
    this.#log = eventLog(measurements, this.#banks);
  }

  /** Extends one PCR of every bank with the digest of these bytes; unlike {@link boot}, leaves no trace in the log. */
  extend(pcr: number, event: Uint8Array): void {
    for (const [bank, values] of this.#pcrs) {
      const value = values[pcr];
      if (value === undefined) throw new RangeError(`no PCR ${pcr}`);
      values[pcr] = extend(bank, value, event);
    }
  }

  async readEndorsement(): Promise<Endorsement> {
    return this.#endorsement;
  }

  async createOrLoadAk(): Promise<AttestationKey> {
    return this.#attestationKey;
  }

  async quote({ extraData, choice }: QuoteRequest): Promise<DeviceQuote> {
    const pcrs = this.#read(choice);
    const values = concatBytes([...pcrs.values()].flatMap((byIndex) => [...byIndex.values()]));
    const quote = marshalQuote({
      qualifiedSigner: qualifiedName(TPM_RH_ENDORSEMENT, [
        parseTpm2bPublic(this.#endorsement.ekPublic),
        parseTpm2bPublic(this.#attestationKey.akPublic),
      ]),
      extraData,
      clockInfo: {
        clock: BigInt(Math.max(0, this.#clock().getTime() - this.#madeAt)),
        resetCount: this.#resetCount,
        restartCount: 0,
        safe: true,
      },
      firmwareVersion: 0x0001_0000_0000_0000n,
      choice,
      pcrDigest: createHash('sha256').update(values).digest(),
    });
    return { quote, signature: signAs(this.#ak, quote), pcrs };
  }

  async activateCredential({ credentialBlob, encryptedSecret }: CredentialChallenge): Promise<Uint8Array> {
    const ekPublic = parseTpm2bPublic(this.#endorsement.ekPublic);
    const credential = parseCredential(credentialBlob, encryptedSecret);
    try {
      return activateCredential(ekPublic, this.#ek, this.#attestationKey.name, credential);
    } catch (cause) {
      if (!(cause instanceof TpmError)) throw cause;
      throw new AgentError('credential_refused', cause.message, 'Begin the enrolment anew.', { cause });
    }
  }

  async readEventLog(): Promise<Uint8Array | null> {
    return this.#log;
  }

  async readLogs(): Promise<HostLogs> {
    return { eventLog: { log: this.#log ?? new Uint8Array(), why: null }, imaLog: null };
  }

  #read(choice: PcrChoice): DeviceQuote['pcrs'] {
    return new Map(
      choice.map(({ bank, pcrs }) => {
        const values = this.#pcrs.get(bank);
        if (values === undefined) {
          throw new AgentError('pcr_bank_inactive', `no bank ${bank}`, 'Name PCRs of an active bank.');
        }
        return [bank, new Map(pcrs.map((pcr) => [pcr, values[pcr] ?? new Uint8Array()]))];
      }),
    );
  }
}

/** TPMT_SIGNATURE of an attestation key over a message. */
export function signAs(ak: KeyObject, message: Uint8Array): Uint8Array {
  if (ak.asymmetricKeyType === 'rsa') return marshalSignature('rsa', sign('sha256', message, ak));
  return marshalSignature('ecc', sign('sha256', message, { key: ak, dsaEncoding: 'ieee-p1363' }));
}

function newKey(kind: EkTemplate): KeyObject {
  if (kind === 'rsa2048') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return generateKeyPairSync('ec', { namedCurve: kind === 'ecc256' ? 'P-256' : 'P-384' }).privateKey;
}
