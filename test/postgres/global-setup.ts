import { removeServer, serverAbsent, serverFolder } from './server.ts';
import { SHARED_FOLDER } from './shared.ts';

/** A place for the server that the run's tests share; whoever needs it first starts it there. */
export function setup(): (() => void) | undefined {
  if (serverAbsent !== null) return undefined;
  const folder = serverFolder();
  process.env[SHARED_FOLDER] = folder;
  return () => removeServer(folder);
}
