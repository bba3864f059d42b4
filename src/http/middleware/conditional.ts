import type { Reply } from '../reply.ts';

/**
 * RFC 9110, 13.1.2: whoever has these very bytes is told so, without them. Answers without an `etag` are none of them; weak tags compare
 * like strong ones.
 */
export function unlessKnown(ifNoneMatch: string | undefined, reply: Reply): Reply {
  const etag = reply.headers?.['etag'];
  if (ifNoneMatch === undefined || etag === undefined || reply.status !== 200) return reply;
  const known = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!known.includes(etag) && !known.includes('*')) return reply;
  return { status: 304, headers: reply.headers ?? {} };
}
