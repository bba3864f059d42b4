import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAgent } from '../../../../src/agent/agent.ts';
import { writeHostRecord } from '../../../../src/agent/records.ts';
import { openTraces } from '../../../../src/cli/serve/traces.ts';
import { memoryCache } from '../../../../src/collateral/cache/memory.ts';
import { createCollateral } from '../../../../src/collateral/collateral.ts';
import { collateralSettings } from '../../../../src/collateral/settings.ts';
import { makeEkCa } from '../../../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../../../src/forge/tpm/software-tpm.ts';
import { collateralFollower, tracedBundles } from '../../../../src/service/telemetry/trace/traced.ts';
import { workerPool } from '../../../../src/service/workers/pool.ts';
import { fakePace, json, localServer, temporaryFolder } from '../../../agent/fixtures.ts';
import { fakeTiming } from '../../../collateral/fake-timing.ts';
import { makeGpuHost, submission, trustIn } from '../../../forge/nvidia/eight-gpus.ts';
import { listen, type SentSpan, spansIn } from './collector.ts';

const silent = pino({ level: 'silent' });

/** What a collector was sent of some work, all of it traced. */
async function traced(
  work: (tracer: ReturnType<typeof openTraces>['tracer']) => Promise<void>,
): Promise<{ readonly spans: SentSpan[]; readonly text: string }> {
  const { messages, url } = await listen();
  const traces = openTraces(url, 1, silent);
  await work(traces.tracer);
  await traces.close();
  return { spans: spansIn(messages), text: messages.map(({ body }) => body).join('\n') };
}

const named = (spans: readonly SentSpan[], name: string): SentSpan[] =>
  spans.filter((one) => one.name === name);
const attributeOf = ({ attributes }: SentSpan, key: string): unknown =>
  attributes.find((one) => one.key === key)?.value;

describe('a thread that verifies', () => {
  const machine = makeGpuHost(1);
  const input = submission(machine, trustIn(machine.gpus));

  it.each([
    ['shows in the trace of what asked: how long it was waited for, and how long it took', 0, 1],
    ['is not there where the thread that serves verified', 1 << 30, 0],
  ])('%s', async (_, smallBelow, count) => {
    const random = (length: number) => new Uint8Array(randomBytes(length));
    const pool = workerPool({ size: 1, random, report: () => {}, smallBelow, patienceMs: 60_000 });
    onTestFinished(() => pool.close());
    const { spans, text } = await traced(async (tracer) => {
      await tracer.within('asking', 'internal', () => tracedBundles(pool, tracer).verify(input));
    });
    const [verify] = named(spans, 'evidence.verify');
    const [waited, thread] = [named(spans, 'evidence.wait'), named(spans, 'evidence.thread')];
    expect([waited.length, thread.length]).toEqual([count, count]);
    for (const one of [...waited, ...thread]) {
      expect(one).toMatchObject({ traceId: verify?.traceId, parentSpanId: verify?.spanId, attributes: [] });
      expect(BigInt(one.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(one.startTimeUnixNano));
    }
    expect(text).not.toContain(input.session.nonce);
  });
});

describe('a fetch of a vendor’s document', () => {
  it('shows by vendor and code, and tells nothing of the chip', async () => {
    const vendor = await localServer((response) => void response.writeHead(404).end());
    const chipId = 'c0ffee'.repeat(22).slice(0, 128);
    const { spans, text } = await traced(async (tracer) => {
      const source = createCollateral({
        cache: memoryCache(),
        settings: collateralSettings({ kdsUrl: vendor.address.origin }),
        trust: { pins: [], anchors: [] },
        clock: () => new Date(),
        log: () => {},
        timing: fakeTiming(),
        follow: collateralFollower(tracer),
      });
      const need = { product: 'Milan', signingKey: 'vcek', chipId, tcb: TCB } as never; // of a forged report
      await tracer.within('asking', 'internal', () => source.snpCertificates(need).catch(() => {}));
    });
    expect(vendor.received.length).toBeGreaterThan(0);
    const fetched = named(spans, 'collateral.fetch');
    expect(fetched.length).toBeGreaterThan(0);
    const [asking] = named(spans, 'asking');
    for (const one of fetched) {
      expect(one).toMatchObject({ kind: 3, traceId: asking?.traceId, status: { code: 2 } });
      expect(attributeOf(one, 'sextant.vendor')).toEqual({ stringValue: 'amd' });
      expect(attributeOf(one, 'error.type')).toEqual({ stringValue: 'collateral_not_found' });
    }
    // Twice: identifiers of spans are random, and of the same digits.
    for (const hidden of ['c0ffeec0ffee', 'Milan', vendor.address.host]) expect(text).not.toContain(hidden);
  });
});

const TCB = { bootLoader: 4, tee: 0, snp: 24, microcode: 219 };

describe('an agent that is traced', () => {
  const [hostId, sessionId] = ['hst_hidden', 'ses_hidden'];

  it('follows session, collection and submission, and tells the verifier which trace they are of', async () => {
    const pace = fakePace();
    const now = pace.clock();
    const session = {
      id: sessionId,
      nonce: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      issuedAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + 300_000).toISOString(),
      aud: 'https://verifier.example',
      tenant: 'hidden-tenant',
      hostId,
      accept: [],
    };
    const { address, received } = await localServer((response, { request }) => {
      if (request.url === '/v1/sessions') json(response, 201, session);
      else json(response, 409, { code: 'session_expired' });
    });
    const device = new SoftwareTpm({ ca: makeEkCa(now), clock: pace.clock });
    const { spans, text } = await traced(async (tracer) => {
      const folder = temporaryFolder().path;
      const agent = openAgent({ data: folder, verifier: address.href, device, pace, tracer });
      writeHostRecord(agent.folder, { verifier: address.href, hostId, enrolledAt: now.toISOString() });
      const ending = new AbortController();
      await agent.run(ending.signal, () => ending.abort());
    });
    const [whole] = named(spans, 'agent.attest');
    const parts = ['agent.session', 'agent.collect', 'agent.submit'].map((name) => named(spans, name)[0]);
    for (const part of parts)
      expect(part).toMatchObject({ traceId: whole?.traceId, parentSpanId: whole?.spanId });
    const [opened, , submitted] = parts;
    expect(received.map(({ request }) => request.headers['traceparent'])).toEqual([
      `00-${whole?.traceId}-${opened?.spanId}-01`,
      `00-${whole?.traceId}-${submitted?.spanId}-01`,
    ]);
    expect(submitted).toMatchObject({ kind: 3, status: { code: 2 } });
    for (const hidden of [hostId, sessionId, session.nonce, 'hidden-tenant', device.constructor.name])
      expect(text).not.toContain(hidden);
  });

  it('renews by name of what it does alone, and without a tracer says nothing of traces', async () => {
    const pace = fakePace();
    const licenceId = 'lic_hidden';
    const grant = { outcome: 'denied', reasons: [], grant: null };
    const { address, received } = await localServer((response) => json(response, 200, grant));
    const device = new SoftwareTpm({ ca: makeEkCa(pace.clock()), clock: pace.clock });
    const never = new AbortController().signal;
    const options = { verifier: address.href, device, pace };
    const { spans, text } = await traced(async (tracer) => {
      const agent = openAgent({ ...options, data: temporaryFolder().path, tracer });
      await agent.keepGrant(licenceId, never).catch(() => {});
    });
    const [renewed] = named(spans, 'agent.renew');
    expect(received[0]?.request.headers['traceparent']).toBe(`00-${renewed?.traceId}-${renewed?.spanId}-01`);
    expect(text).not.toContain(licenceId);
    await openAgent({ ...options, data: temporaryFolder().path })
      .keepGrant(licenceId, never)
      .catch(() => {});
    expect(received[1]?.request.headers['traceparent']).toBeUndefined();
  });
});
