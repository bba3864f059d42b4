import { AgentError } from '../errors.ts';
import { holdsKey } from './certified-key.ts';
import type { EkCertificateSource } from './ek-certificate-service.ts';
import { EK_ALGORITHMS, type EkAlgorithm, ENDORSEMENT_KEYS } from './endorsement-keys.ts';
import { handleText, listHandles } from './handles.ts';
import { readManufacturer } from './manufacturer.ts';
import { readNv } from './nv.ts';
import type { Endorsement } from './port.ts';
import { flushTransient, type Scratch } from './scratch.ts';

/** Section 2.2.1.5.2: where a manufacturer may keep the CA certificates above the EK certificate. */
const CHAIN_FIRST = 0x01c00100;
const CHAIN_LAST = 0x01c001ff;

export type EkOptions = {
  /** Which endorsement key; default: the first of {@link EK_ALGORITHMS} with a certificate in NV. */
  readonly algorithm?: EkAlgorithm;
  /** The certificate (DER), where the TPM holds none: some manufacturers hand it out over the network. */
  readonly certificate?: Uint8Array;
  /** Asked for the certificate where neither NV nor `certificate` has one. Default: nobody is. */
  readonly source?: EkCertificateSource;
  /** CA certificates (DER) beside those in NV. */
  readonly intermediates?: readonly Uint8Array[];
  /** The machine's platform certificate, which makers hand out beside it. */
  readonly platform?: NonNullable<Endorsement['platform']>;
};

/** An endorsement key where tools can reach it: a persistent handle, or a context file in the scratch folder. */
export type LocatedEk = { readonly reference: string; readonly ekPublic: Uint8Array };

export async function readEndorsement(scratch: Scratch, options: EkOptions): Promise<Endorsement> {
  const indices = await listHandles(scratch, 'handles-nv-index');
  const algorithm = chooseEk(indices, options);
  const { source, platform } = options;
  const { ekPublic } = await locateEk(scratch, algorithm);
  const ekCertificate =
    options.certificate ?? (await findCertificate(scratch, indices, { algorithm, ekPublic, source }));
  const ekIntermediates = [...(options.intermediates ?? []), ...(await readChain(scratch, indices))];
  requireSameKey(ekCertificate, ekPublic);
  return { ekCertificate, ekIntermediates, ekPublic, ...(platform === undefined ? {} : { platform }) };
}

/** @throws AgentError `nv_index_absent` naming the indices that were looked at */
export function chooseEk(
  indices: readonly number[],
  { algorithm, certificate, source }: EkOptions,
): EkAlgorithm {
  if (certificate !== undefined) return algorithm ?? 'rsa2048';
  const sought = algorithm === undefined ? EK_ALGORITHMS : [algorithm];
  const found = sought.find((name) => indices.includes(ENDORSEMENT_KEYS[name].nvIndex));
  if (found !== undefined) return found;
  if (source !== undefined) return algorithm ?? 'rsa2048';
  const absent = sought.map((name) => `${handleText(ENDORSEMENT_KEYS[name].nvIndex)} (${name})`).join(', ');
  throw new AgentError(
    'nv_index_absent',
    `this TPM holds no EK certificate: NV index ${absent} is not defined`,
    'If Intel or AMD made it, say --fetch-ek-certificate; else ask the maker for the certificate and name it with --ek-certificate.',
    { expected: absent, actual: indices.map(handleText).join(', ') || 'no NV indices' },
  );
}

/**
 * Finds the key at its reserved handle, where a provisioned TPM keeps it, or else derives it again from the endorsement
 * seed by its template, which yields the same key each time.
 */
export async function locateEk(scratch: Scratch, algorithm: EkAlgorithm): Promise<LocatedEk> {
  const { handle } = ENDORSEMENT_KEYS[algorithm];
  const persistent = await listHandles(scratch, 'handles-persistent');
  const reference = persistent.includes(handle) ? handleText(handle) : 'ek.ctx';
  if (reference === 'ek.ctx') {
    await scratch.run('tpm2_createek', ['-G', algorithm, '-c', reference]);
    await flushTransient(scratch);
  }
  await scratch.run('tpm2_readpublic', ['-c', reference, '-f', 'tss', '-o', 'ek.pub']);
  await flushTransient(scratch);
  return { reference, ekPublic: await scratch.get('ek.pub') };
}

type Wanted = {
  readonly algorithm: EkAlgorithm;
  readonly ekPublic: Uint8Array;
  readonly source: EkCertificateSource | undefined;
};

/** In NV, or from whoever is asked where it is not defined there. */
async function findCertificate(
  scratch: Scratch,
  indices: readonly number[],
  { algorithm, ekPublic, source }: Wanted,
): Promise<Uint8Array> {
  const { nvIndex } = ENDORSEMENT_KEYS[algorithm];
  if (source === undefined || indices.includes(nvIndex)) return readNv(scratch, nvIndex);
  return source(await readManufacturer(scratch), ekPublic);
}

async function readChain(scratch: Scratch, indices: readonly number[]): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for (const index of indices.filter((at) => at >= CHAIN_FIRST && at <= CHAIN_LAST)) {
    parts.push(await readNv(scratch, index));
  }
  return splitCertificates(Buffer.concat(parts));
}

/** Certificates one after the other, perhaps across several indices; what follows the last whole one is padding. */
export function splitCertificates(bytes: Uint8Array): Uint8Array[] {
  const certificates: Uint8Array[] = [];
  for (let offset = 0; bytes[offset] === 0x30 && bytes[offset + 1] === 0x82; ) {
    const length = 4 + (((bytes[offset + 2] ?? 0) << 8) | (bytes[offset + 3] ?? 0));
    if (offset + length > bytes.length) break;
    certificates.push(Uint8Array.from(bytes.subarray(offset, offset + length)));
    offset += length;
  }
  return certificates;
}

/**
 * A courtesy to the operator: the verifier checks the same and cannot say more than that. Certificates that OpenSSL
 * does not read (not all manufacturers write strict DER) are left to the verifier.
 */
function requireSameKey(certificate: Uint8Array, ekPublic: Uint8Array): void {
  const [first] = splitCertificates(certificate);
  if (first === undefined || holdsKey(first, ekPublic) !== false) return;
  throw new AgentError(
    'ek_mismatch',
    'the endorsement key of this TPM is not the one in its certificate',
    'The certificate belongs to another TPM, or the endorsement seed was changed: name the right one with --ek-certificate.',
  );
}
