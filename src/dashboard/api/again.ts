export type Repeatable = { readonly params?: unknown; readonly query?: unknown; readonly body?: unknown };

/**
 * Whether the same is asked once more, so that it goes under the same key: by what it says, and of bytes by which ones they are. A file
 * that was chosen anew is another, whatever it holds: JSON would have made every two of them alike.
 */
export function isSameAsked(before: Repeatable, now: Repeatable): boolean {
  const [{ body: beforeBody, ...beforeRest }, { body, ...rest }] = [before, now];
  const isSameBody =
    beforeBody instanceof Blob || body instanceof Blob
      ? beforeBody === body
      : JSON.stringify(beforeBody) === JSON.stringify(body);
  return isSameBody && JSON.stringify(beforeRest) === JSON.stringify(rest);
}
