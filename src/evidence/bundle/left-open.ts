/**
 * Questions that may stay open in evidence which is accepted all the same, each shown in every result:
 * - `tpm.ek.revocation`: makers of TPMs publish few lists, and none is collected.
 * - `azure.ak-certificate`: some of Azure's CAs are published nowhere. The hardware's report vouches for the vTPM's key; a
 *   certificate adds that the VM runs in Azure.
 * - `azure.ak-certificate.revocation`: as for TPMs.
 * - `nvidia.collateral`: something of NVIDIA's is not at hand. Each device that lacks it says so and is not attested.
 * - `nvidia.fwid`: old firmware of Hopper and every NVSwitch sign no FWID. The leaf's key is the chip's all the same.
 * - `nvidia.revocation.leaf`: nobody answers about a leaf, which its chip issues itself (docs/decisions/0041-ocsp.md).
 * - `snp.report.platform-info`: firmware sets bits before anybody knows their meaning.
 */
export const MAY_STAY_OPEN: ReadonlySet<string> = new Set([
  'tpm.ek.revocation',
  'azure.ak-certificate',
  'azure.ak-certificate.revocation',
  'nvidia.collateral',
  'nvidia.fwid',
  'nvidia.revocation.leaf',
  'snp.report.platform-info',
]);

/** Whether every question that was left open is one of those. */
export function isClosed({
  notPerformed,
}: {
  readonly notPerformed: readonly { readonly id: string }[];
}): boolean {
  return notPerformed.every(({ id }) => MAY_STAY_OPEN.has(id));
}
