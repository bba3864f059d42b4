import { toldText } from './told-text.ts';

export type ToldProps = {
  readonly text: string | null | undefined;
  /** At most this many characters; 200 unless given. */
  readonly most?: number;
  /** Identifiers, digests, measurements. */
  readonly mono?: boolean;
};

/** Text that somebody else wrote: isolated, so that its direction is its own, and broken wherever it must be. */
export function Told({ text, most, mono = false }: ToldProps) {
  if (text === null || text === undefined || text === '') return <span className="none">–</span>;
  return <bdi className={mono ? 'told told--mono' : 'told'}>{toldText(text, most)}</bdi>;
}
