import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTraces } from '../../../../src/cli/serve/traces.ts';
import { startVerifier } from '../../../../src/cli/serve/verifier.ts';
import { traceSender } from '../../../../src/service/telemetry/trace/sender.ts';
import type { FinishedSpan } from '../../../../src/service/telemetry/trace/tracer.ts';
import { deliverDue } from '../../../../src/service/webhook/deliver.ts';
import { temporaryFolder } from '../../../store/temporary.ts';
import { ask } from '../../attestation/agent.ts';
import { makeWorld } from '../../attestation/world.ts';
import { listen } from './collector.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const silent = pino({ level: 'silent' });

const span = (name: string): FinishedSpan => ({
  traceId: TRACE,
  spanId: SPAN,
  sampled: true,
  parentSpanId: null,
  name,
  kind: 'internal',
  beganMs: 1_772_366_400_000.25,
  endedMs: 1_772_366_400_001.5,
  attributes: { text: 'a', count: 7 },
  failed: true,
});

function sending(collector: string, resource = { 'service.name': 'x' }) {
  const reports: (string | null)[] = [];
  const sender = traceSender({
    collector: new URL(collector),
    resource,
    report: (failure) => reports.push(failure),
    everyMs: 3_600_000,
    timeoutMs: 60_000,
  });
  return { sender, reports };
}

describe('spans', () => {
  it('reach a collector as OTLP has them in JSON', async () => {
    const { messages, url } = await listen();
    const { sender } = sending(`${url}/below/`);
    sender.add(span('one'));
    await sender.close();
    expect(messages[0]?.request).toMatchObject({ method: 'POST', url: '/below/v1/traces' });
    expect(messages[0]?.request.headers['content-type']).toBe('application/json');
    expect(JSON.parse(messages[0]?.body ?? '')).toEqual({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'x' } }] },
          scopeSpans: [
            {
              scope: { name: 'sextant' },
              spans: [
                {
                  traceId: TRACE,
                  spanId: SPAN,
                  name: 'one',
                  kind: 1,
                  startTimeUnixNano: '1772366400000250000',
                  endTimeUnixNano: '1772366400001500000',
                  attributes: [
                    { key: 'text', value: { stringValue: 'a' } },
                    { key: 'count', value: { intValue: '7' } },
                  ],
                  status: { code: 2 },
                },
              ],
            },
          ],
        },
      ],
    });
    expect(sender.counts()).toEqual({ sent: 1, dropped: 0 });
  });

  it('are thrown away where nobody takes them, bounded, and it is said once', async () => {
    const { messages, answers, url } = await listen();
    const { sender, reports } = sending(url);
    answers.push(503, 302);
    for (let count = 0; count < 3_000; count++) sender.add(span('x'));
    expect(sender.counts()).toEqual({ sent: 0, dropped: 952 });
    await sender.close();
    // Two attempts that failed, each with what fits; a redirect is one of them, and leads nowhere.
    expect(messages.map(({ request }) => request.url)).toEqual(['/v1/traces', '/v1/traces']);
    expect(reports).toEqual(['HTTP 503']);
    expect(sender.counts()).toEqual({ sent: 0, dropped: 952 + 1_024 });
  });
});

describe('a verifier that is traced', () => {
  it('follows a request to its store by routes and codes, and tells nothing that was in it', async () => {
    const { messages, url } = await listen();
    const lines: string[] = [];
    const log = pino({ level: 'info', base: null }, { write: (line: string) => void lines.push(line) });
    const traces = openTraces(url, 0, silent);
    const verifier = await startVerifier({
      data: join(temporaryFolder(), 'data'),
      host: '127.0.0.1',
      port: 0,
      log,
      traces,
    });
    const traceparent = `00-${TRACE}-${SPAN}-01`;
    const secret = 'sxt_swordfish';
    const answer = await fetch(`${verifier.url}/v1/hosts/hst_named-in-the-path?marker=in-the-query`, {
      headers: { traceparent, authorization: `Bearer ${secret}` },
    });
    expect(answer.status).toBe(401);
    await fetch(`${verifier.url}/readyz`, { headers: { traceparent } });
    await fetch(`${verifier.url}/healthz`);
    const metrics = await (await fetch(`${verifier.url}/metrics`)).text();
    expect(metrics).toContain('sextant_trace_spans_total{result="sent"}');
    await verifier.close();

    const sent = messages.map(({ body }) => body).join('\n');
    for (const hidden of [secret, 'named-in-the-path', 'in-the-query']) expect(sent).not.toContain(hidden);
    const spans = messages.flatMap(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans);
    // What nobody asked to be traced is not: the share is none.
    expect(new Set(spans.map((one) => one.traceId))).toEqual(new Set([TRACE]));
    const read = spans.find((one) => one.name === 'GET /v1/hosts/{hostId}');
    expect(read).toMatchObject({ parentSpanId: SPAN, kind: 2 });
    const attributes = new Map(
      read.attributes.map((one: { key: string; value: object }) => [one.key, one.value]),
    );
    expect(attributes.get('http.response.status_code')).toEqual({ intValue: '401' });
    expect(attributes.get('error.type')).toEqual({ stringValue: 'unauthenticated' });
    const ready = spans.find((one) => one.name === 'GET /readyz');
    expect(spans).toContainEqual(expect.objectContaining({ name: 'store.read', parentSpanId: ready.spanId }));
    // And the log names the trace.
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ operation: 'getReadiness', traceId: TRACE }),
    );
  });

  it('tells a webhook of which trace its message is', async () => {
    const receiver = await listen();
    const world = await makeWorld({ webhookTargets: { plaintextToLoopback: true, privateNetworks: false } });
    const { token: bearer } = world.people.exporter;
    await ask(world, '/v1/webhooks', { bearer, json: { url: `${receiver.url}/hook` } });
    await ask(world, '/v1/parties', { bearer, json: { legalName: 'Acme', country: 'IS' } });
    const { tracer, close } = openTraces('http://127.0.0.1:1', 1, silent);
    onTestFinished(close);
    await deliverDue({ ...world.context, tracer }, { signal: new AbortController().signal });
    expect(receiver.messages[0]?.request.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('takes no address that holds a password', () => {
    for (const address of ['collector', 'ftp://collector', 'http://user:word@collector:4318'])
      expect(() => openTraces(address, 1, silent)).toThrowError(expect.objectContaining({ code: 'usage' }));
  });
});
