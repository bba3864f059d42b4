import { Link } from 'wouter';
import { useWords } from '../words/language.tsx';
import { shellWords } from '../words/shell.ts';
import { Page } from './page.tsx';

/** The same for what is not there and what is not theirs to see. */
export function NotFound() {
  const { notFound } = useWords(shellWords);
  return (
    <Page title={notFound.title} lead={notFound.body}>
      <p>
        <Link href="/">{notFound.back}</Link>
      </p>
    </Page>
  );
}
