import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A process in a namespace, asked one question at a time. */
export type Child = {
  readonly ask: <Answer>(question: object) => Promise<Answer>;
  readonly stop: () => Promise<void>;
};

/** Starts `children/<name>.ts` in a namespace; resolves with its first message. */
export async function startChild<Hello>(
  namespace: string,
  name: string,
  settings: object,
): Promise<{ readonly child: Child; readonly hello: Hello }> {
  const file = join(import.meta.dirname, 'children', `${name}.ts`);
  const process_: ChildProcess = spawn(
    'ip',
    ['netns', 'exec', namespace, process.execPath, file, JSON.stringify(settings)],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  const { promise: gone, reject: end } = Promise.withResolvers<never>();
  gone.catch(() => {});
  process_.once('exit', (status) => end(new Error(`${name} ended with ${status}`)));
  process_.once('error', end);
  const answer = <Answer>(): Promise<Answer> => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    process_.once('message', (message) => resolve(message as Answer)); // what that child sends
    return Promise.race([promise, gone]);
  };
  const hello = await answer<Hello>();
  return {
    hello,
    child: {
      ask: (question) => {
        process_.send(question);
        return answer();
      },
      stop: async () => {
        if (process_.exitCode !== null || process_.signalCode !== null) return;
        const ended = once(process_, 'exit');
        process_.kill('SIGKILL');
        await ended;
      },
    },
  };
}
