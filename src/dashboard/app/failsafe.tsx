import { Component, type ReactNode } from 'react';
import { useWords } from '../words/language.tsx';
import { shellWords } from '../words/shell.ts';

type Failed = { readonly failed: boolean };

/** Where drawing fails, a page that says so and can be loaded again, instead of an empty one. */
export class Failsafe extends Component<{ readonly children: ReactNode }, Failed> {
  override state: Failed = { failed: false };

  static getDerivedStateFromError(): Failed {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <FailedPage /> : this.props.children;
  }
}

function FailedPage() {
  const { failed } = useWords(shellWords);
  return (
    <main className="sign-in">
      <h1>{failed.title}</h1>
      <p role="alert">{failed.body}</p>
      <button type="button" className="button button--main" onClick={() => location.reload()}>
        {failed.again}
      </button>
    </main>
  );
}
