import { scaleLinear, scaleUtc } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import { useFormats } from '../../words/language.tsx';

export type Point = { readonly at: string; readonly value: number };

export type LineChartProps = {
  /** What is drawn, in a sentence: what screen readers say of the picture. */
  readonly label: string;
  readonly points: readonly Point[];
  /** A bound that the line must not cross, and its name. */
  readonly limit?: { readonly value: number; readonly label: string };
  /** How values are written at the axis and in the table. */
  readonly value: (value: number) => string;
  readonly headers: { readonly at: string; readonly value: string; readonly table: string };
};

const [WIDTH, HEIGHT] = [720, 220];
const EDGE = { top: 12, right: 16, bottom: 24, left: 84 };

/** Within two days ticks are told apart by their time, beyond by their date. */
const SHORT_MS = 2 * 86_400_000;

/** What stood at each instant, in steps: a ledger changes by entries, not gradually. Its numbers stand in a table below it. */
export function LineChart({ label, points, limit, value, headers }: LineChartProps) {
  const formats = useFormats();
  const times = points.map(({ at }) => new Date(at));
  const isShort = (times.at(-1)?.getTime() ?? 0) - (times[0]?.getTime() ?? 0) < SHORT_MS;
  const tickText = (tick: Date): string =>
    isShort ? formats.instant(tick).slice(11, 16) : formats.date(tick);
  const top = Math.max(limit?.value ?? 0, ...points.map((point) => point.value), 1);
  const x = scaleUtc([times[0] ?? 0, times.at(-1) ?? 1], [EDGE.left, WIDTH - EDGE.right]);
  const y = scaleLinear([0, top], [HEIGHT - EDGE.bottom, EDGE.top]).nice();
  const path = line<Point>(
    (point) => x(new Date(point.at)),
    (point) => y(point.value),
  ).curve(curveStepAfter)(points);
  return (
    <figure className="line-chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        {y.ticks(4).map((tick) => (
          <g key={tick} className="axis">
            <line x1={EDGE.left} x2={WIDTH - EDGE.right} y1={y(tick)} y2={y(tick)} />
            <text x={EDGE.left - 8} y={y(tick)} dy="0.32em" textAnchor="end">
              {value(tick)}
            </text>
          </g>
        ))}
        {x.ticks(5).map((tick) => (
          <text key={tick.getTime()} className="axis" x={x(tick)} y={HEIGHT - 6} textAnchor="middle">
            {tickText(tick)}
          </text>
        ))}
        {limit !== undefined && (
          <g className="limit">
            <line x1={EDGE.left} x2={WIDTH - EDGE.right} y1={y(limit.value)} y2={y(limit.value)} />
            <text x={WIDTH - EDGE.right} y={y(limit.value) + 14} textAnchor="end">
              {limit.label}
            </text>
          </g>
        )}
        <path className="line" d={path ?? ''} />
      </svg>
      <details>
        <summary>{headers.table}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{headers.at}</th>
              <th scope="col">{headers.value}</th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={`${point.at} ${point.value}`}>
                <td>{formats.instant(point.at)}</td>
                <td>{value(point.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
