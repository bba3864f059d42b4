import { assert, property, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTraceparent, parseTraceparent } from '../../../../src/service/telemetry/trace/traceparent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('a traceparent', () => {
  it('is read as the standard’s example has it', () => {
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      sampled: true,
    });
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-00`)?.sampled).toBe(false);
    // Other flags say nothing of sampling.
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-fe`)?.sampled).toBe(false);
  });

  it('of a version to come is read by what it has of this one', () => {
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes`)?.traceId).toBe(TRACE);
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01`)?.traceId).toBe(TRACE);
  });

  it.each([
    ['nothing', undefined],
    ['an empty one', ''],
    ['no version', `ff-${TRACE}-${SPAN}-01`],
    ['more behind the flags of version 00', `00-${TRACE}-${SPAN}-01-more`],
    ['a joined second one', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['a short trace', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['a long span', `00-${TRACE}-${SPAN}0-01`],
    ['a version to come with its end glued on', `cc-${TRACE}-${SPAN}-012`],
    ['a line break at its end', `00-${TRACE}-${SPAN}-01\n`],
  ])('is none where it is %s', (_, header) => {
    expect(parseTraceparent(header)).toBeNull();
  });

  it('comes back as it was sent', () => {
    const header = stringMatching(/^00-[0-9a-f]{31}[1-9a-f]-[0-9a-f]{15}[1-9a-f]-0[01]$/);
    assert(
      property(header, (text) => {
        const read = parseTraceparent(text);
        expect(read === null ? null : formatTraceparent(read)).toBe(text);
      }),
    );
  });
});
