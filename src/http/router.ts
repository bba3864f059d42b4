import findMyWay from 'find-my-way';
import { HttpError } from './errors.ts';
import type { Method, Route } from './route.ts';

/** Longer than any identifier; a longer segment matches nothing. */
const MAX_PARAM_LENGTH = 160;

export type Match<R> = {
  readonly route: R;
  readonly params: { readonly [name: string]: string | undefined };
};

/**
 * Letters that stand for themselves. The tree would decode an encoded letter, cut a fragment off and read an absolute
 * target: what a proxy was told to keep from strangers would then be reached under another spelling.
 */
const PLAIN_PATH = /^\/[A-Za-z0-9._~/-]*$/;

const LAST_PARAM = /\{(\w+)\}$/;

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * From method and path to a route, by radix tree (docs/decisions/0010-http.md says why not by Koa's router). Paths are
 * exact: case, a slash at the end, a doubled slash and an encoded letter all make another path, so that what a proxy before the verifier
 * allows is what is matched here.
 */
export class Router<R extends { readonly declaration: Route }> {
  readonly #tree = findMyWay({ maxParamLength: MAX_PARAM_LENGTH });

  constructor(routes: readonly R[]) {
    const operations = new Set<string>();
    for (const route of routes) {
      const { method, path, operationId, rest } = route.declaration;
      if (operations.has(operationId)) throw new TypeError(`two routes are called ${operationId}`);
      operations.add(operationId);
      const pattern = rest === true ? path.replace(LAST_PARAM, '*') : path;
      this.#tree.on(method, pattern.replaceAll(/\{(\w+)\}/g, ':$1'), notCalled, route);
    }
  }

  /** The route of a request; null where there is none. */
  match(method: string, path: string): Match<R> | null {
    return this.#find(method === 'HEAD' ? 'GET' : method, path);
  }

  /** What is wrong with a request that no route takes: `no_such_route` or `method_not_allowed`. */
  refusal(method: string, path: string): HttpError {
    const allow = this.allowed(path);
    if (allow.length === 0) return new HttpError('no_such_route', 'no such path');
    return new HttpError('method_not_allowed', `${method.slice(0, 16)} is not one of ${allow.join(', ')}`, {
      allow,
    });
  }

  /** The methods of a path, HEAD and OPTIONS among them; empty when there is no such path. */
  allowed(path: string): string[] {
    const own = METHODS.filter((method) => this.#find(method, path) !== null);
    if (own.length === 0) return [];
    return [...own, ...(own.includes('GET') ? ['HEAD'] : []), 'OPTIONS'];
  }

  #find(method: string, path: string): Match<R> | null {
    if (!(METHODS as readonly string[]).includes(method) || !PLAIN_PATH.test(path)) return null;
    const found = this.#tree.find(method as Method, path); // it is one of METHODS
    if (found === null || found.store === null || found.store === undefined) return null;
    const route = found.store as R; // the constructor stored it
    const { path: declared, rest } = route.declaration;
    if (rest !== true) return { route, params: found.params };
    const { '*': tail, ...params } = found.params;
    return { route, params: { ...params, [LAST_PARAM.exec(declared)?.[1] ?? '']: tail } };
  }
}

function notCalled(): never {
  throw new TypeError('routes are looked up, never called, through the tree');
}
