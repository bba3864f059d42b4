import type { Findings } from '../../evidence/check.ts';
import { RequestError } from '../errors.ts';

const CHAIN_MEND =
  "Send the manufacturer's intermediate certificates, and have its root proposed and approved.";

/** What to do about a failed check, by the beginning of its id. The longest that fits counts. */
const MENDS: readonly (readonly [prefix: string, mend: string])[] = [
  ['tpm.ek.anchors', "Have the root of the TPM's manufacturer proposed and approved: sextant trust --help."],
  ['tpm.ek.chain', CHAIN_MEND],
  // Asked of a path that was found: where none was, only finding one helps.
  ['tpm.ek.expired', CHAIN_MEND],
  ['tpm.ek.revocation', CHAIN_MEND],
  ['tpm.ek.certificate', "Send the certificate that the TPM's manufacturer issued for this very key."],
  ['tpm.ek', "Use the endorsement key of the TCG's default template, as tpm2_createek makes it."],
  [
    'tpm.platform.chain',
    "Send its issuer's certificates, and have the maker's root approved for tcg-platform-ca; or enrol without it.",
  ],
  [
    'tpm.platform.issuer',
    'Have its issuer, if it is the maker’s and no machine’s, approved itself for tcg-platform-ca; or enrol without it.',
  ],
  [
    'tpm.platform',
    'Send the base platform certificate that was issued for this very TPM; or enrol without it.',
  ],
  ['tpm.quote.extra-data', 'Begin again; the vTPM must quote the commitment to this very challenge.'],
  ['tee.report-data', 'Begin again; the guest must report the commitment to this very challenge.'],
  ['tee.collateral', "Ask the verifier's administrator: sextant collateral status."],
  ['tee.tcb', "Update the platform's firmware and microcode."],
  ['tee.enclave', 'Enrol from inside a confidential guest.'],
  ['intel.pck.root', "Have Intel's root proposed and approved for intel-sgx-root: sextant trust --help."],
  [
    'snp.leaf',
    "Have AMD's root of this line proposed and approved for amd-ark, so that the certificate is asked for; a VLEK's comes from the host alone.",
  ],
  ['snp.chain', "Have AMD's root of this line proposed and approved for amd-ark: sextant trust --help."],
  [
    'azure.ak-certificate',
    "Have the CA that issued it approved for azure-vtpm-ak: VMs do not bring what stands between it and Azure's root. See sextant trust --help.",
  ],
  ['tpm.ak', 'Make the attestation key with tpm2_createak, restricted and signing, SHA-256 or better.'],
];

/** The refusal of an enrolment, with every failed check by its id. */
export function refusalOf(what: 'TPM' | 'guest', { checks, notPerformed }: Findings): RequestError {
  const errors = [
    ...checks
      .filter(({ status }) => status === 'fail')
      .map(({ id, expected = 'another value', actual }) => ({
        path: id,
        expected,
        ...(actual === undefined ? {} : { actual }),
        mend: mendOf(id),
      })),
    ...notPerformed.map(({ id, reason }) => ({
      path: id,
      expected: 'to be asked',
      actual: reason,
      mend: mendOf(id),
    })),
  ];
  // What somebody can mend first: most of the rest follows from it.
  errors.sort((a, b) => Number(a.mend === '') - Number(b.mend === ''));
  const names = errors.map(({ path }) => path).join(', ');
  return new RequestError('enrolment_refused', `the ${what} was not accepted: ${names}`, { errors });
}

function mendOf(id: string): string {
  return (
    MENDS.filter(([prefix]) => id.startsWith(prefix)).sort(([a], [b]) => b.length - a.length)[0]?.[1] ?? ''
  );
}
