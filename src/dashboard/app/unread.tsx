import { Problem } from '../api/problem.ts';
import { Loading, ProblemNote, type ReadState } from '../parts/state.tsx';
import { toldText } from '../parts/told-text.ts';
import { NotFound } from './not-found.tsx';
import { Page } from './page.tsx';

export type UnreadProps = {
  /** As the address has it. */
  readonly id: string;
  readonly read: ReadState<unknown>;
};

/** What a view of one thing is until that has been read: that it is being read, why it could not be, or that there is none. */
export function Unread({ id, read: { error, refetch } }: UnreadProps) {
  if (error instanceof Problem && [400, 404].includes(error.body.status)) return <NotFound />;
  return (
    <Page title={toldText(id)}>
      {error === null ? <Loading /> : <ProblemNote error={error} onAgain={() => void refetch()} />}
    </Page>
  );
}
