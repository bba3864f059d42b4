import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Where Node looks for the program that it carries (nodejs.org/api/single-executable-applications.html). */
const SECTION = 'NODE_SEA_BLOB';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

export type ExecutableOptions = {
  /** As `bundleAgent` makes it. */
  readonly code: string;
  /** The Node that is to carry it, of any architecture, and of the version that runs this. */
  readonly node: string;
  /** For what is made on the way. */
  readonly scratch: string;
  readonly output: string;
};

/**
 * A copy of Node that runs one program. Neither a snapshot nor cached code goes with it, for they would fit one architecture alone.
 * It must not be stripped afterwards: that was seen to break it.
 */
export function makeExecutable({ code, node, scratch, output }: ExecutableOptions): void {
  const main = join(scratch, 'agent.cjs');
  const blob = join(scratch, 'agent.blob');
  const settings = join(scratch, 'sea.json');
  writeFileSync(main, code);
  const config = {
    main,
    output: blob,
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: false,
  };
  writeFileSync(settings, JSON.stringify(config));
  execFileSync(process.execPath, ['--experimental-sea-config', settings], { stdio: 'pipe' });
  copyFileSync(node, output);
  chmodSync(output, 0o755);
  const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');
  execFileSync(process.execPath, [postject, output, SECTION, blob, '--sentinel-fuse', FUSE], {
    stdio: 'pipe',
  });
}
