import { describe, expect, it } from 'vitest';
import { type AzureMetadata, azureMetadata } from '../../../src/agent/azure/metadata.ts';
import { makeAkCa } from '../../../src/forge/azure/ak-ca.ts';
import { writePem } from '../../../src/pki/index.ts';
import { json, localServer } from '../fixtures.ts';

const report = new Uint8Array(1024).fill(0xfb);
const quote = Uint8Array.from({ length: 5006 }, (_, index) => (index * 7) & 0xff);
const base64url = Buffer.from(quote).toString('base64url');

const waits: number[] = [];
const at = (address: URL, deadlineMs = 60_000): AzureMetadata =>
  azureMetadata({ base: address.href, deadlineMs, wait: async (ms) => void waits.push(ms) });

describe('the metadata service', () => {
  it('is asked for a TD quote of just this report', async () => {
    const { address, received } = await localServer((response) => json(response, 200, { quote: base64url }));
    expect(await at(address).tdQuote(report)).toEqual(quote);
    expect(received).toHaveLength(1);
    expect(received[0]?.request).toMatchObject({
      method: 'POST',
      url: '/acc/tdquote',
      headers: { metadata: 'true', 'content-type': 'application/json' },
    });
    expect(JSON.parse(received[0]?.body.toString() ?? '')).toEqual({
      report: Buffer.from(report).toString('base64url'),
    });
  });

  it.each([
    ['with its padding', `${base64url}${'='.repeat((4 - (base64url.length % 4)) % 4)}`],
    ['of the other alphabet', Buffer.from(quote).toString('base64')],
  ])('may answer in base64 %s', async (_, text) => {
    expect(text).not.toBe(base64url);
    const { address } = await localServer((response) => json(response, 200, { quote: text, extra: 1 }));
    expect(await at(address).tdQuote(report)).toEqual(quote);
  });

  it('is asked for the certificates of the machine', async () => {
    const at2026 = new Date('2026-01-15T12:00:00Z');
    const [vcek, ask, ark] = [1, 2, 3].map(() => makeAkCa(at2026).root) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]; // three were mapped
    const { address, received } = await localServer((response) =>
      json(response, 200, {
        vcekCert: writePem(vcek),
        tcbm: '04000000000018DB',
        certificateChain: writePem(ask) + writePem(ark),
        cacheControl: '86400',
      }),
    );
    expect(await at(address).amdCertificates()).toEqual([vcek, ask, ark]);
    expect(received[0]?.request).toMatchObject({
      method: 'GET',
      url: '/metadata/THIM/amd/certification',
      headers: { metadata: 'true' },
    });
  });

  it('is asked again where it throttles or restarts, and not for ever', async () => {
    waits.length = 0;
    const { address } = await localServer((response, _, count) =>
      count < 3 ? json(response, 429, {}) : json(response, 200, { quote: base64url }),
    );
    expect(await at(address).tdQuote(report)).toEqual(quote);
    expect(waits).toEqual([500, 1000]);

    const down = await localServer((response) => json(response, 503, { error: 'soon' }));
    await expect(at(down.address).tdQuote(report)).rejects.toMatchObject({
      code: 'metadata_refused',
      actual: expect.stringContaining('503'),
    });
    expect(down.received).toHaveLength(4);
  });

  it('is not asked again where it refuses', async () => {
    const { address, received } = await localServer((response) =>
      json(response, 400, { error: 'no report' }),
    );
    await expect(at(address).tdQuote(report)).rejects.toMatchObject({
      code: 'metadata_refused',
      actual: expect.stringContaining('no report'),
    });
    expect(received).toHaveLength(1);
  });

  it('is followed nowhere else', async () => {
    const elsewhere = await localServer((response) => json(response, 200, { quote: base64url }));
    const { address } = await localServer((response) =>
      json(response, 307, {}, { location: elsewhere.address.href }),
    );
    await expect(at(address).tdQuote(report)).rejects.toMatchObject({ code: 'metadata_refused' });
    expect(elsewhere.received).toHaveLength(0);
  });

  it.each<[string, unknown]>([
    ['no quote', {}],
    ['an empty quote', { quote: '' }],
    ['a quote that is no base64', { quote: '!' }],
    ['a list', [base64url]],
    ['more than any quote has', { quote: 'A'.repeat(1 << 16) }],
  ])('says that %s is no answer', async (_, answer) => {
    const { address } = await localServer((response) => json(response, 200, answer));
    await expect(at(address).tdQuote(report)).rejects.toMatchObject({ code: 'metadata_malformed' });
  });

  it('says that a page is no certificate', async () => {
    const page = { vcekCert: '<html>', certificateChain: '' };
    const { address } = await localServer((response) => json(response, 200, page));
    await expect(at(address).amdCertificates()).rejects.toMatchObject({ code: 'metadata_malformed' });
  });

  it('has a deadline', async () => {
    const { address } = await localServer(() => {});
    await expect(at(address, 50).tdQuote(report)).rejects.toMatchObject({
      code: 'metadata_unreachable',
      message: expect.stringContaining('in time'),
    });
  });

  it('may not be there', async () => {
    const { address } = await localServer((response) => response.destroy());
    await expect(at(address).amdCertificates()).rejects.toMatchObject({ code: 'metadata_unreachable' });
  });
});
