/** How wide the reader's terminal is; a pipe has no width of its own, and COLUMNS may give it one. */
export function terminalColumns(): number | null {
  const columns = process.stdout.columns ?? Number(process.env['COLUMNS']);
  return Number.isInteger(columns) && columns > 20 ? columns : null;
}

/** A sentence over several lines, each behind the same indent. A word longer than the line stands on one of its own. */
export function wrap(text: string, indent: string, columns = terminalColumns() ?? 100): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((each) => indent + each).join('\n');
}
