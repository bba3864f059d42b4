import { describe, expect, it } from 'vitest';
import { acksBeforeSync, HTTP_SUCCESS } from './trace.ts';

const WRITE = '7 pwrite64(20</d/sextant.db-wal>, "\\0"..., 4096, 32) = 4096';
const SYNC = '7 fdatasync(20</d/sextant.db-wal>) = 0';
const ACK = '7 write(1<pipe:[1]>, "ack 1 1\\n", 8) = 8';
const judge = (...lines: string[]) => acksBeforeSync(lines.join('\n'));

describe('the judge of traces', () => {
  it('finds nothing where each write is synced before it is acknowledged', () => {
    expect(judge(WRITE, SYNC, ACK, WRITE, WRITE, SYNC, ACK, ACK)).toEqual({ acks: 3, syncs: 2, early: [] });
  });

  it.each<[string, string[]]>([
    ['no sync', [WRITE, ACK]],
    ['a sync after the acknowledgement', [WRITE, ACK, SYNC]],
    ['a sync before the write', [SYNC, WRITE, ACK]],
    ['a write after the sync', [WRITE, SYNC, WRITE, ACK]],
    ['a sync of another file', [WRITE, '7 fdatasync(21</d/sextant.db>) = 0', ACK]],
    ['a sync that failed', [WRITE, '7 fdatasync(20</d/sextant.db-wal>) = -1 EIO (Input/output error)', ACK]],
    [
      'a sync that has not returned',
      [
        WRITE,
        '7 fdatasync(20</d/sextant.db-wal> <unfinished ...>',
        ACK.replace('7', '8'),
        '7 <... fdatasync resumed>) = 0',
      ],
    ],
  ])('reports an acknowledgement after %s', (_, lines) => {
    expect(judge(...lines).early.length).toBe(1);
  });

  it('counts a sync that was interrupted by another thread when it returns', () => {
    const lines = [
      WRITE,
      '7 fdatasync(20</d/sextant.db-wal> <unfinished ...>',
      '8 write(5<socket:[2]>, "x", 1) = 1',
      '7 <... fdatasync resumed>) = 0',
      ACK,
    ];
    expect(judge(...lines).early).toEqual([]);
  });

  it('knows answers over HTTP, in one piece or several, and only those that tell of something done', () => {
    const one = '7 write(24<socket:[5]>, "HTTP/1.1 201 Cre"..., 700) = 700';
    const several = '7 writev(24<socket:[5]>, [{iov_base="HTTP/1.1 200 OK\\r"..., iov_len=9}, {}], 2) = 9';
    const refusal = '7 write(24<socket:[5]>, "HTTP/1.1 429 Too"..., 300) = 300';
    expect(acksBeforeSync([WRITE, one, several, refusal].join('\n'), HTTP_SUCCESS)).toEqual({
      acks: 2,
      syncs: 0,
      early: [one, several].map((line) => line.slice(2)),
    });
  });
});
