import type { CollateralMetadata } from '../../collateral/port.ts';
import type { NvidiaNeed } from '../../collateral/source.ts';
import { nameText } from '../../pki/index.ts';
import { withProgress } from '../terminal/progress.ts';
import type { Opened } from './open.ts';
import type { Outcome } from './outcome.ts';

/** Manifests one by one, then the status of certificates; about leaves, of which NVIDIA says nothing, nothing is said. */
export async function fetchNvidia(
  need: NvidiaNeed,
  { collateral }: Opened,
  timeoutMs: number,
): Promise<Outcome[]> {
  const { provenance, absent } = await withProgress("fetching NVIDIA's documents", () =>
    collateral.nvidia(need, { timeoutMs, renew: true }),
  );
  const leaves = new Set(need.paths.map(({ chain }) => chain[0]?.sha256));
  const subjects = new Map(
    need.paths.flatMap(({ chain }) => chain).map(({ sha256, subject }) => [sha256, nameText(subject)]),
  );
  const done = ({ key: { kind, name } }: CollateralMetadata): string =>
    kind === 'nvidia-rim'
      ? `NVIDIA manifest ${name}`
      : `NVIDIA status of ${subjects.get(name) ?? 'a signer'}`;
  return [
    ...provenance.map((document) => ({ what: done(document), documents: [document], failure: null })),
    ...absent
      .filter(({ name }) => !leaves.has(name))
      .map(({ what, name, error }) => ({
        what:
          what === 'manifest' ? `NVIDIA manifest ${name}` : `NVIDIA status of ${subjects.get(name) ?? name}`,
        documents: [],
        failure: error,
      })),
  ];
}
