import { isCurrent, isDue, isForgotten } from './freshness.ts';
import { type CollateralMetadata, keyText } from './port.ts';
import type { CollateralStatus } from './source.ts';

/** The dated documents in use, as they were last seen: what readiness and metrics ask about without touching a disk. */
export class KnownDocuments {
  readonly #documents = new Map<string, CollateralMetadata>();

  note(document: CollateralMetadata): void {
    if (document.nextUpdate === null) return;
    const key = keyText(document.key);
    const before = this.#documents.get(key);
    if (before === undefined || before.fetchedAt <= document.fetchedAt) this.#documents.set(key, document);
  }

  status(at: Date): Pick<CollateralStatus, 'documents' | 'nextExpiry'> {
    const inUse = [...this.#documents.values()].filter((document) => !isForgotten(document, at));
    const current = inUse.filter((document) => isCurrent(document, at));
    const ends = current.flatMap(({ nextUpdate }) => nextUpdate?.getTime() ?? []);
    return {
      documents: {
        current: current.length,
        due: current.filter((document) => isDue(document, at)).length,
        expired: inUse.length - current.length,
      },
      nextExpiry: ends.length === 0 ? null : new Date(Math.min(...ends)),
    };
  }
}
