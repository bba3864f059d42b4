import type { Shortfall } from '../../evidence/intel/verdict.ts';

/** Parts of a platform whose levels Intel states apart. */
export type PlatformPart = 'platform' | 'module' | 'qe';

/** `sgxtcbcomponents[3] needs 7, has 5 (BIOS)`. */
export function shortfallText({ component, needs, has, category, type }: Shortfall): string {
  const whose = [category, type].filter((word) => word !== null).join(': ');
  return `${component} needs ${needs}, has ${has}${whose === '' ? '' : ` (${whose})`}`;
}

/**
 * What its operator updates to mend a shortfall. Intel names most components of a platform's level; early microcode, and
 * what has no name, come with the BIOS.
 */
export function updateFor(part: PlatformPart, { component, category, type }: Shortfall): string {
  if (part === 'module') return 'update the TDX module';
  if (part === 'qe') return 'update the quoting enclave (the DCAP packages of the host)';
  if (component === 'pcesvn')
    return 'update the provisioning certification enclave (the DCAP packages of the host)';
  if (type === 'TDX Module') return 'update the TDX module';
  if (type === 'SEAMLDR ACM') return 'update the SEAM loader';
  if (type === 'TXT SINIT') return 'update the SINIT ACM of the BIOS or the host';
  if (type?.includes('Late Microcode')) return 'update the microcode that the host loads';
  return category === 'OS/VMM' ? 'update the host’s operating system or hypervisor' : 'update the BIOS';
}
