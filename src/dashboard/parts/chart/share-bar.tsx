import { useFormats } from '../../words/language.tsx';

export type Share = {
  readonly id: string;
  readonly label: string;
  readonly count: number;
  /** How it is drawn: a tone of styles/chart.css; each has a pattern of its own besides its colour. */
  readonly tone: 'good' | 'warn' | 'bad' | 'idle' | 'level-0' | 'level-1' | 'level-2' | 'level-3' | 'level-4';
};

const WIDTH = 600;

/** Parts of a whole as one bar, with each part's name, count and share in a table below: nothing is told by the bar alone. */
export function ShareBar({ label, shares }: { readonly label: string; readonly shares: readonly Share[] }) {
  const formats = useFormats();
  const whole = shares.reduce((sum, { count }) => sum + count, 0);
  let left = 0;
  return (
    <figure className="share-bar">
      <svg viewBox={`0 0 ${WIDTH} 14`} preserveAspectRatio="none" aria-hidden="true">
        {shares.map(({ id, count, tone }) => {
          const width = whole === 0 ? 0 : (count / whole) * WIDTH;
          const x = left;
          left += width;
          return (
            <rect
              key={id}
              className={`tone tone--${tone}`}
              x={x}
              y="0"
              width={Math.max(0, width - 1)}
              height="14"
            />
          );
        })}
      </svg>
      <table>
        <caption className="unseen">{label}</caption>
        <tbody>
          {shares.map(({ id, label: name, count, tone }) => (
            <tr key={id} className={count === 0 ? 'share-bar__none' : undefined}>
              <th scope="row">
                <span className={`swatch tone--${tone}`} aria-hidden="true" />
                {name}
              </th>
              <td>{formats.number(count)}</td>
              <td>{whole === 0 ? '–' : formats.percent(count / whole)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
