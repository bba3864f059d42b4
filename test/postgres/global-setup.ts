import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dataRoot } from '../store/data-root.ts';
import { TEMPLATES_FOLDER } from '../store/template.ts';
import { removeServer, serverAbsent, serverFolder } from './server.ts';
import { SHARED_FOLDER } from './shared.ts';

/** Places for what the run's tests share: databases to begin with, and a server; whoever needs one first makes it there. */
export function setup(): () => void {
  const templates = mkdtempSync(join(dataRoot, 'sextant-templates-'));
  process.env[TEMPLATES_FOLDER] = templates;
  const server = serverAbsent === null ? serverFolder() : null;
  if (server !== null) process.env[SHARED_FOLDER] = server;
  return () => {
    rmSync(templates, { recursive: true, force: true });
    if (server !== null) removeServer(server);
  };
}
