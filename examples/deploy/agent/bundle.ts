import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { rolldown } from 'rolldown';

export const PROJECT = resolve(import.meta.dirname, '../../..');
const ENTRY = resolve(PROJECT, 'src/cli/agent/executable.ts');
/** Reads package.json beside the program, where an executable has none. */
const VERSION_MODULE = resolve(PROJECT, 'src/cli/version.ts');

export type Bundle = {
  /** One CommonJS file that asks for nothing but Node's own modules. */
  readonly code: string;
  readonly version: string;
  /** Names of the packages that are in it, for their licences. */
  readonly packages: readonly string[];
};

/** The agent's program, with everything that it imports, now or when a command is run. */
export async function bundleAgent(): Promise<Bundle> {
  const { version }: { version: string } = JSON.parse(readFileSync(resolve(PROJECT, 'package.json'), 'utf8'));
  await using build = await rolldown({
    input: ENTRY,
    platform: 'node',
    plugins: [
      {
        name: 'version',
        load: (id) =>
          id === VERSION_MODULE ? `export const programVersion = () => ${JSON.stringify(version)};` : null,
      },
    ],
    onwarn: (warning) => {
      throw new Error(warning.message);
    },
  });
  const { output } = await build.generate({ format: 'cjs', codeSplitting: false, minify: 'dce-only' });
  const [chunk, ...others] = output;
  if (others.length > 0) throw new Error(`${others.length} files more than one`);
  // What was imported when a command is run stands in the same file by now.
  const asked = [...chunk.imports, ...chunk.dynamicImports].filter((name) => name !== chunk.fileName);
  const outside = asked.filter((name) => !name.startsWith('node:'));
  if (outside.length > 0) throw new Error(`the bundle still imports ${outside.join(', ')}`);
  const packages = chunk.moduleIds.flatMap(
    (id) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? [],
  );
  return { code: chunk.code, version, packages: [...new Set(packages)].sort() };
}
