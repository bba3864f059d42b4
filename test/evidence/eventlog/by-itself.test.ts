import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toUtf8 } from '../../../src/bytes/text.ts';
import type { OfflineContext } from '../../../src/evidence/format.ts';
import { IMA_LOG } from '../../../src/evidence/format-ima-log.ts';
import { TCG_EVENT_LOG } from '../../../src/evidence/format-tcg-eventlog.ts';
import { join, u8, u16, u32 } from '../tpm/build.ts';
import { failed } from '../tpm/failed.ts';

const context: OfflineContext = {
  at: new Date('2026-06-01T00:00:00Z'),
  strictness: 'gate',
  anchors: [],
  pins: [],
  collateral: new Map(),
  named: new Map(),
};
const reversed = (bytes: Uint8Array): Uint8Array => bytes.toReversed();
const le16 = (value: number): Uint8Array => reversed(u16(value));
const le32 = (value: number): Uint8Array => reversed(u32(value));

/** A log of one header and no events, in one bank. */
function headerOf(algorithm: number, digestBytes: number): Uint8Array {
  const event = join(
    toUtf8('Spec ID Event03\0', 'signature'),
    new Uint8Array(8),
    le32(1),
    le16(algorithm),
    le16(digestBytes),
    u8(0),
  );
  return join(le32(0), le32(3), new Uint8Array(20), le32(event.length), event);
}

/** An entry of ima-ng in one register. */
function imaLine(pcr: number): string {
  const digest = Buffer.alloc(32, 7);
  const fields = [Buffer.concat([Buffer.from('sha256:\0'), digest]), Buffer.from('/bin/true\0')];
  const data = fields.flatMap((field) => [Buffer.from(le32(field.length)), field]);
  return `${pcr} ${hash('sha1', Buffer.concat(data))} ima-ng sha256:${digest.toString('hex')} /bin/true\n`;
}

describe('a log by itself', () => {
  const verify = (format: typeof IMA_LOG, bytes: Uint8Array) =>
    format.verify(new Map([['log', bytes]]), context).findings;
  const SHA256 = 0x000b;
  const SM3 = 0x0012;

  it('fails tpm.eventlog.replay alone where no bank of it is read here', () => {
    expect(failed(verify(TCG_EVENT_LOG, headerOf(SHA256, 32)).checks)).toEqual([]);
    expect(failed(verify(TCG_EVENT_LOG, headerOf(SM3, 32)).checks)).toEqual(['tpm.eventlog.replay']);
  });

  it('fails tpm.ima.replay alone where none of its entries is of PCR 10', () => {
    const { checks, notPerformed } = verify(IMA_LOG, toUtf8(imaLine(10), 'log'));
    expect(failed(checks)).toEqual([]);
    expect(notPerformed.map(({ id }) => id)).toEqual(['tpm.ima']);
    expect(failed(verify(IMA_LOG, toUtf8(imaLine(11), 'log')).checks)).toEqual(['tpm.ima.replay']);
  });
});
