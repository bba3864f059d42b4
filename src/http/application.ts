import type { IncomingMessage, ServerResponse } from 'node:http';
import Koa from 'koa';

/**
 * Koa, whose one middleware takes `req` and `res` and writes every answer itself, whole and in one piece. Its own `handleRequest` listens on each
 * answer and on its socket for how they end, and looks afterwards whether there is something to write: a twentieth of what a read of a status
 * costs. Its context is four objects more; it is made where an answer failed, which Koa then tells.
 */
export class Application extends Koa {
  /** Called by Koa for each request. */
  override createContext(req: IncomingMessage, res: ServerResponse): never {
    return { req, res } as never; // all that this application's middleware, and what is below, look at
  }

  /** Called by Koa for each request. */
  handleRequest(
    context: Pick<Koa.Context, 'req' | 'res'>,
    answer: (context: unknown) => Promise<void>,
  ): Promise<void> {
    return answer(context).catch((error: unknown) =>
      super.createContext(context.req, context.res).onerror(asError(error)),
    );
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
