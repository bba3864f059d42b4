import type { Explanation } from './explain.ts';

const IMAGE = 'Boot an image that is set up so, or have a set whose policy accepts it approved.';
const FIRMWARE = "Update the platform's firmware, and commit it.";
const AGENT = 'Run a current agent; the submission was not made as the protocol asks.';
const POLICY = 'A reference set whose policy accepts it by name must be approved.';

/** What a policy's refusal of a TEE means, for people. */
export const TEE_EXPLANATIONS: readonly (readonly [id: string, Explanation])[] = [
  [
    'bundle.items.tee',
    { sentence: 'The bundle must hold the evidence of the one TEE that the host enrolled by.', mend: AGENT },
  ],
  ['tee.item.well-formed', { sentence: "The TEE collector's item is not well formed.", mend: AGENT }],
  ['azure.well-formed', { sentence: "The Azure VM's evidence is not well formed.", mend: AGENT }],
  [
    'tee.kind.enrolled',
    {
      sentence: 'The evidence is of another TEE than the one that this host enrolled by.',
      mend: 'Enrol the host anew, if it was moved on purpose.',
    },
  ],
  [
    'tee.report-data',
    {
      sentence:
        'The report was made for something else: another nonce, session or key, or other evidence beside it.',
      mend: 'Ask for a new session and attest once more.',
    },
  ],
  [
    'tee.report-data.items',
    {
      sentence: 'The guest knows nothing of the evidence that was put beside its report.',
      mend: AGENT,
    },
  ],

  [
    'intel.policy.tcb-status',
    {
      sentence: "The platform's trusted computing base has a status that the policy does not accept.",
      mend: 'Update the platform, or have a policy approved that accepts the status by name.',
    },
  ],
  [
    'intel.policy.advisories',
    {
      sentence: 'The platform is open to an advisory that the policy denies.',
      mend: 'Update the platform as the advisory says.',
    },
  ],
  [
    'intel.policy.evaluation-number',
    {
      sentence: "Intel's documents about the platform are of different, or of too old, evaluations.",
      mend: "Let the verifier's collateral be fetched anew, from one evaluation set.",
    },
  ],
  [
    'intel.policy.platform',
    { sentence: 'The platform is not a registered one.', mend: 'Have its PPID or PIID added to the set.' },
  ],
  [
    'tdx.policy.debug',
    {
      sentence: 'The guest runs in debug mode: its host can read its memory.',
      mend: 'Launch it without debugging.',
    },
  ],
  ['tdx.policy.tud', { sentence: 'The guest runs under conditions that the host may observe.', mend: IMAGE }],
  [
    'tdx.policy.sept-ve-disable',
    {
      sentence:
        'The host may inject exceptions into the guest by taking pages away (SEPT_VE_DISABLE is clear).',
      mend: `Launch the guest with SEPT_VE_DISABLE. ${POLICY}`,
    },
  ],
  [
    'tdx.policy.migratable',
    {
      sentence: 'The guest may be moved to another machine.',
      mend: `Launch it as not migratable. ${POLICY}`,
    },
  ],
  ['tdx.policy.reserved', { sentence: 'The guest has attributes that are not known here.', mend: IMAGE }],
  [
    'tdx.policy.xfam',
    { sentence: 'The guest has processor features that TDX does not allow it.', mend: IMAGE },
  ],
  [
    'tdx.policy.service-td',
    {
      sentence: 'A service TD is bound to the guest, and no reference set lists it.',
      mend: 'Have its hash listed as mrServiceTd, if it is to be trusted.',
    },
  ],
  [
    'sgx.policy.debug',
    {
      sentence: 'The enclave runs in debug mode: its host can read its memory.',
      mend: 'Sign and launch it for production.',
    },
  ],
  ['sgx.policy.init', { sentence: 'The enclave is not initialised.', mend: 'Quote a running enclave.' }],
  ['sgx.policy.isv-svn', { sentence: 'The enclave is older than the policy asks for.', mend: 'Update it.' }],
  ['snp.policy.product', { sentence: 'The policy does not accept this line of processors.', mend: POLICY }],
  [
    'snp.policy.debug',
    {
      sentence: 'The guest allows debugging: its host can read its memory.',
      mend: 'Launch it with a policy without DEBUG.',
    },
  ],
  [
    'snp.policy.migrate-ma',
    {
      sentence: 'A migration agent may move the guest to another machine.',
      mend: `Launch it with a policy without MIGRATE_MA. ${POLICY}`,
    },
  ],
  ['snp.policy.guest-policy', { sentence: "The guest's policy is not as asked for.", mend: IMAGE }],
  [
    'snp.policy.committed-tcb',
    { sentence: 'The platform runs provisional firmware, which can be rolled back.', mend: FIRMWARE },
  ],
  [
    'snp.policy.committed-version',
    {
      sentence: 'The platform runs a provisional firmware version, which can be rolled back.',
      mend: FIRMWARE,
    },
  ],
  [
    'snp.policy.reported-tcb',
    { sentence: 'The platform reports a TCB above the one that it runs.', mend: FIRMWARE },
  ],
  [
    'snp.policy.minimum-tcb',
    { sentence: "The platform's reported TCB is older than the policy asks for.", mend: FIRMWARE },
  ],
  [
    'snp.policy.launch-tcb',
    {
      sentence: 'The guest was launched under an older TCB than the policy asks for.',
      mend: 'Launch the guest again, on the updated platform.',
    },
  ],
  [
    'snp.policy.minimum-abi',
    { sentence: 'The guest asks for a newer firmware interface than the platform has.', mend: FIRMWARE },
  ],
  [
    'snp.policy.alias-check',
    {
      sentence: 'The firmware did not check memory for aliases (BadRAM).',
      mend: `Update firmware and BIOS. ${POLICY}`,
    },
  ],
  [
    'snp.policy.platform-info',
    { sentence: 'The platform is not set up as asked for.', mend: 'Change its settings in the BIOS.' },
  ],
  [
    'snp.policy.launch-mitigations',
    {
      sentence: 'The guest was launched without mitigations that the policy asks for.',
      mend: 'Launch the guest again, on the updated platform.',
    },
  ],
  [
    'snp.policy.current-mitigations',
    { sentence: 'The platform lacks mitigations that the policy asks for.', mend: FIRMWARE },
  ],
  [
    'snp.policy.vmpl',
    { sentence: 'The report was made at another privilege level than the policy accepts.', mend: POLICY },
  ],
  [
    'snp.policy.guest-svn',
    { sentence: 'The guest is older than the policy asks for.', mend: 'Boot a newer image.' },
  ],
  [
    'snp.policy.signing-key',
    { sentence: 'The report is signed by a kind of key that is not accepted.', mend: POLICY },
  ],
  [
    'snp.report.version',
    {
      sentence:
        'The SNP report is of a version that this verifier does not read yet; nothing is known to be wrong with the host.',
      mend: "Have the verifier updated: the platform's firmware is newer than it.",
    },
  ],
  [
    'snp.report.product',
    {
      sentence:
        'The SNP report is of a processor that this verifier does not know, or its certificate is of another line.',
      mend: "Have the verifier updated, if the processor is newer than it; else let the host's certificates be renewed.",
    },
  ],
  [
    'snp.policy.csp-id',
    { sentence: 'The report is signed by a key of another provider than the policy names.', mend: POLICY },
  ],
  [
    'snp.policy.chip',
    { sentence: 'The chip is not a registered one.', mend: 'Have its chip id added to the set.' },
  ],
];
