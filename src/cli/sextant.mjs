#!/usr/bin/env node
// The way in for people: plain JavaScript, so that an old Node can still say what is missing.
const NEEDED = 24;
if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  process.stderr.write(
    `sextant runs on Node ${NEEDED} or newer; this is ${process.versions.node}.\n` +
      'In a clone, `npm ci` brings Node 24 along: then use `npx sextant …` or `npm start`.\n',
  );
  process.exit(2);
}

const { underAllocator } = await import('./allocator.mjs');
underAllocator(process.argv.slice(2));

const { load } = await import('./program.mjs');
const { main } = await load('cli/main');
process.exitCode = await main(process.argv.slice(2));
