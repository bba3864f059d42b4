/** A pattern of LIKE (escape: a backslash) for whatever holds a text, in lower case; what stands for anything in patterns stands for itself. */
export function partOf(text: string): string {
  return `%${beginningOf(text)}`;
}

/** The same for whatever begins with it. */
export function beginningOf(text: string): string {
  return `${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
}
