import { AgentError } from '../errors.ts';

/**
 * nvattest's result codes, as far as something can be done about them. By the message where one has been seen to move
 * between versions; by the number's range otherwise (500 to 599 GPU, 600 to 699 switch and Corelib).
 */
type Known = {
  readonly said: RegExp;
  readonly code: 'gpu_mode' | 'gpu_generation' | 'tool_missing' | 'gpu_failed';
  readonly message: string;
  readonly mend: string;
};

const KNOWN: readonly Known[] = [
  {
    said: /neither in CC nor in PPCIe mode/i,
    code: 'gpu_mode',
    message: 'the GPUs are in neither confidential-computing nor protected-PCIe mode',
    mend: 'Hopper attests in one of them alone: enable it on the host that owns the GPU (gpu-admin-tools: --set-cc-mode=on), under a guest with TDX or SEV-SNP.',
  },
  {
    said: /GPU Architecture Not Supported/i,
    code: 'gpu_generation',
    message: 'a GPU of this host is of a generation that does not attest',
    mend: 'Hopper and Blackwell do. The others are reported by the host, and prove nothing.',
  },
  {
    said: /NVML Initialization Failed/i,
    code: 'gpu_failed',
    message: 'the NVIDIA driver does not answer',
    mend: 'See that it is loaded and of the version of its tools: nvidia-smi says so.',
  },
  {
    said: /NSCQ Initialization Failed/i,
    code: 'tool_missing',
    message: 'libnvidia-nscq is not installed, or there is no NVSwitch',
    mend: "Install the package libnvidia-nscq of the driver's version.",
  },
  {
    said: /Corelib Initialization Failed/i,
    code: 'tool_missing',
    message: 'Corelib is not installed, or does not reach the GPU',
    mend: 'Install the package libcorelib1; it needs root and all 4096 bytes of PCIe configuration space, which containers hide.',
  },
  {
    said: /Feature is not enabled/i,
    code: 'tool_missing',
    message: 'this nvattest was built without that source of evidence',
    mend: "Install NVIDIA's own build of it.",
  },
];

/** What the driver answers users other than root with, among others. */
const MAY_BE_PERMISSION = /^(?:NVML|Corelib|NSCQ) /i;

export function explainResult(resultCode: number, said: string, isRoot: boolean): AgentError {
  const actual = `result_code ${resultCode}: ${said}`;
  const known = KNOWN.find(({ said: pattern }) => pattern.test(said));
  // Without root Corelib finds no GPU at all.
  if (!isRoot && MAY_BE_PERMISSION.test(said) && known?.code !== 'gpu_mode') {
    return new AgentError(
      'gpu_permission',
      `nvattest failed, and not as root: ${said}`,
      'Run the agent as root: the driver gives evidence to nobody else on most hosts.',
      { actual },
    );
  }
  if (known !== undefined) return new AgentError(known.code, known.message, known.mend, { actual });
  return new AgentError(
    'gpu_failed',
    `nvattest failed: ${said === '' ? `result ${resultCode}` : said}`,
    'Run `nvattest collect-evidence --log-level debug` on the host for what it met.',
    { actual },
  );
}

export function malformed(actual: string, cause?: Error): AgentError {
  return new AgentError(
    'gpu_failed',
    'nvattest does not print what it is known to print',
    'See that agent and nvattest are of versions that go together: nvattest version.',
    { actual: actual.slice(0, 300), ...(cause === undefined ? {} : { cause }) },
  );
}
