import { toHex } from '../../bytes/text.ts';
import type { NitroDocument } from '../../evidence/nitro/index.ts';
import type { Verified } from '../../evidence/verified.ts';

/** What a document states, for programs: bytes in lower-case hexadecimal, an RFC 3339 instant. */
export type ShownNitro = {
  readonly moduleId: string;
  readonly timestamp: string;
  readonly pcrs: Readonly<Record<string, string>>;
  readonly publicKey: string | null;
  readonly userData: string | null;
  readonly nonce: string | null;
};

export function showNitro(document: Verified<NitroDocument>): ShownNitro {
  const { moduleId, timestamp, pcrs, publicKey, userData, nonce } = document;
  return {
    moduleId,
    timestamp: timestamp.toISOString(),
    pcrs: Object.fromEntries([...pcrs].map(([index, value]) => [`${index}`, toHex(value)])),
    publicKey: hex(publicKey),
    userData: hex(userData),
    nonce: hex(nonce),
  };
}

function hex(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : toHex(bytes);
}
