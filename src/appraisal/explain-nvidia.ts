import type { Explanation } from './explain.ts';

const AGENT = 'Run a current agent; the submission was not made as the protocol asks.';
const AGAIN = 'Ask for a new session and attest once more.';
const GENUINE = 'Examine the device: what answered is not a chip that NVIDIA certified so.';
const DAMAGED =
  'Attest once more; if it comes again, examine driver and device: something changes its reports.';
const ROOT = "Have NVIDIA's root of devices approved as `nvidia-device-root`.";

/** What a failed check of a GPU or switch means, for people. */
export const NVIDIA_EXPLANATIONS: readonly (readonly [id: string, Explanation])[] = [
  [
    'bundle.items.devices',
    { sentence: 'The bundle holds more GPUs and switches than any host has.', mend: AGENT },
  ],
  [
    'bundle.items.inventory',
    { sentence: 'The bundle holds more than one inventory of the host.', mend: AGENT },
  ],
  [
    'inventory.item.well-formed',
    { sentence: 'What the host says of its GPUs is not well formed.', mend: AGENT },
  ],
  [
    'inventory.item.labels',
    { sentence: 'The host names evidence of a GPU that it does not show.', mend: AGENT },
  ],
  [
    'tpm.quote.items',
    { sentence: 'The TPM knows nothing of the evidence that was put beside its quote.', mend: AGENT },
  ],
  ['nvidia.item.well-formed', { sentence: "The device collector's item is not well formed.", mend: AGENT }],
  ['nvidia.item.kind', { sentence: 'A GPU was sent as a switch, or a switch as a GPU.', mend: AGENT }],
  [
    'nvidia.report.well-formed',
    { sentence: "The device's report is no report that is read here.", mend: DAMAGED },
  ],
  [
    'nvidia.report.blocks',
    { sentence: "The device's report has another length than its chip's reports have.", mend: DAMAGED },
  ],
  [
    'nvidia.report.claims',
    { sentence: 'The device states a version or mode that NVIDIA does not document.', mend: DAMAGED },
  ],
  [
    'nvidia.report.signature',
    {
      sentence: 'The device did not sign this report: it was changed, or is of another device.',
      mend: DAMAGED,
    },
  ],
  [
    'nvidia.nonce',
    { sentence: 'A device answered another challenge: its report is of another session.', mend: AGAIN },
  ],
  [
    'nvidia.nonce.sample',
    {
      sentence: "A report answers NVIDIA's public sample nonce: anybody may hold one.",
      mend: 'Have the collector ask with the nonce of the session.',
    },
  ],
  [
    'nvidia.chain.well-formed',
    { sentence: "The device's certificates are not a chain of four or five.", mend: AGENT },
  ],
  [
    'nvidia.chain.path',
    { sentence: "The device's certificates lead to no trusted root of NVIDIA devices.", mend: ROOT },
  ],
  [
    'nvidia.chain.validity',
    { sentence: "One of the device's certificates is not valid now.", mend: "Examine the verifier's clock." },
  ],
  ['nvidia.chip', { sentence: 'The device is a chip of no generation that is read here.', mend: GENUINE }],
  [
    'nvidia.fwid',
    {
      sentence: 'The firmware that answered is not the one that its key was made for.',
      mend: 'Reset the device after its update, so that it certifies what runs; then examine it.',
    },
  ],
  [
    'nvidia.revocation',
    {
      sentence: "NVIDIA's word about the device's certificates is not that they are good.",
      mend: 'If one is revoked or on hold, ask NVIDIA; otherwise let the verifier fetch OCSP responses anew.',
    },
  ],
  [
    'nvidia.revocation.leaf',
    { sentence: "The device's own key is not said to be good.", mend: 'Ask NVIDIA about the device.' },
  ],
  [
    'nvidia.devices.distinct',
    {
      sentence: 'One chip stands for several devices.',
      mend: 'Have the collector send each device once, under one label.',
    },
  ],
  [
    'nvidia.rim.conflict',
    {
      sentence: "NVIDIA's manifests of driver and VBIOS contradict each other.",
      mend: 'Nothing on the host mends it: install a driver whose manifest does not.',
    },
  ],
  [
    'nvidia.measurements.driver',
    {
      sentence: "The device's measurements are not those of its driver as NVIDIA published it.",
      mend: 'Install the driver anew from NVIDIA, and reset the device; if it stays, examine the host.',
    },
  ],
  [
    'nvidia.measurements.vbios',
    {
      sentence: "The device's measurements are not those of its VBIOS as NVIDIA published it.",
      mend: 'Update the VBIOS to a published one; if it stays, take the device out of use and examine it.',
    },
  ],
  [
    'devices.unique',
    {
      sentence: 'The same chip has just been proven elsewhere: the earlier proof stands until it ages.',
      mend: 'If the device was moved here, attest the host that it came from without it; otherwise report it.',
    },
  ],
  [
    'devices.missing',
    {
      sentence: 'A device that is registered for this host is not in its evidence.',
      mend: 'Seat it, or have its collector run; if it is gone for good, have its exporter retire it.',
    },
  ],
  [
    'devices.extra',
    {
      sentence: 'The host shows devices that nobody registered for it.',
      mend: 'Have their exporter register them by their chips (identity nvidia-chip-key), or take them out.',
    },
  ],
  [
    'devices.count',
    {
      sentence: 'The host shows fewer devices than are claimed for it.',
      mend: 'Seat what is missing, or have its exporter retire it.',
    },
  ],
];

/** What an operator can do about a question of a device that could not be asked. */
export const NVIDIA_OPEN: ReadonlyMap<string, string> = new Map([
  [
    'nvidia.collateral',
    'Let the verifier reach rim.attestation.nvidia.com and ocsp.ndis.nvidia.com, or import what it lacks.',
  ],
  [
    'nvidia.revocation',
    'Let the verifier reach ocsp.ndis.nvidia.com, or import the OCSP responses that it lacks.',
  ],
  [
    'nvidia.rim.revocation',
    "Let the verifier reach ocsp.ndis.nvidia.com, or import the OCSP responses of the manifest's signers.",
  ],
]);
