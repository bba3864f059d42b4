import type { CollateralCache, CollateralDocument, CollateralKind, HighWaterMark } from '../port.ts';
import { keyText } from '../port.ts';

/** A cache that forgets everything with its process: for tests, and for a library that keeps none. */
export function memoryCache(): CollateralCache {
  const documents = new Map<string, CollateralDocument>();
  const marks = new Map<string, number>();
  return {
    get: async (key) => documents.get(keyText(key)) ?? null,
    put: async (document) => void documents.set(keyText(document.key), document),
    list: async (kind?: CollateralKind) =>
      [...documents.values()].filter(({ key }) => kind === undefined || key.kind === kind),
    highWater: async (line) => marks.get(line) ?? 0,
    raise: async ({ line, value }: HighWaterMark) =>
      void marks.set(line, Math.max(value, marks.get(line) ?? 0)),
    sweep: async () => {},
  };
}
