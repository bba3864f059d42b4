import type { Scratch } from './scratch.ts';

/** What is defined or persistent in the TPM, ascending. */
export async function listHandles(
  { run }: Scratch,
  capability: 'handles-nv-index' | 'handles-persistent',
): Promise<number[]> {
  const output = (await run('tpm2_getcap', [capability])).toString('utf8');
  return [...output.matchAll(/^- 0x([0-9A-Fa-f]+)$/gm)].map(([, digits]) =>
    Number.parseInt(digits ?? '', 16),
  );
}

/** As tpm2-tools read and print handles. */
export function handleText(handle: number): string {
  return `0x${handle.toString(16).padStart(8, '0')}`;
}
