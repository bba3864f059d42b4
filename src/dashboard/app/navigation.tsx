import { Link, useLocation } from 'wouter';
import { useSession } from '../session/gate.tsx';
import { VIEWS } from '../views/index.ts';
import { dictionary } from '../words/dictionary.ts';
import { useLanguage, useWords } from '../words/language.tsx';
import { shellWords } from '../words/shell.ts';
import type { Place, View } from './view.ts';

const groupWords = dictionary(
  {
    watch: 'Watch',
    licensing: 'Licensing',
    fleet: 'Fleet',
    trust: 'Trust',
    record: 'Record',
    operation: 'Operation',
  },
  { watch: '상황', licensing: '허가 업무', fleet: '장비', trust: '신뢰', record: '기록', operation: '운영' },
);

const GROUPS: readonly Place['group'][] = ['watch', 'licensing', 'fleet', 'trust', 'record', 'operation'];

/** What the person can do, and nothing else. */
export function Navigation() {
  const words = useWords(shellWords);
  const groups = useWords(groupWords);
  const { may } = useSession();
  const offered = VIEWS.filter((view) => may(...view.scopes));
  return (
    <nav className="navigation" aria-label={words.navigation}>
      {GROUPS.map((group) => {
        const views = offered.filter((view) => view.place?.group === group);
        if (views.length === 0) return null;
        return (
          <section key={group} aria-labelledby={`navigation-${group}`}>
            <h2 id={`navigation-${group}`}>{groups[group]}</h2>
            <ul>
              {views.map((view) => (
                <li key={view.path}>
                  <ViewLink view={view} />
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </nav>
  );
}

function ViewLink({ view }: { readonly view: View }) {
  const { language } = useLanguage();
  const [location] = useLocation();
  const here = view.path === '/' ? location === '/' : `${location}/`.startsWith(`${view.path}/`);
  return (
    <Link href={view.path} aria-current={here ? 'page' : undefined}>
      {view.place?.label[language]}
    </Link>
  );
}
