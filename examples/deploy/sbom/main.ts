import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

const project = resolve(import.meta.dirname, '../../..');

/** Of npm's lockfile (version 3): by where a package lies, which version, and whether for development or some platform alone. */
const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      dev: z.boolean().optional(),
      optional: z.boolean().optional(),
      devOptional: z.boolean().optional(),
    }),
  ),
});

/** Of CycloneDX 1.5, what is looked at; the rest stays as npm wrote it. */
const bill = z.looseObject({
  components: z.array(z.looseObject({ 'bom-ref': z.string() })),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

/** What the page is built of goes with the program though it is installed for development alone: these, and what they take. */
const IN_THE_PAGE = [
  '@noble/curves',
  '@noble/hashes',
  '@tanstack/react-query',
  '@tanstack/react-virtual',
  'd3-geo',
  'd3-scale',
  'd3-shape',
  'react',
  'react-aria-components',
  'react-dom',
  'wouter',
];

/**
 * The bill of materials of what the program has when it runs, as CycloneDX 1.5: npm's, of the whole lockfile, cut down to what the
 * lockfile calls neither for development nor optional, and to what the page is built of. (npm 11's own `--omit dev` leaves zod out, which the program has.)
 */
function billOfMaterials(): object {
  const { packages } = lockfile.parse(
    JSON.parse(readFileSync(resolve(project, 'package-lock.json'), 'utf8')),
  );
  const needed = new Set(
    Object.entries(packages)
      .filter(([, entry]) => entry.dev !== true && entry.optional !== true && entry.devOptional !== true)
      .map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`),
  );
  const options = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
  const text = execFileSync('npm', options, { cwd: project, encoding: 'utf8', maxBuffer: 1 << 26 });
  const whole = bill.parse(JSON.parse(text));
  for (const ref of reachedFrom(IN_THE_PAGE, whole)) needed.add(ref);
  const components = whole.components.filter((component) => needed.has(component['bom-ref']));
  const left = new Set(whole.components.map((one) => one['bom-ref']).filter((ref) => !needed.has(ref)));
  const dependencies = whole.dependencies
    .filter(({ ref }) => !left.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => !left.has(one)) }));
  return { ...whole, components, dependencies };
}

/** Packages by name, whatever their version, and everything that they depend on. */
function reachedFrom(names: readonly string[], { dependencies }: z.infer<typeof bill>): ReadonlySet<string> {
  const next = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const reached = new Set<string>();
  const open = [...next.keys()].filter((ref) => names.includes(ref.slice(0, ref.lastIndexOf('@'))));
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    if (reached.has(ref)) continue;
    reached.add(ref);
    open.push(...(next.get(ref) ?? []));
  }
  return reached;
}

process.stdout.write(`${JSON.stringify(billOfMaterials(), null, 2)}\n`);
