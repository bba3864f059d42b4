import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hostKeyFrom } from '../../src/agent/host-key.ts';
import { type Subject, startSubject } from '../bench/subject.ts';
import { proofFor } from '../fleet/connection.ts';
import { dataRoot } from '../store/data-root.ts';
import { nightly } from './nightly.ts';
import { pour, reachTimes, trickle } from './rude-client.ts';
import { look } from './told.ts';

const CHILD = resolve(import.meta.dirname, '../fleet/children/verifier.ts');
const GIBIBYTE = 2 ** 30;
/** What kernels on both sides may hold of what nobody reads. */
const IN_FLIGHT = 16 * 2 ** 20;
const MOST_CONNECTIONS = 10_000;
const IDLE = nightly ? MOST_CONNECTIONS + 1_000 : 1_000;
const LORISES = 100;

/** Read by whoever proves some key, so that strangers get as far as a body. */
const PATH = `/v1/enrolments/enr_${'0'.repeat(26)}/activation`;
const key = hostKeyFrom(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);

const folder = mkdtempSync(join(dataRoot, 'sextant-faults-'));
let verifier: Subject;
beforeAll(async () => {
  verifier = await startSubject(CHILD, { FLEET_DATA: join(folder, 'data') });
});
afterAll(async () => {
  await verifier.stop();
  rmSync(folder, { recursive: true, force: true });
});

const head = async (more: string): Promise<string> =>
  `POST ${PATH} HTTP/1.1\r\nhost: x\r\ndpop: ${await proofFor(key, PATH)}\r\ncontent-type: application/json\r\n${more}\r\n\r\n`;

describe('a body without end', () => {
  it.each([
    ['that says how long it is', `content-length: ${GIBIBYTE}`, false],
    ['in chunks', 'transfer-encoding: chunked', true],
  ])('%s is cut, and never held', async (_, length, chunked) => {
    const before = await verifier.peakKibibytes();
    const { answer, sent } = await pour(verifier.url, await head(length), GIBIBYTE, chunked);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"code":"body_too_large"');
    expect(sent).toBeLessThan(IN_FLIGHT);
    expect((await verifier.peakKibibytes()) - before).toBeLessThan(64 * 1024);
  });

  it('from nobody is not even looked at', async () => {
    const strange = `POST /v1/decisions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`;
    const { answer, sent } = await pour(verifier.url, strange, GIBIBYTE, true);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(sent).toBeLessThan(IN_FLIGHT);
  });
});

describe(`${IDLE} idle connections`, () => {
  it('keep nobody out, and cost little; beyond the most the oldest are closed', {
    timeout: 120_000,
  }, async () => {
    const before = await verifier.peakKibibytes();
    const sockets = await reachTimes(verifier.url, IDLE);
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    expect((await look(`${verifier.url}/readyz`)).status).toBe(200);
    const beyond = Math.max(0, IDLE - MOST_CONNECTIONS);
    await expect.poll(() => sockets.slice(0, beyond).every(({ closed }) => closed)).toBe(true);
    expect(sockets.slice(beyond + 10).some(({ closed }) => closed)).toBe(false);
    const each = ((await verifier.peakKibibytes()) - before) / IDLE;
    // Kibibytes: 10,000 cost less than 200 MiB.
    expect(each).toBeLessThan(nightly ? 20 : 40);
    process.stdout.write(`${IDLE} idle connections, ${each.toFixed(1)} KiB each\n`);
  });
});

// Fifteen seconds of waiting: connection.test.ts and server.test.ts of test/http try each at a short deadline.
if (nightly)
  describe('a slow client', () => {
    it(`and ${LORISES - 1} others that trickle headers are cut off, and others served meanwhile`, {
      timeout: 120_000,
    }, async () => {
      const request = `GET /healthz HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(100)}`;
      const slow = Array.from({ length: LORISES }, () => trickle(verifier.url, request, 500));
      expect((await look(`${verifier.url}/healthz`)).status).toBe(200);
      for (const { answer, tookMs } of await Promise.all(slow)) {
        expect(answer).toMatch(/^HTTP\/1\.1 408 /);
        expect(tookMs).toBeLessThan(30_000);
      }
    });

    it('that trickles a body is cut off at the deadline', { timeout: 120_000 }, async () => {
      // The head at once, then a space a second: whatever is left to send, it is too late.
      const { answer } = await trickle(
        verifier.url,
        [await head('content-length: 1000'), ...' '.repeat(60)],
        1_000,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(answer).toContain('"code":"body_timeout"');
      expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    });
  });
