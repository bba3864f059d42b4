import { describe, expect, it } from 'vitest';
import { type FinishedSpan, Tracer } from '../../../../src/service/telemetry/trace/tracer.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

function tracing(share: number, byte?: number) {
  const spans: FinishedSpan[] = [];
  let drawn = 0;
  let now = 1000;
  const tracer = new Tracer({
    random: (length) => new Uint8Array(length).fill(byte ?? ++drawn),
    nowMs: () => now++,
    share,
    finished: (span) => spans.push(span),
  });
  return { tracer, spans };
}

describe('a tracer', () => {
  it('makes what is done within a request its child, whoever else is under way', async () => {
    const { tracer, spans } = tracing(0);
    const ask = (name: string) =>
      tracer.request(`00-${TRACE}-${SPAN}-01`, name, async () => {
        await Promise.resolve();
        await tracer.within(`${name}.part`, 'internal', async () => {});
      });
    await Promise.all([ask('a'), ask('b')]);
    for (const name of ['a', 'b']) {
      const whole = spans.find((span) => span.name === name);
      const part = spans.find((span) => span.name === `${name}.part`);
      expect(whole).toMatchObject({ traceId: TRACE, parentSpanId: SPAN, kind: 'server' });
      expect(part).toMatchObject({ traceId: TRACE, parentSpanId: whole?.spanId, kind: 'internal' });
      expect(part?.beganMs).toBeGreaterThan(whole?.beganMs ?? 0);
      expect(part?.endedMs).toBeLessThan(whole?.endedMs ?? 0);
    }
  });

  it('keeps what whoever asked has decided, and decides by its share where nobody has', async () => {
    const kept = async (share: number, header?: string, byte?: number): Promise<number> => {
      const { tracer, spans } = tracing(share, byte);
      await tracer.request(header, 'x', async () => {});
      return spans.length;
    };
    expect(await kept(0, `00-${TRACE}-${SPAN}-01`)).toBe(1);
    expect(await kept(1, `00-${TRACE}-${SPAN}-00`)).toBe(0);
    expect([await kept(1), await kept(0)]).toEqual([1, 0]);
    // Ids of 0x40… and 0xc0… lie on either side of a half.
    expect([await kept(0.5, undefined, 0x40), await kept(0.5, undefined, 0xc0)]).toEqual([1, 0]);
    expect(await kept(1, 'nonsense')).toBe(1);
  });

  it('says that work failed, and hands its error on', async () => {
    const { tracer, spans } = tracing(1);
    const failing = tracer.within('x', 'internal', () => Promise.reject(new Error('swordfish')));
    await expect(failing).rejects.toThrow('swordfish');
    expect(spans).toMatchObject([{ failed: true, parentSpanId: null }]);
    expect(JSON.stringify(spans)).not.toContain('swordfish');
  });
});
