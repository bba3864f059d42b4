import { buildPage, buildPageWhenChanged } from './build.ts';

/**
 * `node src/dashboard/build/main.ts [--when-changed]`. With the option a page that cannot be built is said and is no failure: the verifier
 * serves without it, and says so.
 */
if (process.argv.includes('--when-changed')) {
  try {
    const startedMs = performance.now();
    const built = await buildPageWhenChanged();
    if (built)
      process.stderr.write(`The page was built in ${Math.round(performance.now() - startedMs)} ms.\n`);
  } catch (error) {
    process.stderr.write(`The page was not built: ${String(error)}\nThe verifier serves without it.\n`);
  }
} else {
  await buildPage();
}
