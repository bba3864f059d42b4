// Where a module lies, told from its name where the name says it all. A verifier has 1,900 modules, and for each import Node asks the
// disk whether the file is there, what it is called without links, and for a package.json in each folder above it: a third
// of a start. Plain JavaScript, because it comes before everything else.

/** ES modules all through, without a package.json within that says otherwise: test/house/start.test.ts looks. */
export const ES_PACKAGES = ['jose', 'kysely', 'zod'];

const IN_ES_PACKAGE = new RegExp(`/node_modules/(?:${ES_PACKAGES.join('|')})/(?!.*/node_modules/).*\\.js$`);

/**
 * zod's messages in all of its languages, which it exports and nobody here asks for, are 3 MiB in each thread: in their place stands the
 * one that it speaks by itself.
 */
const ZOD = /\/node_modules\/zod\/v4\/[a-z]+\/[a-z]+\.js$/;
const LANGUAGES = '../locales/index.js';
const ENGLISH = '../locales/en.js';

/**
 * A hook for `module.registerHooks` that answers for the program's own files, for those of {@link ES_PACKAGES} among themselves and, from
 * the second time on, for packages. Whatever is not there fails when it is loaded, by the same name.
 *
 * @param {string} root the folder of the program's sources or of what was emitted from them, a URL that ends with `/`; no links in it
 */
export function resolution(root) {
  const found = new Map();
  return (specifier, context, next) => {
    const { parentURL = '', conditions } = context;
    const isOurs = parentURL.startsWith(root);
    if (specifier.startsWith('./') || specifier.startsWith('../')) {
      const format = formatOf(specifier, isOurs, parentURL);
      if (format === null) return next(specifier, context);
      const path = specifier === LANGUAGES && ZOD.test(parentURL) ? ENGLISH : specifier;
      return { url: new URL(path, parentURL).href, format, shortCircuit: true };
    }
    if (!isOurs) return next(specifier, context);
    // From anywhere in the program one name leads to one module; `require` may lead to another one.
    const name = `${conditions} ${specifier}`;
    const known = found.get(name) ?? next(specifier, context);
    found.set(name, known);
    return { ...known, shortCircuit: true };
  };
}

function formatOf(specifier, isOurs, parentURL) {
  if (isOurs && specifier.endsWith('.ts')) return 'module-typescript';
  if (specifier.endsWith('.js') && (isOurs || IN_ES_PACKAGE.test(parentURL))) return 'module';
  return null;
}
