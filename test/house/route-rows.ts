type Operation = {
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly { readonly [scheme: string]: unknown }[];
};

/** What is read here of the OpenAPI document. */
type Served = { readonly paths: { readonly [path: string]: object } };

/** A row for each route, as docs/api.md has them: what it is, what it does, and what it takes to be let in. */
export function routeRows(document: Served): string[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, operation]: [string, Operation]) =>
        `| \`${method.toUpperCase()} ${path}\` | ${operation.summary.replaceAll('|', '\\|')} | ${callerOf(operation)} |`,
    ),
  );
}

function callerOf({ description = '', security = [] }: Operation): string {
  const scope = /Takes the scope `([^`]+)`/.exec(description)?.[1];
  if (scope !== undefined) return `\`${scope}\``;
  const schemes = new Set(security.flatMap((one) => Object.keys(one)));
  if (schemes.size === 0) return 'anybody';
  if (schemes.has('enrolmentToken')) return 'an enrolment token';
  if (schemes.has('pageSession')) return 'a session of the page';
  if (schemes.has('boundToken')) return 'a token that is to be bound';
  return 'a key’s proof';
}
