import { equalBytes } from '../../bytes/equal.ts';
import { toHex } from '../../bytes/text.ts';
import { parseTpm2bPublic } from '../../evidence/tpm/public.ts';
import { AgentError } from '../errors.ts';
import { withEk } from './ek-authorization.ts';
import { locateEk } from './endorsement.ts';
import type { EkAlgorithm } from './endorsement-keys.ts';
import { handleText, listHandles } from './handles.ts';
import type { AttestationKey } from './port.ts';
import { flushTransient, type Scratch } from './scratch.ts';

/** Attestation keys are RSASSA with RSA-2048, or ECDSA on P-256; SHA-256 in both. */
const SCHEMES = { rsa: 'rsa2048:rsassa-sha256:null', ecc: 'ecc256:ecdsa-sha256:null' } as const;

/**
 * Those of an attestation key (evidence/tpm/ak.ts), and `noda`: a TPM counts a loss of power after the use of any other key as an attempt to
 * guess its password, and after a few refuses to quote for a while. This key's password is empty: there is nothing to guess. tpm2_createak
 * cannot be told so.
 */
const ATTRIBUTES = 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|sign|noda';
export type AkAlgorithm = keyof typeof SCHEMES;

/** In the owner's range of persistent handles, apart from those that other programs are known to use. */
export const DEFAULT_AK_HANDLE = 0x8101a500;

/** What the agent remembers of the key that it made, so that it never takes another's for its own. */
export interface AkMemory {
  /** The name of the key that this agent put at that handle; null if it put none there. */
  recall(handle: number): Promise<Uint8Array | null>;
  remember(handle: number, name: Uint8Array): Promise<void>;
}

export type AkOptions = {
  readonly algorithm: AkAlgorithm;
  readonly handle: number;
  readonly memory: AkMemory;
};

/**
 * The key at the handle if this agent made it, else a new one under the endorsement key. Whatever else stands at that
 * handle is left alone.
 */
export async function createOrLoadAk(
  scratch: Scratch,
  options: AkOptions,
  ekAlgorithm: EkAlgorithm,
): Promise<AttestationKey> {
  return (await loadAk(scratch, options)) ?? (await createAk(scratch, options, ekAlgorithm));
}

/** Null where nothing stands at the handle. @throws AgentError `ak_handle_taken` */
export async function loadAk(
  scratch: Scratch,
  { handle, memory }: AkOptions,
): Promise<AttestationKey | null> {
  if (!(await listHandles(scratch, 'handles-persistent')).includes(handle)) return null;
  await scratch.run('tpm2_readpublic', ['-c', handleText(handle), '-f', 'tss', '-o', 'found.pub']);
  const akPublic = await scratch.get('found.pub');
  const known = await memory.recall(handle);
  const { name } = parseTpm2bPublic(akPublic);
  if (known !== null && equalBytes(known, name)) return { akPublic, name };
  throw new AgentError(
    'ak_handle_taken',
    `the TPM holds a key at ${handleText(handle)} that this agent did not make`,
    `Name a free handle with --ak-handle; or, if an earlier agent of this host made it: tpm2_evictcontrol -C o -c ${handleText(handle)}.`,
    { expected: known === null ? 'a free handle' : toHex(known), actual: toHex(name) },
  );
}

async function createAk(
  scratch: Scratch,
  { algorithm, handle, memory }: AkOptions,
  ekAlgorithm: EkAlgorithm,
): Promise<AttestationKey> {
  const ek = await locateEk(scratch, ekAlgorithm);
  await withEk(scratch, ek, (authorization) =>
    scratch.run('tpm2_create', [
      ...['-C', ek.reference, '-G', SCHEMES[algorithm], '-g', 'sha256', '-a', ATTRIBUTES],
      ...['-u', 'ak.pub', '-r', 'ak.priv', ...authorization],
    ]),
  );
  await flushTransient(scratch);
  await withEk(scratch, ek, (authorization) =>
    scratch.run('tpm2_load', [
      ...['-C', ek.reference, '-u', 'ak.pub', '-r', 'ak.priv', '-c', 'ak.ctx', ...authorization],
    ]),
  );
  await flushTransient(scratch);
  const akPublic = await scratch.get('ak.pub');
  const { name } = parseTpm2bPublic(akPublic);
  // Remembered first: after a crash in between, the handle is merely empty and the key is made again.
  await memory.remember(handle, name);
  await scratch.run('tpm2_evictcontrol', ['-C', 'o', '-c', 'ak.ctx', handleText(handle)]);
  await flushTransient(scratch);
  return { akPublic, name };
}
