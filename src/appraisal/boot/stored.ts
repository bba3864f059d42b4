import { z } from 'zod';
import type { HostTpm } from '../../evidence/bundle/host-evidence.ts';
import type { ExplainedLog } from '../../evidence/eventlog/compare.ts';
import type { ExplainedIma } from '../../evidence/eventlog/ima/explain.ts';
import type { TpmState } from '../match.ts';
import type { ApprovedReferenceSet } from '../reference-set.ts';
import { readIma } from './ima-state.ts';
import { compareIma } from './match-ima.ts';
import { readBoot } from './read.ts';
import { bootState } from './state.ts';

/** What is kept of a host's logs for a later comparison with other sets; the logs themselves are not. */
const storedBoot = z.object({
  boot: bootState.nullable(),
  /** Digests of the sets whose list of files allowed its IMA log; null where there was none to compare. */
  imaAllowedBy: z.array(z.string()).nullable(),
});

/** What a TPM signed, with what its logs show of the same boot. */
export function tpmStateOf({ quote: { pcrs }, firmwareVersion, bootLog, ima }: HostTpm): TpmState {
  return { pcrs, firmwareVersion, ...readLogs({ bootLog, ima }) };
}

/** What a host's logs show, as far as its quote vouches for them. */
export function readLogs({
  bootLog = null,
  ima = null,
}: ShownLogs): Required<Pick<TpmState, 'boot' | 'ima'>> {
  return { boot: bootLog && readBoot(bootLog), ima: ima && readIma(ima) };
}

type ShownLogs = { readonly bootLog?: ExplainedLog | null; readonly ima?: ExplainedIma | null };

/** @param references the sets in force when the host attested */
export function storeBoot(
  { boot = null, ima = null }: Pick<TpmState, 'boot' | 'ima'>,
  references: readonly ApprovedReferenceSet[],
): string {
  const allowing = references.filter(
    ({ set, digest }) =>
      set.kind === 'tpm-pcrs' && set.ima !== undefined && compareIma(ima, set.ima, digest).length === 0,
  );
  const imaAllowedBy = ima === null ? null : allowing.map(({ digest }) => digest);
  return JSON.stringify({ boot, imaAllowedBy });
}

/** @param text as {@link storeBoot} wrote it; null for a host that attested before it was kept */
export function readStoredBoot(text: string | null): Pick<TpmState, 'boot' | 'ima'> {
  if (text === null) return { boot: null, ima: null };
  const { boot, imaAllowedBy } = storedBoot.parse(JSON.parse(text));
  return { boot, ima: imaAllowedBy === null ? null : { kind: 'compared', allowedBy: imaAllowedBy } };
}
