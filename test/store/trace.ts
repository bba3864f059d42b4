/** A line `ack …` on standard output. */
const ACK_LINE = /^write\(1<[^>]*>, "ack /;
/** The beginning of an answer that tells of something done, on a socket. */
export const HTTP_SUCCESS = /^writev?\(\d+<(?:socket|TCP)[^>]*>, (?:\[\{iov_base=)?"HTTP\/1\.1 20[01] /;

/**
 * Judges a trace of `strace -f -y`: an acknowledgement is early when the database's write-ahead log was written to since
 * it was last synced. `syncs` counts the syncs that had something to sync.
 */
export function acksBeforeSync(
  trace: string,
  acknowledgement: RegExp = ACK_LINE,
): {
  readonly acks: number;
  readonly syncs: number;
  readonly early: readonly string[];
} {
  let acks = 0;
  let syncs = 0;
  let isSynced = false;
  const early: string[] = [];
  const unfinished = new Map<string, string>();
  for (const line of trace.split('\n')) {
    const [, thread = '', text = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    // A call counts when it returns: another thread's may come between its two halves.
    if (text.endsWith('<unfinished ...>')) {
      unfinished.set(thread, text);
      continue;
    }
    const call = text.startsWith('<... ') ? `${unfinished.get(thread) ?? ''} ${text}` : text;
    if (/^p?writev?(?:64)?\(\d+<[^>]*-wal>/.test(call)) {
      isSynced = false;
    } else if (/^f(?:data)?sync\(\d+<[^>]*-wal>/.test(call) && / = 0$/.test(call)) {
      if (!isSynced) syncs++;
      isSynced = true;
    } else if (acknowledgement.test(call)) {
      acks++;
      if (!isSynced) early.push(call);
    }
  }
  return { acks, syncs, early };
}
