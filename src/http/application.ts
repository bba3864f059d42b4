import Koa from 'koa';

/**
 * Koa, whose one middleware writes every answer itself, whole and in one piece. Its own `handleRequest` listens on each answer and on its socket
 * for how they end, and looks afterwards whether there is something to write: a twentieth of what a read of a status costs.
 */
export class Application extends Koa {
  /** Called by Koa for each request. */
  handleRequest(context: Koa.Context, answer: (context: Koa.Context) => Promise<void>): Promise<void> {
    return answer(context).catch((error: unknown) => context.onerror(asError(error)));
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
