/** A file as the verifier will count its rows; each as it is written, for whoever mends it. */
export type SplitFile = {
  readonly mediaType: 'application/json' | 'application/x-ndjson' | 'text/csv';
  /** Of a CSV, with its column names. */
  readonly header: string | null;
  readonly rows: readonly string[];
};

/**
 * Tells by its first character what a file is, and where its rows end; what is in them only the verifier judges.
 * @returns null for JSON that cannot be read: the verifier says where
 */
export function splitRows(text: string): SplitFile | null {
  const plain = text.replace(/^\ufeff/, '');
  const first = plain.trimStart()[0];
  if (first === '[') return splitArray(plain);
  if (first === '{') {
    const lines = plain.split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    return { mediaType: 'application/x-ndjson', header: null, rows: lines };
  }
  const [header = '', ...rows] = splitRecords(plain);
  return { mediaType: 'text/csv', header, rows };
}

function splitArray(text: string): SplitFile | null {
  try {
    const items: unknown = JSON.parse(text);
    if (!Array.isArray(items)) return null;
    const rows = items.map((item) => JSON.stringify(item));
    return { mediaType: 'application/json', header: null, rows };
  } catch {
    return null;
  }
}

/** Records of a CSV (RFC 4180): they end where its first line ends, outside quotes; empty lines are none. */
function splitRecords(text: string): string[] {
  const records: string[] = [];
  let end: string | null = null;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    if (quoted || (character !== '\r' && character !== '\n')) continue;
    end ??= text.startsWith('\r\n', at) ? '\r\n' : character;
    if (!text.startsWith(end, at)) continue;
    if (at > start) records.push(text.slice(start, at));
    at += end.length - 1;
    start = at + 1;
  }
  if (start < text.length) records.push(text.slice(start));
  return records;
}

/** Some of a file's rows as a file of the same kind. */
export function fileOfRows({ mediaType, header }: SplitFile, rows: readonly string[]): string {
  switch (mediaType) {
    case 'application/json':
      return `[\n${rows.join(',\n')}\n]\n`;
    case 'application/x-ndjson':
      return `${rows.join('\n')}\n`;
    default:
      return `${[header, ...rows].join('\r\n')}\r\n`;
  }
}
