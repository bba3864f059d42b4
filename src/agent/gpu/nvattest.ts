import { FormatError } from '../../bytes/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../bytes/json.ts';
import { toHex } from '../../bytes/text.ts';
import { type CollectedDevice, type NvidiaKind, parseDeviceJson } from '../../evidence/nvidia/index.ts';
import { AgentError } from '../errors.ts';
import { explainResult, malformed } from './nvattest-failure.ts';
import type { EvidenceSource } from './port.ts';

/** 16 GPUs take 200 KB. */
export const MAX_OUTPUT_BYTES = 4 << 20;

/**
 * Arguments of NVIDIA's collector (nvattest 1.1 and later). Corelib asks for the architecture by name, and knows one.
 * Logs are off: what went wrong stands in the result, and nothing else may stand in the output.
 */
export function collectArguments(kind: NvidiaKind, source: EvidenceSource, nonce: Uint8Array): string[] {
  const common = ['collect-evidence', '--nonce', toHex(nonce), '--format', 'json', '--log-level', 'off'];
  if (kind === 'switch') return [...common, '--device', 'nvswitch'];
  const ofGpu = [...common, '--device', 'gpu', '--gpu-evidence-source', source];
  return source === 'corelib' ? [...ofGpu, '--gpu-architecture', 'blackwell'] : ofGpu;
}

/**
 * What `nvattest collect-evidence --format json` prints: {evidences, result_code, result_message}, the first of them null
 * where it failed.
 *
 * @param isRoot of the user who asked: what may be missing is said accordingly
 * @throws AgentError
 */
export function readCollected(
  stdout: Uint8Array,
  { isRoot }: { readonly isRoot: boolean },
): readonly CollectedDevice[] {
  const json = read(() => parseJson(stdout, { maxBytes: MAX_OUTPUT_BYTES }));
  if (!isJsonObject(json)) throw malformed('no object');
  const code = numberOf(json['result_code']);
  if (code === null) throw malformed('no result_code');
  if (code !== 0) throw explainResult(code, textOf(json['result_message']), isRoot);
  return read(() => parseDeviceJson(stdout));
}

function read<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof FormatError) throw malformed(`${error.code}: ${error.message}`, error);
    throw error;
  }
}

function numberOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) ? value : null;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value.replace(/[^ -~]/g, '?').slice(0, 200) : '';
}

/** A tool that could not be run to its end. */
export function toolFailure(ended: 'not-found' | 'not-permitted' | 'overdue' | 'too-much'): AgentError {
  switch (ended) {
    case 'not-found':
      return new AgentError(
        'tool_missing',
        'nvattest is not installed',
        "Install NVIDIA's attestation SDK (package nvattest, https://docs.nvidia.com/attestation).",
      );
    case 'not-permitted':
      return new AgentError(
        'gpu_permission',
        'this user may not run nvattest',
        'Run the agent as root, or make the program executable for its user.',
      );
    case 'overdue':
      return new AgentError(
        'gpu_timeout',
        'nvattest did not finish',
        'See dmesg for a GPU that fell off the bus (Xid 79); a GPU that stays silent needs a reset of the host.',
      );
    case 'too-much':
      return malformed(`more than ${MAX_OUTPUT_BYTES} bytes`);
  }
}
