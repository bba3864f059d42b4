import { Link } from 'wouter';
import type { Liveness } from '../api/live.ts';
import { useSession } from '../session/gate.tsx';
import { useWords } from '../words/language.tsx';
import { shellWords } from '../words/shell.ts';
import mark from './mark.svg';
import { Choices } from './preferences.tsx';

/** Who looks, for which organisation, and whether what is shown follows what happens. */
export function Header({ liveness }: { readonly liveness: Liveness }) {
  const words = useWords(shellWords);
  const { session, leave } = useSession();
  return (
    <header className="header">
      <Link href="/" className="header__brand">
        <img src={mark} alt="" width="24" height="24" />
        {words.product}
      </Link>
      <p className={`liveness liveness--${liveness}`}>
        <span className="liveness__lamp" aria-hidden="true" />
        {words.liveness[liveness]}
      </p>
      {session.readsOnly && <p className="tag">{words.readsOnly}</p>}
      <details className="account">
        <summary>
          <span className="account__name">
            <bdi>{session.principal.name}</bdi>
          </span>
          <span className="account__role">
            {words.roles[session.role]} · <bdi>{session.tenant}</bdi>
          </span>
        </summary>
        <div className="account__sheet">
          <Choices />
          <p className="account__utc">{words.utc}</p>
          <button type="button" className="button" onClick={() => void leave()}>
            {words.signOut}
          </button>
        </div>
      </details>
    </header>
  );
}
