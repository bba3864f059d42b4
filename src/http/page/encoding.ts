/** As a page is kept, smallest first. */
export const CODINGS = ['br', 'gzip', 'identity'] as const;
export type Coding = (typeof CODINGS)[number];

/**
 * The smallest of what there is that a client takes (RFC 9110, 12.5.3): a coding that it names with a weight above zero,
 * or lets in by `*`. Identity where it takes none of them: bytes that a client did not ask for in so many words are more
 * use to it than 406.
 */
export function chooseCoding(acceptEncoding: string | undefined, there: readonly Coding[]): Coding {
  if (acceptEncoding === undefined) return 'identity';
  const weights = new Map<string, number>();
  for (const item of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    weights.set(name, weight === undefined ? 1 : Number(weight));
  }
  const taken = CODINGS.find(
    (coding) =>
      coding !== 'identity' && there.includes(coding) && (weights.get(coding) ?? weights.get('*') ?? 0) > 0,
  );
  return taken ?? 'identity';
}
