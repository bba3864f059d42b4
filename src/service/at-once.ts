/** What is there, unless more has to be read for it. */
export type AtOnce<T> = T | Promise<T>;

/**
 * Goes on with what is there; at once, where it is. Waiting for what needs no read costs as much as reading it, where most answers rest on one
 * row. `next` throws as it would after an `await`: whoever calls is asynchronous itself.
 */
export function whenThere<T, R>(value: AtOnce<T>, next: (value: T) => AtOnce<R>): AtOnce<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
