import type { Check, Findings } from '../evidence/check.ts';
import type { Reason } from '../protocol/reason.ts';
import { NVIDIA_EXPLANATIONS, NVIDIA_OPEN } from './explain-nvidia.ts';
import { TEE_EXPLANATIONS } from './explain-tee.ts';

export type Explanation = { readonly sentence: string; readonly mend: string };

const AGENT = 'Run a current agent; the submission was not made as the protocol asks.';
const AGAIN = 'Ask for a new session and attest once more.';
const RE_ENROL = 'If the TPM or its keys were replaced on purpose, enrol the host again.';

/** What a failed check means, for people. A check that has no line here is explained by its expectation alone. */
const EXPLANATIONS: ReadonlyMap<string, Explanation> = new Map<string, Explanation>([
  ['bundle.well-formed', { sentence: 'The submission is not a well-formed bundle.', mend: AGENT }],
  ['bundle.signature', { sentence: "The bundle is not signed by its binding's key.", mend: AGENT }],
  [
    'bundle.items.known',
    { sentence: 'The bundle holds an item that this verifier does not read.', mend: AGENT },
  ],
  ['bundle.items.tpm', { sentence: 'The bundle must hold exactly one TPM quote.', mend: AGENT }],
  [
    'session.open',
    { sentence: 'The evidence came after the session had expired.', mend: 'Attest within the session.' },
  ],
  [
    'binding.audience',
    {
      sentence: 'The evidence was made for another verifier.',
      mend: "Configure the agent with this verifier's own URL.",
    },
  ],
  ['binding.tenant', { sentence: 'The evidence was made for another tenant.', mend: AGAIN }],
  ['binding.host', { sentence: 'The evidence was made for another host.', mend: AGAIN }],
  ['binding.session', { sentence: 'The evidence was made for another session.', mend: AGAIN }],
  [
    'binding.nonce',
    { sentence: 'The evidence answers another nonce: it may be a replay of an earlier one.', mend: AGAIN },
  ],
  ['binding.expiry', { sentence: "The binding names another expiry than its session's.", mend: AGENT }],
  [
    'tpm.ak.enrolled',
    { sentence: 'The quote was made with a key that is not the one enrolled for this host.', mend: RE_ENROL },
  ],
  [
    'tpm.ak.name',
    { sentence: "The enrolled key's name is not the one that the TPM activated.", mend: RE_ENROL },
  ],
  ['tpm.item.well-formed', { sentence: "The TPM collector's item is not well formed.", mend: AGENT }],
  ['tpm.quote.well-formed', { sentence: 'The quote holds structures that are not of TPM 2.0.', mend: AGENT }],
  ['tpm.version', { sentence: 'The evidence is of TPM 1.2.', mend: 'Use a host with a TPM 2.0.' }],
  [
    'tpm.ak.attributes',
    {
      sentence: 'The key is not one with which a TPM signs its own statements alone.',
      mend: 'Make the attestation key as a restricted signing key and enrol again.',
    },
  ],
  [
    'tpm.quote.signature',
    { sentence: "The quote is not signed by the host's enrolled attestation key.", mend: RE_ENROL },
  ],
  [
    'tpm.quote.hash-algorithm',
    { sentence: 'The quote is signed with a broken hash.', mend: 'Make an attestation key with SHA-256.' },
  ],
  [
    'tpm.quote.extra-data',
    {
      sentence: 'The quote was made for something else: another nonce, session or key, or other items.',
      mend: AGAIN,
    },
  ],
  [
    'tpm.quote.pcr-selection',
    { sentence: 'PCR values stand under other numbers than the TPM signed.', mend: AGENT },
  ],
  [
    'tpm.quote.pcr-digest',
    {
      sentence: 'The PCR values are not those that the TPM signed.',
      mend: 'If a PCR changed between reading and quoting, attest once more; otherwise examine the host.',
    },
  ],
  [
    'tpm.quote.bank',
    { sentence: 'Only SHA-1 PCRs were quoted.', mend: "Activate the TPM's SHA-256 bank in the firmware." },
  ],
  [
    'host.evidence',
    {
      sentence: 'The submission lacks the evidence by which the host enrolled.',
      mend: 'Attest with what the host enrolled with, or enrol it again.',
    },
  ],
  [
    'host.ek.expired',
    {
      sentence: "A certificate between this host's TPM and its manufacturer's root has expired.",
      mend: "Enrol again with the manufacturer's renewed certificates.",
    },
  ],
  [
    'host.ek.anchor',
    {
      sentence: "The root under which this host's TPM was enrolled is no longer trusted.",
      mend: "Have the TPM manufacturer's root approved, or enrol under another.",
    },
  ],
  ...TEE_EXPLANATIONS,
  ...NVIDIA_EXPLANATIONS,
]);

/** All codes that are explained, for documents and tests. */
export const EXPLAINED_CODES: readonly string[] = [
  ...new Set([...EXPLANATIONS.keys(), ...NVIDIA_OPEN.keys()]),
];

/** One reason for every failed check and for every question that was not asked. Neither is ever a proof of guilt. */
export function reasonsOf(findings: Findings): Reason[] {
  return [
    ...findings.checks.filter(({ status }) => status === 'fail').map(reasonOf),
    ...findings.notPerformed.map(({ id, reason }): Reason => {
      const mend = NVIDIA_OPEN.get(id);
      const told = { code: id, kind: 'unproven', sentence: `Not verified: ${reason}` } as const;
      return mend === undefined ? told : { ...told, mend };
    }),
  ];
}

function reasonOf({ id, expected, actual, where }: Check): Reason {
  const known = EXPLANATIONS.get(id);
  const detail = expected === undefined ? '' : ` Expected ${expected}; found ${actual ?? 'nothing'}.`;
  const sentence = `${known?.sentence ?? `The check ${id} failed.`}${detail}`;
  return {
    code: id,
    kind: 'unproven',
    sentence,
    ...(where === undefined ? {} : { subject: `evidence:${where}` }),
    ...(known === undefined ? {} : { mend: known.mend }),
  };
}
