import { AgentError } from '../errors.ts';
import { handleText } from './handles.ts';
import type { Scratch } from './scratch.ts';
import { errorNumber, responseCode } from './tool-failure.ts';

/**
 * What an NV index holds, to the end of the index.
 *
 * @param authority who reads: the index by its own (empty) password, or the owner hierarchy
 * @throws AgentError `nv_index_absent` for one that is defined and was never written
 */
export async function readNv(
  scratch: Scratch,
  index: number,
  authority: 'index' | 'owner' = 'index',
): Promise<Uint8Array> {
  const owner = authority === 'owner' ? ['-C', 'o'] : [];
  try {
    return new Uint8Array(await scratch.run('tpm2_nvread', [...owner, handleText(index)]));
  } catch (error) {
    if (!(error instanceof AgentError) || error.code !== 'tpm_failed') throw error;
    const code = responseCode(error.actual ?? '');
    // TPM_RC_NV_UNINITIALIZED (Part 2, 6.6.3).
    if (code === null || errorNumber(code) !== 0x14a) throw error;
    throw new AgentError('nv_index_absent', `NV index ${handleText(index)} was never written`, error.mend, {
      cause: error,
    });
  }
}
