#!/usr/bin/env node
// The way in for people: plain JavaScript, so that an old Node can still say what is missing.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  process.stderr.write(
    `sextant runs on Node ${NEEDED} or newer; this is ${process.versions.node}.\n` +
      'In a clone, `npm ci` brings Node 24 along: then use `npx sextant …` or `npm start`.\n',
  );
  process.exit(2);
}

// What Node makes of the sources is kept beside the dependencies, as trusted as they are; where nobody may write, nothing is.
// In the environment, so that threads find it too.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(
  new URL('../../node_modules/.cache/sextant', import.meta.url),
);
module.enableCompileCache();

// A clone runs its sources as they stand; the published package has only what was emitted from them.
const source = new URL('./main.ts', import.meta.url);
const { main } = await import(
  (existsSync(source) ? source : new URL('../../dist/cli/main.js', import.meta.url)).href
);
process.exitCode = await main(process.argv.slice(2));
