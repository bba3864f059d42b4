import { escapedMarkup as escaped } from '../../bytes/markup.ts';
import { CHECKS, meaningOf, sentenceOf } from './present.ts';
import type { AuditReport } from './run.ts';

/** The report as one page that needs nothing else: no script, no address, nothing that is fetched. */
export function reportPage(report: AuditReport): string {
  const { origin, source, checkpoint, at, verdict } = report;
  const findings = report.findings.map(
    ({ code, sentence, expected, actual }) =>
      `<tr><td><code>${escaped(code)}</code></td><td>${escaped(sentence)}</td><td><code>${escaped(expected ?? '')}</code></td><td><code>${escaped(actual ?? '')}</code></td></tr>`,
  );
  const unchecked = report.unchecked.map(
    ({ what, reason, count, examples }) =>
      `<tr><td class="n">${count}</td><td>${escaped(CHECKS[what] ?? what)}</td><td>${escaped(reason)}</td><td>${escaped(examples.join(', '))}</td></tr>`,
  );
  const codes = Object.entries(report.found).map(
    ([code, count]) =>
      `<tr><td class="n">${count}</td><td><code>${escaped(code)}</code></td><td>${escaped(meaningOf(code))}</td></tr>`,
  );
  const openings = report.openings.map(
    ({ origin: former, leaves, published, reason }) =>
      `<tr><td><code>${escaped(former)}</code></td><td class="n">${published}</td><td class="n">${leaves}</td><td>${escaped(reason)}</td></tr>`,
  );
  const holds = Object.entries(report.holds).map(
    ([check, count]) => `<tr><td class="n">${count}</td><td>${escaped(CHECKS[check] ?? check)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Audit of ${escaped(origin ?? source)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${STYLE}</style></head><body>
<h1>Audit of ${escaped(origin ?? source)}</h1>
<p class="verdict ${verdict}">${verdict === 'holds' ? 'Holds' : 'Diverges'}: ${escaped(sentenceOf(report))}.</p>
<dl><dt>Source</dt><dd>${escaped(source)}</dd><dt>Read</dt><dd>${escaped(at)}</dd>
${checkpoint === null ? '' : `<dt>Leaves</dt><dd>${checkpoint.size}</dd><dt>Root</dt><dd><code>${checkpoint.root}</code></dd><dt>Witnesses</dt><dd>${escaped(checkpoint.cosignedBy.join(', ') || 'none asked for, or none cosigned')}</dd>`}</dl>
${section('Names before', openings, ['Name', 'Leaves that were published', 'Of them there', 'Why'])}
${section('What diverges', codes, ['Number', 'Code', 'What it means'])}
${section('One by one', findings, ['Code', 'What', 'Expected', 'Found'])}
${section('What could not be checked', unchecked, ['Number', 'What', 'Why', 'For example'])}
${section('What holds', holds, ['Number', 'What'])}
<h2>Acts by day</h2>${columns(Object.entries(report.days).sort())}
<h2>Acts by kind</h2>${bars(Object.entries(report.types).sort(([, a], [, b]) => b - a))}
</body></html>
`;
}

function section(title: string, rows: readonly string[], head: readonly string[]): string {
  if (rows.length === 0) return '';
  const names = head.map((name) => `<th>${name}</th>`).join('');
  return `<h2>${title}</h2><table><thead><tr>${names}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

/** A column for each day of the last ninety that had any act. */
function columns(days: readonly (readonly [string, number])[]): string {
  const shown = days.slice(-90);
  const most = Math.max(1, ...shown.map(([, count]) => count));
  const [first, last] = [shown[0]?.[0] ?? '', shown.at(-1)?.[0] ?? ''];
  const bodies = shown.map(([day, count], place) => {
    const height = Math.max(1, Math.round((count / most) * 120));
    return `<rect x="${place * 8}" y="${130 - height}" width="7" height="${height}"><title>${escaped(day)}: ${count}</title></rect>`;
  });
  return `<svg viewBox="0 0 720 150" role="img" aria-label="Acts by day, at most ${most}">${bodies.join('')}<text x="0" y="145">${escaped(first)}</text><text x="720" y="145" text-anchor="end">${escaped(last)}, at most ${most} a day</text></svg>`;
}

function bars(kinds: readonly (readonly [string, number])[]): string {
  const most = Math.max(1, ...kinds.map(([, count]) => count));
  const rows = kinds.map(([kind, count], place) => {
    const y = place * 20;
    const width = Math.max(1, Math.round((count / most) * 420));
    return `<text x="0" y="${y + 14}">${escaped(kind)}</text><rect x="220" y="${y + 3}" width="${width}" height="14"/><text x="${226 + width}" y="${y + 14}">${count}</text>`;
  });
  return `<svg viewBox="0 0 720 ${kinds.length * 20 + 4}" role="img" aria-label="Acts by kind">${rows.join('')}</svg>`;
}

const STYLE = `body{font:15px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid #ddd}.n{text-align:right}
code{font-size:.85em;overflow-wrap:anywhere}dt{float:left;clear:left;width:7rem;color:#555}dd{margin-left:8rem;overflow-wrap:anywhere}
.verdict{padding:.6rem .8rem;border-left:.4rem solid #2b7a3d;background:#eef7f0}.verdict.diverges{border-color:#b3261e;background:#fbeeed}
svg{width:100%;height:auto}svg rect{fill:#33658a}svg text{font:11px system-ui,sans-serif;fill:#333}
@media print{body{margin:0}}`;
