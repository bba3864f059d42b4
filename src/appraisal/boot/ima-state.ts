import { toHex } from '../../bytes/text.ts';
import type { ExplainedIma } from '../../evidence/eventlog/ima/explain.ts';

/** A file that the kernel measured, or a buffer. */
export type ImaFile = {
  /** Position of its entry in the log. */
  readonly event: number;
  readonly path: string;
  /** As reference sets name it: `sha256:<hex>`, `verity:sha256:<hex>`. */
  readonly digest: string;
  /** It was read while somebody wrote to it. */
  readonly violation: boolean;
};

/**
 * What is known of the files that a host ran. A log of thousands is not kept: afterwards it is known by which sets it was
 * allowed, and a set that came later is compared when the host attests again.
 */
export type ImaState =
  | {
      readonly kind: 'log';
      readonly files: readonly ImaFile[];
      /** The kernel hashed its entries with SHA-1, whatever the bank. */
      readonly sha1Templates: boolean;
    }
  | { readonly kind: 'compared'; readonly allowedBy: readonly string[] };

export function readIma({ measurements, templateHash }: ExplainedIma): ImaState {
  const files = measurements.map(({ index: event, path, type, algorithm, digest, violation }) => {
    const prefix = type === null || type === 'ima' ? '' : `${type}:`;
    return { event, path, digest: `${prefix}${algorithm}:${toHex(digest)}`, violation };
  });
  return { kind: 'log', files, sha1Templates: templateHash === 'sha1' };
}
