type Shapes = { readonly [name: string]: unknown };
type Document = { readonly components?: { readonly schemas?: Shapes } };

/** zod-openapi's, of a shape that is not the same when it is sent as when it is answered. */
const ANSWERED = 'Output';

/**
 * The document with those shapes only that an operation leads to. One that is only ever answered has its plain name.
 * @param document of zod-openapi, which writes every shape that it was given, sent and answered
 */
export function withoutUnused<D extends Document>(document: D): D {
  const schemas = document.components?.schemas ?? {};
  const used = new Set<string>();
  const follow = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      follow(schemas[name]);
    }
  };
  follow({ ...document, components: {} });
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  const alone = [...used].filter((name) => name.endsWith(ANSWERED) && !used.has(plain(name)));
  const text = JSON.stringify({
    ...document,
    components: { ...document.components, schemas: Object.fromEntries(kept) },
  });
  return JSON.parse(
    alone.reduce(
      (shown, name) =>
        shown.replaceAll(new RegExp(`"(#/components/schemas/)?${name}"`, 'g'), `"$1${plain(name)}"`),
      text,
    ),
  );
}

function plain(name: string): string {
  return name.slice(0, -ANSWERED.length);
}
