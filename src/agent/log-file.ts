import { open } from 'node:fs/promises';

/** What the items of a bundle can carry (tpm-item.ts, tdx-item.ts). */
const MAX_EVENT_LOG_BYTES = 1 << 18;

export type LogFile =
  | { readonly log: Uint8Array; readonly why: null }
  | { readonly log: null; readonly why: string };

/**
 * A log that the kernel shows as a file; null and the reason where it is not to be had, or larger than a bundle carries.
 * @param maxBytes what a bundle has left for it
 */
export async function readLogFile(path: string, maxBytes = MAX_EVENT_LOG_BYTES): Promise<LogFile> {
  try {
    await using file = await open(path, 'r');
    // sysfs and securityfs may report a size of zero: read to the end or to the ceiling.
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
      if (length > maxBytes) return { log: null, why: `it is larger than ${maxBytes} bytes` };
    }
    if (length === 0) return { log: null, why: 'it is empty' };
    return { log: new Uint8Array(buffer.subarray(0, length)), why: null };
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { log: null, why: reason(error, path) };
    throw error;
  }
}

function reason({ code, message }: Error & { readonly code?: unknown }, path: string): string {
  if (code === 'ENOENT') return `this kernel shows no ${path} (ENOENT)`;
  return code === 'EACCES' || code === 'EPERM' ? `this user may not read ${path} (${code})` : message;
}
